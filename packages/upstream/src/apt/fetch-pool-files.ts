import { lstat, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Digest, mapConcurrently, SlipwayError, type Store } from '@slipway/core';
import type { AptArchive } from './prepare-apt.ts';
import { aptError, runApt } from './run-apt.ts';

/** A file of the archive, with what the signed index says about it. */
export interface PoolFile {
  /** For messages: the package, and its version. */
  readonly label: string;
  /** Below the archive's root. */
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

export interface PoolFetch {
  readonly store: Store;
  /** Bytes of the files that are done, and of those under way. */
  readonly onBytes: (done: number, item?: string) => void;
}

/** Concurrent apt processes: a mirror allows few connections, and apt uses one for each process. */
const lanes = 3;
/** Files of one apt run: bounds the command line, and how long a lane works past a failure of another. */
const batchCount = 60;
const batchBytes = 256 << 20;
const progressMilliseconds = 500;
const helper = '/usr/lib/apt/apt-helper';

/**
 * Brings files of the archive's pool into the store, over apt's own transports. Every file is verified by apt and again
 * by the store. What an interrupted run left in the work directory is used: whole files at once, partial ones by a range
 * request. Throws `UPSTREAM_DIGEST_MISMATCH` naming the package, `UPSTREAM_NETWORK`, `CORE_DISK_FULL`; what was fetched
 * before stays in the store.
 */
export async function fetchPoolFiles(archive: AptArchive, files: readonly PoolFile[], fetch: PoolFetch): Promise<void> {
  if (files.length === 0) {
    return;
  }
  const directory = join(archive.workDirectory, 'pool');
  await mkdir(directory, { recursive: true });
  let done = 0;
  const take = async (file: PoolFile) => {
    await adopt(file, directory, fetch.store);
    done += file.sizeBytes;
    fetch.onBytes(done, file.label);
  };
  const stopWatching = watchSize(directory, (bytes) => fetch.onBytes(done + bytes));
  try {
    const left = await takeFinished(files, directory, take);
    const base = await archiveAddress(archive);
    await mapConcurrently(batches(left), lanes, async (batch) => {
      await runHelper(archive, batch, { directory, base });
      for (const file of batch) {
        await take(file);
      }
    });
  } finally {
    await stopWatching();
  }
  await rm(directory, { recursive: true, force: true });
}

/** Takes what an interrupted run had fetched whole; gives the rest, of which apt continues partial files. */
async function takeFinished(
  files: readonly PoolFile[],
  directory: string,
  take: (file: PoolFile) => Promise<void>,
): Promise<PoolFile[]> {
  const left: PoolFile[] = [];
  for (const file of files) {
    const found = await stat(join(directory, file.digest)).catch(() => undefined);
    if (found?.size === file.sizeBytes) {
      await take(file);
    } else {
      left.push(file);
    }
  }
  return left;
}

async function archiveAddress(archive: AptArchive): Promise<string> {
  const result = await runApt('apt-get', ['indextargets', '--format', '$(REPO_URI)'], archive);
  const address = result.stdout.toString().split('\n')[0] ?? '';
  if (result.status !== 0 || address === '') {
    throw aptError('find the address of the archive', result);
  }
  return address.endsWith('/') ? address : `${address}/`;
}

/** Largest first and dealt out by size, so that the lanes end together. */
function batches(files: readonly PoolFile[]): PoolFile[][] {
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const byBytes = Math.ceil(total / batchBytes);
  const count = Math.min(files.length, Math.max(lanes, byBytes, Math.ceil(files.length / batchCount)));
  const dealt: { files: PoolFile[]; bytes: number }[] = Array.from({ length: count }, () => ({ files: [], bytes: 0 }));
  for (const file of [...files].sort((a, b) => b.sizeBytes - a.sizeBytes || (a.digest < b.digest ? -1 : 1))) {
    const open = dealt.filter(({ files: taken }) => taken.length < batchCount);
    const smallest = open.reduce((best, candidate) => (candidate.bytes < best.bytes ? candidate : best));
    smallest.files.push(file);
    smallest.bytes += file.sizeBytes;
  }
  return dealt.map(({ files: taken }) => taken);
}

async function runHelper(
  archive: AptArchive,
  batch: readonly PoolFile[],
  { directory, base }: { directory: string; base: string },
): Promise<void> {
  const words = batch.flatMap(({ path, digest }) => [`${base}${path}`, join(directory, digest), `SHA256:${digest}`]);
  const result = await runApt(helper, ['download-file', ...words], archive);
  if (result.status === 0) {
    return;
  }
  const failed = new Set((await readdir(directory)).filter((name) => name.endsWith('.FAILED')));
  await Promise.all([...failed].map((name) => rm(join(directory, name), { force: true })));
  const guilty = batch.find(({ digest }) => failed.has(`${digest}.FAILED`));
  const error = aptError('download packages', result);
  throw guilty !== undefined && error.code === 'UPSTREAM_DIGEST_MISMATCH' ? mismatch(guilty, error.message) : error;
}

function mismatch({ label, digest, path }: PoolFile, reason: string): SlipwayError {
  return new SlipwayError('UPSTREAM_DIGEST_MISMATCH', `Cannot accept ${label}: ${reason}`, {
    hint: 'the mirror gave other bytes than its signed index announces; nothing of it was kept; try again later',
    data: { package: label.split(' ')[0], path, expected: digest },
  });
}

async function adopt(file: PoolFile, directory: string, store: Store): Promise<void> {
  const path = join(directory, file.digest);
  try {
    // archives on this machine are linked to by apt, not copied
    const isLink = (await lstat(path)).isSymbolicLink();
    await store.putFile(path, file.digest, !isLink);
  } catch (cause) {
    await rm(path, { force: true });
    throw cause instanceof SlipwayError && cause.code === 'CORE_DIGEST_MISMATCH'
      ? mismatch(file, cause.message)
      : cause;
  }
}

/** Reports the bytes that lie in the directory, partial files included, until the returned function is called. */
function watchSize(directory: string, report: (bytes: number) => void): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = directorySize(directory).then(report, () => {});
  }, progressMilliseconds);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}

async function directorySize(directory: string): Promise<number> {
  const names = await readdir(directory);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(directory, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
