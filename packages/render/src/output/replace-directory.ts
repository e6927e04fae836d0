import { mkdir, rename, rm } from 'node:fs/promises';
import { fileError, hasErrno, temporaryBeside } from '@slipway/core';

/**
 * Lets `fill` make a directory beside `target`, then puts it in the place of what is there, by renaming: a reader, and a
 * run that is killed, never sees half of it. After a failure `target` is as it was.
 */
export async function replaceDirectory<T>(target: string, fill: (directory: string) => Promise<T>): Promise<T> {
  const [fresh, old] = [temporaryBeside(target), temporaryBeside(target)];
  try {
    await mkdir(fresh, { recursive: true });
    const result = await fill(fresh);
    const replaced = await renameIfPresent(target, old);
    await rename(fresh, target);
    if (replaced) {
      await rm(old, { recursive: true });
    }
    return result;
  } catch (cause) {
    await rename(old, target).catch(() => {}); // only when the new one did not get there
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
    throw fileError('write', target, cause);
  }
}

/** Whether there was something to rename. */
async function renameIfPresent(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (cause) {
    if (!hasErrno(cause, 'ENOENT')) {
      throw cause;
    }
    return false;
  }
}
