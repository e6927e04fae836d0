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
    await rename(target, old).catch(unlessAbsent);
    await rename(fresh, target);
    return result;
  } catch (cause) {
    await rename(old, target).catch(() => {}); // only when the new one did not get there
    throw fileError('write', target, cause);
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

function unlessAbsent(cause: unknown): void {
  if (!hasErrno(cause, 'ENOENT')) {
    throw cause;
  }
}
