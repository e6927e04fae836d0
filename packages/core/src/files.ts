import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SlipwayError, SlipwayErrors } from './slipway-error.ts';

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A temporary name beside `path`: on the same file system, so that rename is atomic. */
export function temporaryBeside(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
}

const temporaryName = /^\..+\.(\d+)-[0-9a-f]{12}\.tmp$/;

/**
 * Removes what killed processes left under temporary names in `directory` and `depth` levels below it. With `isMine`
 * nobody else can be writing there; otherwise the temporaries of processes that run stay.
 */
export async function removeLeftTemporaries(
  directory: string,
  { isMine, depth }: { readonly isMine: boolean; readonly depth: number },
): Promise<void> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(directory, entry.name);
    const pid = temporaryName.exec(entry.name)?.[1];
    if (pid !== undefined && (isMine || !isAlive(Number(pid)))) {
      await rm(path, { recursive: true, force: true }).catch((cause) =>
        Promise.reject(fileError('write', path, cause)),
      );
    } else if (pid === undefined && entry.isDirectory() && depth > 0) {
      await removeLeftTemporaries(path, { isMine, depth: depth - 1 });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return hasErrno(cause, 'EPERM');
  }
}

/**
 * Writes `path` whole or not at all: temporary name, fsync, rename.
 * Throws `CORE_DISK_FULL` or `CORE_FILE_ACCESS`; an earlier file stays as it was then.
 */
export async function writeFileAtomically(
  path: string,
  content: string | Uint8Array | Chunks,
  mode = 0o644,
): Promise<void> {
  await replaceAtomically(path, async (temporary) => {
    const file = await open(temporary, 'wx', mode);
    try {
      await writeContent(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Lets `write` fill a temporary file or directory beside `path`, then renames it to `path`. */
export async function replaceAtomically(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    await write(temporary);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {}); // the first failure is the one to tell
    throw fileError('write', path, cause);
  }
}

async function writeContent(file: Awaited<ReturnType<typeof open>>, content: string | Uint8Array | Chunks) {
  if (typeof content === 'string' || content instanceof Uint8Array) {
    await file.writeFile(content);
    return;
  }
  for await (const chunk of content) {
    await writeAll(file, chunk);
  }
}

/** `write` may stop short (POSIX write(2)); this does not. */
async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    done += (await file.write(chunk, done)).bytesWritten;
  }
}

/** The file's text, or undefined when there is no such file. */
export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT')) {
      return undefined;
    }
    throw fileError('read', path, cause);
  }
}

/** As `readTextIfPresent`, for small files that are read by the thousand: it takes a fifth of the processor's time. */
export function readTextIfPresentSync(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT')) {
      return undefined;
    }
    throw fileError('read', path, cause);
  }
}

export function hasErrno(cause: unknown, ...codes: readonly string[]): boolean {
  return cause instanceof Error && 'code' in cause && codes.includes(String(cause.code));
}

/** Gives a failed file operation its code and place; what has them already passes through. */
export function fileError(verb: 'read' | 'write', path: string, cause: unknown): Error {
  if (cause instanceof SlipwayError || cause instanceof SlipwayErrors) {
    return cause;
  }
  if (hasErrno(cause, 'ENOSPC', 'EDQUOT')) {
    return new SlipwayError('CORE_DISK_FULL', `Cannot write ${path}: no space left`, {
      hint: 'free space (or set SLIPWAY_CACHE to a larger disk) and run the same command again: it continues',
      at: { file: path },
      cause,
    });
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SlipwayError('CORE_FILE_ACCESS', `Cannot ${verb} ${path}: ${reason}`, {
    hint: 'check that the path exists and that you may access it',
    at: { file: path },
    cause,
  });
}
