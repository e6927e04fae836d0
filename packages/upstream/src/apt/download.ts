import type { ProgressListener, Store } from '@slipway/core';
import type { ArchivePackage } from './archive-package.ts';
import { fetchPoolFiles, type PoolFile } from './fetch-pool-files.ts';
import type { AptArchive } from './prepare-apt.ts';

/** What is fetched, with what the signed index says about it. */
export type WantedPackage = Pick<ArchivePackage, 'name' | 'version' | 'poolPath' | 'digest' | 'sizeBytes'>;

/**
 * Brings packages into the store, verified by the SHA-256 of the signed index; those in the store are skipped. Reports
 * bytes. Errors as `fetchPoolFiles`.
 */
export async function download(
  archive: AptArchive,
  packages: readonly WantedPackage[],
  { store, progress }: { readonly store: Store; readonly progress: ProgressListener },
): Promise<void> {
  const missing = await missingFiles(packages.map(poolFile), store);
  const total = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let reported = 0;
  const onBytes = (done: number, item?: string) => {
    reported = Math.max(reported, Math.min(done, total)); // a file that is being moved counts neither here nor there
    const named = item === undefined ? {} : { item };
    progress({ type: 'advance', stage: 'snapshot', unit: 'bytes', done: reported, total, ...named });
  };
  await fetchPoolFiles(archive, missing, { store, onBytes });
}

function poolFile({ name, version, poolPath, digest, sizeBytes }: WantedPackage): PoolFile {
  return { label: `${name} ${version}`, path: poolPath, digest, sizeBytes };
}

/** The files that the store does not have, each digest once. */
export async function missingFiles(files: readonly PoolFile[], store: Store): Promise<PoolFile[]> {
  const unique = [...new Map(files.map((file) => [file.digest, file])).values()];
  const present = await Promise.all(unique.map(({ digest }) => store.has(digest)));
  return unique.filter((_, index) => !present[index]);
}
