import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileError, hasErrno } from './files.ts';
import { SlipwayError } from './slipway-error.ts';

/** A lock file that its owner has just made gets its text within this time. */
const writingMilliseconds = 200;

/**
 * Runs `work` while holding `path` as a lock file that names this process. A lock whose process is gone is taken over.
 * Throws `CORE_BUSY` when another process holds it; `what` says what it works on.
 */
export async function withProcessLock<T>(path: string, work: () => Promise<T>, what = 'output'): Promise<T> {
  await acquire(path, what);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, what: string): Promise<void> {
  const own = `${process.pid} ${await startTime(process.pid)}\n`;
  await mkdir(dirname(path), { recursive: true }).catch((cause) => Promise.reject(fileError('write', path, cause)));
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      await create(path, own);
      return;
    } catch (cause) {
      if (!hasErrno(cause, 'EEXIST')) {
        throw fileError('write', path, cause);
      }
      await removeStale(path, what);
    }
  }
  throw busy(path, 'another process', what);
}

async function create(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
  } catch (cause) {
    await rm(path, { force: true });
    throw cause;
  } finally {
    await file.close();
  }
}

async function removeStale(path: string, what: string): Promise<void> {
  const [pid = '', started = ''] = (await ownerOf(path)).split(' ');
  if (pid !== '' && (await isRunning(Number(pid), started))) {
    throw busy(path, `process ${pid}`, what);
  }
  await rm(path, { force: true });
}

/** The process number and start time in a lock file; empty when nobody wrote them. */
async function ownerOf(path: string): Promise<string> {
  const read = async () => /^\d+(?: \d*)?(?=\n)/.exec(await readFile(path, 'utf8').catch(() => ''))?.[0] ?? '';
  const owner = await read();
  if (owner !== '') {
    return owner;
  }
  await sleep(writingMilliseconds);
  return read();
}

/**
 * Whether the very process that started then still runs. Numbers are given out again: in a container the next run often
 * has the number of the one before.
 */
async function isRunning(pid: number, started: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    if (!hasErrno(cause, 'EPERM')) {
      return false;
    }
  }
  const current = await startTime(pid);
  return started === '' || current === '' || started === current;
}

/** Clock ticks between boot and the start of a process (proc_pid_stat(5), field 22); empty where there is no /proc. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function busy(path: string, holder: string, what: string): SlipwayError {
  return new SlipwayError('CORE_BUSY', `Cannot start: ${holder} is working on the same ${what}`, {
    hint: `wait until it has finished; if it is no slipway process, remove ${path}`,
    at: { file: path },
  });
}
