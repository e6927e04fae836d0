import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { type Digest, hasErrno, replaceAtomically, temporaryBeside } from '@slipway/core';

/** A file that a stage wrote outside the store. */
export interface OutputFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: Digest;
  /** Milliseconds: a file that changed since is made again. */
  readonly modified: number;
}

export async function describeOutput(path: string, sizeBytes: number, sha256: Digest): Promise<OutputFile> {
  return { path, sizeBytes, sha256, modified: (await stat(path)).mtimeMs };
}

/** Whether the files are still as they were written, by size and time. */
export async function outputsIntact(files: readonly OutputFile[]): Promise<boolean> {
  for (const file of files) {
    const found = await stat(file.path).catch(() => undefined);
    if (found === undefined || found.size !== file.sizeBytes || found.mtimeMs !== file.modified) {
      return false;
    }
  }
  return true;
}

/** Whether anything is at `path`. */
export async function entryExists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

/** Lets `write` fill a new directory, which then takes the place of an earlier one; that one stays when it fails. */
export async function replaceDirectory(directory: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const earlier = temporaryBeside(directory);
  try {
    await replaceAtomically(directory, async (temporary) => {
      await mkdir(temporary, { recursive: true });
      await write(temporary);
      await rename(directory, earlier).catch((cause) =>
        hasErrno(cause, 'ENOENT') ? undefined : Promise.reject(cause),
      );
    });
  } catch (cause) {
    await rename(earlier, directory).catch(() => undefined); // when it had made way already
    throw cause;
  }
  await rm(earlier, { recursive: true, force: true });
}
