import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileError, SlipwayError, type Store, type StoredObject } from '@slipway/core';
import type { SourceFile, SourceFiles } from '@slipway/spec';

/** What an overlay may read of one file; what is larger is an archive, and its overlays work in streams. */
const readBytesLimit = 64 << 20;

const newFileMode = 0o644;

type Facts = Required<Omit<SourceFile, 'path'>>;

/**
 * The files of a component in a directory that is empty at first and that nobody else writes to. Content is on disk, so
 * that its size does not matter until somebody reads it.
 */
export class DirectorySourceFiles implements SourceFiles {
  readonly #directory: string;
  readonly #files = new Map<string, Facts>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  async list(): Promise<(SourceFile & Facts)[]> {
    const files = [...this.#files].map(([path, facts]) => ({ path, ...facts }));
    return files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  }

  async read(path: string): Promise<Buffer> {
    const { sizeBytes } = this.#get(path);
    if (sizeBytes > readBytesLimit) {
      throw new SlipwayError('CORE_LIMIT', `${path} has ${sizeBytes} bytes: overlays read up to ${readBytesLimit}`, {
        hint: 'change what is inside of an archive with overlays that name the archive',
      });
    }
    return this.#doing('read', path, (file) => readFile(file));
  }

  async write(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
    const facts = { mode: mode ?? this.#files.get(path)?.mode ?? newFileMode, sizeBytes: bytes.length };
    await this.#doing('write', path, async (file) => {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
      await chmod(file, facts.mode); // whatever the umask is
    });
    this.#files.set(path, facts);
  }

  /** Adds or replaces a file by a copy of a stored object; its bytes do not pass through memory. */
  async copyStored(path: string, { digest, sizeBytes }: StoredObject, store: Store): Promise<void> {
    await this.#doing('write', path, async (file) => {
      await rm(file, { force: true });
      await store.copyTo(digest, file);
      await chmod(file, newFileMode);
    });
    this.#files.set(path, { mode: newFileMode, sizeBytes });
  }

  async remove(path: string): Promise<void> {
    this.#get(path);
    await this.#doing('write', path, (file) => rm(file));
    this.#files.delete(path);
  }

  async rename(from: string, to: string): Promise<void> {
    const facts = this.#get(from);
    await this.#doing('write', to, (file) => rename(join(this.#directory, from), file));
    this.#files.delete(from);
    this.#files.set(to, facts);
  }

  /** Of a file that was changed in the directory by other means. */
  resized(path: string, sizeBytes: number): void {
    this.#files.set(path, { ...this.#get(path), sizeBytes });
  }

  #get(path: string): Facts {
    const facts = this.#files.get(path);
    if (facts === undefined) {
      throw new SlipwayError('SPEC_NO_FILE', `Cannot find the source file ${path}`);
    }
    return facts;
  }

  async #doing<T>(verb: 'read' | 'write', path: string, work: (file: string) => Promise<T>): Promise<T> {
    const file = join(this.#directory, path);
    return work(file).catch((cause) => Promise.reject(fileError(verb, file, cause)));
  }
}
