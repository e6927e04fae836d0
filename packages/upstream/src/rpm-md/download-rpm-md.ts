import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asDigest, mapConcurrently, type ProgressListener, SlipwayError, type Store } from '@slipway/core';
import type { RepoPackage } from '@slipway/repo';
import {
  formatNevra,
  openPackage,
  packageMetadata,
  type RpmPackage,
  readSignatures,
  verifyDigests,
} from '@slipway/rpm';
import { verifyDetached } from '@slipway/trust';
import { type RpmMdSnapshot, signalOf } from './fetch-snapshot.ts';
import { fetchToFile, fileUrl } from './repository-client.ts';

/** Connections to one server. */
const lanes = 4;
/** The largest packages of Fedora have 2 GB. */
const packageLimitBytes = 16 * 2 ** 30;

export interface RpmMdDownload {
  readonly store: Store;
  /** Partial files lie here; an interrupted run continues with them. */
  readonly workDirectory: string;
  readonly progress: ProgressListener;
}

/**
 * Brings packages into the store: size and SHA-256 as in the metadata, name, version and architecture as announced,
 * and, where the snapshot demands it, a good signature and whole digests inside. Those in the store are skipped.
 * Throws `UPSTREAM_DIGEST_MISMATCH`, `UPSTREAM_TOO_LARGE`, `UPSTREAM_SIGNATURE`, `UPSTREAM_NETWORK`.
 */
export async function downloadRpmMd(
  snapshot: RpmMdSnapshot,
  packages: readonly RepoPackage[],
  { store, workDirectory, progress }: RpmMdDownload,
): Promise<void> {
  await mkdir(workDirectory, { recursive: true });
  const present = await Promise.all(packages.map(({ checksum }) => store.has(asDigest(checksum.value))));
  const missing = packages.filter((_, index) => !present[index]);
  const total = missing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  let done = 0;
  await mapConcurrently(missing, lanes, async (entry) => {
    const path = join(workDirectory, `${entry.checksum.value}.rpm`);
    await fetchPackage(snapshot, entry, path, (count) => {
      done += count;
      progress({ type: 'advance', stage: 'snapshot', unit: 'bytes', done, total, item: entry.name });
    });
    await adopt(snapshot, entry, { path, store });
  });
}

async function fetchPackage(
  snapshot: RpmMdSnapshot,
  entry: RepoPackage,
  path: string,
  onBytes: (count: number) => void,
): Promise<void> {
  if (entry.sizeBytes > packageLimitBytes) {
    throw new SlipwayError('UPSTREAM_TOO_LARGE', `Cannot fetch ${formatNevra(entry)}: it has ${entry.sizeBytes} bytes`);
  }
  const url = fileUrl(snapshot.options.baseUrl, entry.locationHref);
  try {
    await fetchToFile({ ...signalOf(snapshot.options), url, limitBytes: entry.sizeBytes }, path, onBytes);
  } catch (cause) {
    if (cause instanceof SlipwayError && cause.code === 'UPSTREAM_TOO_LARGE') {
      await rm(path, { force: true });
    }
    throw cause;
  }
}

async function adopt(
  snapshot: RpmMdSnapshot,
  entry: RepoPackage,
  { path, store }: { readonly path: string; readonly store: Store },
): Promise<void> {
  try {
    if (snapshot.options.gpgCheck) {
      await checkPackage(snapshot, entry, await openPackage(path));
    }
    await store.putFile(path, asDigest(entry.checksum.value), true);
  } catch (cause) {
    await rm(path, { force: true });
    if (cause instanceof SlipwayError && (cause.code === 'CORE_DIGEST_MISMATCH' || cause.code.startsWith('RPM_'))) {
      throw mismatch(entry, cause.message, cause);
    }
    throw cause;
  }
}

/** rpm's own demand: a good signature over the header, and digests that tie the payload to it. */
async function checkPackage({ keys, options }: RpmMdSnapshot, entry: RepoPackage, opened: RpmPackage): Promise<void> {
  const nevra = formatNevra(packageMetadata(opened.header));
  if (nevra !== formatNevra(entry)) {
    throw mismatch(entry, `the package is ${nevra}`);
  }
  const signatures = readSignatures(opened).filter(({ covers }) => covers === 'header');
  const moment = { at: options.now };
  const verdicts = await Promise.all(
    signatures.map(({ packet }) => verifyDetached(keys, opened.headerBytes, packet, moment)),
  );
  const bad = verdicts.find(({ status }) => status !== 'good' && status !== 'unknown-key');
  if (bad !== undefined || !verdicts.some(({ status }) => status === 'good')) {
    const reason = bad?.status ?? (verdicts.length === 0 ? 'absent' : 'by an unknown key');
    throw new SlipwayError('UPSTREAM_SIGNATURE', `Cannot trust ${nevra}: its signature is ${reason}`, {
      hint: 'check the key of the repository; an unsigned package needs gpgcheck off, with a reason',
      data: { package: entry.name, verdicts },
    });
  }
  if (!(await verifyDigests(opened)).verified) {
    throw mismatch(entry, 'its payload is not the one that was signed');
  }
}

function mismatch(entry: RepoPackage, reason: string, cause?: unknown): SlipwayError {
  return new SlipwayError('UPSTREAM_DIGEST_MISMATCH', `Cannot accept ${formatNevra(entry)}: ${reason}`, {
    hint: 'the server gave other bytes than its metadata announces; nothing of it was kept; try again later',
    data: { package: entry.name, expected: entry.checksum.value },
    cause,
  });
}
