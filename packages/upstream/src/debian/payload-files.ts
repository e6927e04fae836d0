import { SlipwayError } from '@slipway/core';
import type { SourceFile, SourceFiles } from '@slipway/spec';
import type { PayloadEntry } from './payload-entry.ts';
import type { PayloadSpool } from './payload-spool.ts';
import { readEntry } from './read-entry.ts';

/** Overlays change text; what is larger is not read into memory for them. */
const fileLimitBytes = 256 << 20;
const newFileMode = 0o644;
const newDirectoryMode = 0o755;

/**
 * The regular files of a payload as overlays see them, by path without the leading slash. Changed contents are kept in
 * memory; the spool stays as it is. New files belong to root and bring their directories along.
 */
export class PayloadFiles implements SourceFiles {
  readonly #entries: Map<string, PayloadEntry>;
  readonly #spool: PayloadSpool;
  readonly #mtime: number;
  #lastInode: number;

  /** `mtime`, in seconds since 1970, is given to files that an overlay writes. */
  constructor(payload: readonly PayloadEntry[], spool: PayloadSpool, mtime: number) {
    this.#entries = new Map(payload.map((entry) => [entry.path, entry]));
    this.#spool = spool;
    this.#mtime = mtime;
    this.#lastInode = payload.reduce((last, { inode }) => Math.max(last, inode), 0);
  }

  /** The effective payload. */
  payload(): PayloadEntry[] {
    return [...this.#entries.values()];
  }

  async list(): Promise<SourceFile[]> {
    return this.payload()
      .filter(({ type }) => type === 'file')
      .map(({ path, mode }) => ({ path: path.slice(1), mode }));
  }

  async read(path: string): Promise<Buffer> {
    return await readEntry(this.#file(path), this.#spool, fileLimitBytes);
  }

  async write(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
    const known = this.#entries.get(`/${path}`);
    if (known !== undefined && known.type !== 'file') {
      throw new SlipwayError('SPEC_FILE_EXISTS', `Cannot write /${path}: the package has a ${known.type} there`);
    }
    const base = known ?? { ...this.#newEntry(`/${path}`), type: 'file' as const, mode: newFileMode };
    this.#addDirectories(`/${path}`);
    this.#entries.set(base.path, {
      ...base,
      mode: mode ?? base.mode,
      mtime: this.#mtime,
      sizeBytes: bytes.length,
      content: bytes,
      inode: ++this.#lastInode, // a hard link that is written to becomes a file of its own
    });
  }

  async remove(path: string): Promise<void> {
    this.#entries.delete(this.#file(path).path);
  }

  async rename(from: string, to: string): Promise<void> {
    const entry = this.#file(from);
    this.#entries.delete(entry.path);
    this.#entries.set(`/${to}`, { ...entry, path: `/${to}` });
  }

  #file(path: string): PayloadEntry {
    const entry = this.#entries.get(`/${path}`);
    if (entry === undefined || entry.type !== 'file') {
      throw new SlipwayError('SPEC_NO_FILE', `Cannot find the file /${path} in the package`);
    }
    return entry;
  }

  #addDirectories(path: string): void {
    for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      const directory = path.slice(0, slash);
      if (!this.#entries.has(directory)) {
        this.#entries.set(directory, { ...this.#newEntry(directory), type: 'directory', mode: newDirectoryMode });
      }
    }
  }

  #newEntry(path: string): Omit<PayloadEntry, 'type' | 'mode'> {
    return {
      path,
      ...{ user: 'root', group: 'root', mtime: this.#mtime, sizeBytes: 0, content: undefined, linkTarget: '' },
      ...{ caps: '', major: 0, minor: 0, inode: ++this.#lastInode },
    };
  }
}
