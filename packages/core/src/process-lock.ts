import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError, hasErrno } from './files.ts';
import { SlipwayError } from './slipway-error.ts';

/**
 * Runs `work` while holding `path` as a lock file with this process's number. A lock whose process is gone is taken
 * over. Throws `CORE_BUSY` when another process holds it.
 */
export async function withProcessLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  await acquire(path);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(`${process.pid}\n`);
      await file.close();
      return;
    } catch (cause) {
      if (!hasErrno(cause, 'EEXIST')) {
        throw fileError('write', path, cause);
      }
      await removeStale(path);
    }
  }
  throw busy(path, 'another process');
}

async function removeStale(path: string): Promise<void> {
  const pid = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
  if (Number.isInteger(pid) && isAlive(pid)) {
    throw busy(path, `process ${pid}`);
  }
  await rm(path, { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return hasErrno(cause, 'EPERM');
  }
}

function busy(path: string, holder: string): SlipwayError {
  return new SlipwayError('CORE_BUSY', `Cannot start: ${holder} is working on the same output`, {
    hint: `wait until it has finished; if it is no slipway process, remove ${path}`,
    at: { file: path },
  });
}
