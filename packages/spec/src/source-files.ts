import { SlipwayError } from '@slipway/core';

export interface SourceFile {
  /** Relative to the root of the sources, `/` between components, no `.` or `..`. */
  readonly path: string;
  /** Permission bits (octal 07777). */
  readonly mode: number;
  /** Absent where nobody knows it without reading the file. */
  readonly sizeBytes?: number;
}

/** The regular files beside a spec, or in a package that is imported; links and directories are not among them. */
export interface SourceFiles {
  list(): Promise<readonly SourceFile[]>;
  /** Throws for paths that `list` does not name. */
  read(path: string): Promise<Buffer>;
  /** Adds or replaces; without `mode` a file keeps the one it has, a new one gets 0644. */
  write(path: string, bytes: Uint8Array, mode?: number): Promise<void>;
  remove(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
}

interface StoredFile {
  readonly bytes: Buffer;
  readonly mode: number;
}

const newFileMode = 0o644;

export class MemorySourceFiles implements SourceFiles {
  readonly #files = new Map<string, StoredFile>();

  constructor(files: Readonly<Record<string, string | Uint8Array>> = {}) {
    for (const [path, content] of Object.entries(files)) {
      this.#files.set(path, { bytes: Buffer.from(content as Uint8Array), mode: newFileMode });
    }
  }

  async list(): Promise<SourceFile[]> {
    return [...this.#files].map(([path, { mode }]) => ({ path, mode })).sort(byPath);
  }

  async read(path: string): Promise<Buffer> {
    return this.#get(path).bytes;
  }

  async write(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
    this.#files.set(path, { bytes: Buffer.from(bytes), mode: mode ?? this.#files.get(path)?.mode ?? newFileMode });
  }

  async remove(path: string): Promise<void> {
    this.#get(path);
    this.#files.delete(path);
  }

  async rename(from: string, to: string): Promise<void> {
    const file = this.#get(from);
    this.#files.delete(from);
    this.#files.set(to, file);
  }

  #get(path: string): StoredFile {
    const file = this.#files.get(path);
    if (file === undefined) {
      throw noFile(path);
    }
    return file;
  }
}

type Step =
  | { readonly kind: 'write'; readonly path: string; readonly bytes: Uint8Array; readonly mode: number | undefined }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string };

interface StagedFile extends Omit<SourceFile, 'path'> {
  /** Where its bytes are: in the base, under this path, or here. */
  readonly from: string | Buffer;
}

/**
 * Collects changes in memory and makes them with `commit`: overlays of a component are all applied or none. Reads
 * only what an overlay asks for.
 */
export class StagedSourceFiles implements SourceFiles {
  readonly #base: SourceFiles;
  readonly #steps: Step[] = [];
  readonly #files = new Map<string, StagedFile>();

  private constructor(base: SourceFiles, files: readonly SourceFile[]) {
    this.#base = base;
    for (const { path, ...facts } of files) {
      this.#files.set(path, { ...facts, from: path });
    }
  }

  static async over(base: SourceFiles): Promise<StagedSourceFiles> {
    return new StagedSourceFiles(base, await base.list());
  }

  async list(): Promise<SourceFile[]> {
    return [...this.#files].map(([path, { from: _from, ...facts }]) => ({ path, ...facts })).sort(byPath);
  }

  /** Undefined for files of unknown size. Throws for paths that `list` does not name. */
  sizeBytes(path: string): number | undefined {
    return this.#get(path).sizeBytes;
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  async read(path: string): Promise<Buffer> {
    const file = this.#get(path);
    return typeof file.from === 'string' ? this.#base.read(file.from) : file.from;
  }

  async write(path: string, bytes: Uint8Array, mode?: number): Promise<void> {
    this.#steps.push({ kind: 'write', path, bytes, mode });
    const from = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const kept = this.#files.get(path)?.mode;
    this.#files.set(path, { mode: mode ?? kept ?? newFileMode, sizeBytes: bytes.length, from });
  }

  async remove(path: string): Promise<void> {
    if (!this.#files.delete(path)) {
      throw noFile(path);
    }
    this.#steps.push({ kind: 'remove', path });
  }

  async rename(from: string, to: string): Promise<void> {
    const file = this.#get(from);
    this.#files.delete(from);
    this.#files.set(to, file);
    this.#steps.push({ kind: 'rename', from, to });
  }

  async commit(): Promise<void> {
    for (const step of this.#steps.splice(0)) {
      if (step.kind === 'write') {
        await this.#base.write(step.path, step.bytes, step.mode);
      } else if (step.kind === 'remove') {
        await this.#base.remove(step.path);
      } else {
        await this.#base.rename(step.from, step.to);
      }
    }
  }

  #get(path: string): StagedFile {
    const file = this.#files.get(path);
    if (file === undefined) {
      throw noFile(path);
    }
    return file;
  }
}

function noFile(path: string): SlipwayError {
  return new SlipwayError('SPEC_NO_FILE', `Cannot find the source file ${path}`);
}

function byPath(a: SourceFile, b: SourceFile): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}
