import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Chunks, fileError, temporaryBeside } from '@slipway/core';
import { isArchiveName } from './archive-name.ts';

/** New content of an archive that waits beside the old one. */
export interface StagedArchive {
  /** Puts it in the place of the old one, in one step. */
  commit(): Promise<void>;
  /** Leaves nothing of it. */
  discard(): Promise<void>;
}

/** The archives among the sources of a component. */
export interface SourceArchives {
  /** Names without a directory, sorted. */
  list(): Promise<readonly string[]>;
  /** Chunks are valid until the next one is asked for. Throws for names that `list` does not give. */
  read(name: string): AsyncIterable<Uint8Array>;
  /**
   * Writes content aside, each chunk before it asks for the next. Nothing is replaced and, when this throws, nothing is
   * left.
   */
  stage(name: string, content: Chunks): Promise<StagedArchive>;
  /** An empty file for what an archive unpacks to. It has no name and is gone when it is closed, or when the run ends. */
  openScratch(): Promise<FileHandle>;
}

/** Archives in a directory; temporary files are beside them, where there is room for archives. */
export class DirectoryArchives implements SourceArchives {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Regular files with the name of an archive; links are not followed. */
  async list(): Promise<string[]> {
    const entries = await readdir(this.#directory, { withFileTypes: true }).catch((cause: unknown) =>
      Promise.reject(fileError('read', this.#directory, cause)),
    );
    const names = entries.filter((entry) => entry.isFile() && isArchiveName(entry.name)).map(({ name }) => name);
    return names.sort();
  }

  async *read(name: string): AsyncGenerator<Uint8Array> {
    const path = join(this.#directory, name);
    const buffer = Buffer.allocUnsafe(readBytes);
    try {
      const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
      try {
        for (let count = await readInto(file, buffer); count > 0; count = await readInto(file, buffer)) {
          yield buffer.subarray(0, count);
        }
      } finally {
        await file.close();
      }
    } catch (cause) {
      throw fileError('read', path, cause);
    }
  }

  /** The new file has the permissions of the old one. */
  async stage(name: string, content: Chunks): Promise<StagedArchive> {
    const path = join(this.#directory, name);
    const temporary = temporaryBeside(path);
    try {
      const { mode } = await stat(path);
      await writeWhole(temporary, content, mode & 0o7777);
    } catch (cause) {
      await rm(temporary, { force: true }).catch(() => {}); // the first failure is the one to tell
      throw fileError('write', path, cause);
    }
    return {
      commit: () => rename(temporary, path).catch((cause: unknown) => Promise.reject(fileError('write', path, cause))),
      discard: () => rm(temporary, { force: true }),
    };
  }

  async openScratch(): Promise<FileHandle> {
    const path = temporaryBeside(join(this.#directory, 'unpacked'));
    try {
      const file = await open(path, 'wx+', 0o600);
      await rm(path);
      return file;
    } catch (cause) {
      throw fileError('write', path, cause);
    }
  }
}

const readBytes = 1 << 18;

async function readInto(file: FileHandle, buffer: Buffer): Promise<number> {
  return (await file.read(buffer, 0, buffer.length)).bytesRead;
}

async function writeWhole(path: string, content: Chunks, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    await file.writeFile(content);
    await file.chmod(mode); // the umask took bits away
    await file.sync();
  } finally {
    await file.close();
  }
}
