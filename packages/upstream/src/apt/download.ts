import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mapConcurrently, type ProgressListener, SlipwayError, type Store } from '@slipway/core';
import type { ArchivePackage } from './archive-package.ts';
import type { AptArchive } from './prepare-apt.ts';
import { aptError, runApt } from './run-apt.ts';

/** Concurrent apt processes: a mirror allows few connections, and apt uses one for each process. */
const lanes = 3;
/** Packages of one apt run: bounds the command line, and what is fetched again after an interruption. */
const batchCount = 60;
const batchBytes = 256 << 20;
const progressMilliseconds = 500;

/** What is fetched, with what the signed index says about it. */
export type Wanted = Pick<ArchivePackage, 'name' | 'version' | 'architecture' | 'digest' | 'sizeBytes'>;

/**
 * Brings packages into the store, verified by the SHA-256 of the signed index; those in the store are skipped, and an
 * interrupted run continues where it stopped, within files too. Throws `UPSTREAM_DIGEST_MISMATCH` naming the package
 * (what else was fetched stays in the store), `UPSTREAM_NETWORK`, `CORE_DISK_FULL`.
 */
export async function download(
  archive: AptArchive,
  packages: readonly Wanted[],
  { store, progress }: { readonly store: Store; readonly progress: ProgressListener },
): Promise<void> {
  const missing = await missingPackages(packages, store);
  const total = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  const report = (ahead: number, item?: string) =>
    progress({
      type: 'advance',
      stage: 'snapshot',
      unit: 'bytes',
      done: done + ahead,
      total,
      ...(item === undefined ? {} : { item }),
    });
  const watcher = watchSize(archive.workDirectory, report);
  try {
    await mapConcurrently(batches(missing), lanes, async (batch) => {
      const directory = join(archive.workDirectory, batchName(batch));
      await mkdir(directory, { recursive: true });
      await fetchBatch(archive, batch, directory);
      for (const entry of batch) {
        await adopt(entry, directory, store);
        done += entry.sizeBytes;
        report(0, entry.name);
      }
      await rm(directory, { recursive: true, force: true });
    });
  } finally {
    await watcher.stop();
  }
}

async function missingPackages(packages: readonly Wanted[], store: Store): Promise<Wanted[]> {
  const unique = new Map(packages.map((entry) => [entry.digest, entry]));
  const present = await Promise.all([...unique.keys()].map((digest) => store.has(digest)));
  return [...unique.values()].filter((_, index) => !present[index]);
}

/** Largest first, so that the lanes end together. */
function batches(packages: readonly Wanted[]): Wanted[][] {
  const result: Wanted[][] = [];
  let size = batchBytes;
  for (const entry of [...packages].sort((a, b) => b.sizeBytes - a.sizeBytes || (a.name < b.name ? -1 : 1))) {
    const last = result.at(-1);
    if (last === undefined || size + entry.sizeBytes > batchBytes || last.length >= batchCount) {
      result.push([entry]);
      size = entry.sizeBytes;
    } else {
      last.push(entry);
      size += entry.sizeBytes;
    }
  }
  return balance(result);
}

/** With fewer batches than lanes, deals the packages out instead. */
function balance(made: Wanted[][]): Wanted[][] {
  const all = made.flat();
  if (made.length >= lanes || all.length <= 1) {
    return made;
  }
  const dealt: Wanted[][] = Array.from({ length: Math.min(lanes, all.length) }, () => []);
  for (const [index, entry] of all.entries()) {
    dealt[index % dealt.length]?.push(entry);
  }
  return dealt;
}

/** Named after its first package, so that a run that continues finds its partial files. */
function batchName(batch: readonly Wanted[]): string {
  return batch[0]?.digest ?? 'empty';
}

async function fetchBatch(archive: AptArchive, batch: readonly Wanted[], directory: string): Promise<void> {
  const names = batch.map(
    ({ name, version, architecture }) => `${name}${architecture === 'all' ? '' : `:${architecture}`}=${version}`,
  );
  const result = await runApt('apt-get', ['download', '-q', '--', ...names], { ...archive, cwd: directory });
  if (result.status !== 0) {
    throw nameMismatch(aptError('download packages', result), batch, `${result.stdout}${result.stderr}`);
  }
}

/** Says which package the mirror gave wrongly. */
function nameMismatch(error: SlipwayError, batch: readonly Wanted[], output: string): SlipwayError {
  const guilty = batch.find((entry) => output.includes(`/${fileStem(entry)}`) || output.includes(` ${entry.name} `));
  if (error.code !== 'UPSTREAM_DIGEST_MISMATCH' || guilty === undefined) {
    return error;
  }
  return mismatch(guilty, error.message);
}

function mismatch({ name, version, digest }: Wanted, reason: string): SlipwayError {
  return new SlipwayError('UPSTREAM_DIGEST_MISMATCH', `Cannot accept ${name} ${version}: ${reason}`, {
    hint: 'the mirror gave other bytes than its signed index announces; nothing of it was kept; try again later',
    data: { package: name, version, expected: digest },
  });
}

/** apt writes `NAME_VERSION_ARCH.deb`, the colon of an epoch as %3a. */
function fileStem({ name, version }: Wanted): string {
  return `${name}_${version.replaceAll(':', '%3a')}_`;
}

async function adopt(entry: Wanted, directory: string, store: Store): Promise<void> {
  const path = join(directory, `${fileStem(entry)}${entry.architecture}.deb`);
  try {
    await store.putFile(path, entry.digest, true);
  } catch (cause) {
    if (cause instanceof SlipwayError && cause.code === 'CORE_DIGEST_MISMATCH') {
      await rm(path, { force: true });
      throw mismatch(entry, cause.message);
    }
    throw cause;
  }
}

interface Watcher {
  stop(): Promise<void>;
}

/** Reports the bytes that lie in the work directory, partial files included. */
function watchSize(directory: string, report: (bytes: number) => void): Watcher {
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = directorySize(directory).then(report, () => {});
  }, progressMilliseconds);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}

async function directorySize(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
