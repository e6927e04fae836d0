import { type Digest, SlipwayError, sha256 } from '@slipway/core';
import {
  type ListedFile,
  openMetadata,
  type Repomd,
  type RepomdRecord,
  type RepoPackage,
  readFilelists,
  readPrimary,
  readRepomd,
} from '@slipway/repo';
import { type PublicKey, parsePublicKeys, verifyDetached } from '@slipway/trust';
import { fetchBytes, fetchStream, fileUrl } from './repository-client.ts';

export interface RpmMdOptions {
  /** Address of the directory that has `repodata/`. */
  readonly baseUrl: string;
  /** Names the repository in lock entries and messages. */
  readonly name: string;
  /** Armored keyrings. */
  readonly gpgKeys: readonly string[];
  /** Demand a signature of repomd.xml (`repodata/repomd.xml.asc`). */
  readonly repoGpgCheck: boolean;
  /** Demand a signature of every package. */
  readonly gpgCheck: boolean;
  /** When keys and signatures must be valid, seconds since 1970. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

/** A repository at one moment; its metadata was verified as the options demand. */
export interface RpmMdSnapshot {
  readonly options: RpmMdOptions;
  readonly keys: readonly PublicKey[];
  readonly revision: string;
  /** SHA-256 of repomd.xml. */
  readonly metadataDigest: Digest;
  /** The newest time among the metadata files, seconds since 1970. */
  readonly date: number;
  readonly packages: readonly RepoPackage[];
}

const repomdPath = 'repodata/repomd.xml';
const repomdLimitBytes = 4 << 20;
const signatureLimitBytes = 256 << 10;
/** Compressed; the largest known filelists (Fedora) has 60 MB. */
const metadataLimitBytes = 2 * 2 ** 30;

/**
 * Fetches and verifies the metadata of an rpm-md repository. Throws `UPSTREAM_SIGNATURE`, `UPSTREAM_NETWORK`,
 * `UPSTREAM_TOO_LARGE`, `UPSTREAM_BAD_INDEX`, `REPO_DIGEST_MISMATCH` and `REPO_BAD_METADATA`.
 */
export async function fetchRpmMdSnapshot(options: RpmMdOptions): Promise<RpmMdSnapshot> {
  const keys = (await Promise.all(options.gpgKeys.map((text) => parsePublicKeys(text)))).flat();
  const bytes = await fetchNeeded(options, repomdPath, repomdLimitBytes);
  if (options.repoGpgCheck) {
    await verifyRepomd(options, keys, bytes);
  }
  const repomd = readRepomd(bytes);
  const packages: RepoPackage[] = [];
  for await (const entry of readPrimary(fetchMetadata(options, findRecord(repomd, 'primary')))) {
    checkPackage(entry);
    packages.push(entry);
  }
  return {
    ...{ options, keys, revision: repomd.revision, metadataDigest: sha256(bytes) },
    date: repomd.records.reduce((latest, { timestamp }) => Math.max(latest, timestamp), 0),
    packages: await withRequiredFiles(options, repomd, packages),
  };
}

async function fetchNeeded(options: RpmMdOptions, path: string, limitBytes: number): Promise<Buffer> {
  const url = fileUrl(options.baseUrl, path);
  const bytes = await fetchBytes({ ...signalOf(options), url, limitBytes });
  if (bytes === undefined) {
    throw new SlipwayError('UPSTREAM_NETWORK', `Cannot fetch ${url}: there is no such file`, {
      hint: 'check the address of the repository: it is the directory that has repodata',
    });
  }
  return bytes;
}

async function verifyRepomd(options: RpmMdOptions, keys: readonly PublicKey[], bytes: Buffer): Promise<void> {
  const url = fileUrl(options.baseUrl, `${repomdPath}.asc`);
  const signature = await fetchBytes({ ...signalOf(options), url, limitBytes: signatureLimitBytes });
  if (signature === undefined) {
    throw new SlipwayError(
      'UPSTREAM_SIGNATURE',
      `Cannot trust the repository ${options.name}: repomd.xml is not signed`,
      {
        hint: 'the repository must publish repomd.xml.asc',
      },
    );
  }
  const verdict = await verifyDetached(keys, bytes, signature, { at: options.now });
  if (verdict.status !== 'good') {
    throw new SlipwayError(
      'UPSTREAM_SIGNATURE',
      `Cannot trust the repository ${options.name}: the signature of repomd.xml is ${verdict.status}`,
      { hint: 'check the key of the repository; if it is right, somebody changed the metadata', data: { verdict } },
    );
  }
}

export function signalOf({ signal }: RpmMdOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function findRecord(repomd: Repomd, type: string): RepomdRecord {
  const record = repomd.records.find((candidate) => candidate.type === type);
  if (record === undefined || record.sizeBytes > metadataLimitBytes) {
    throw new SlipwayError(
      'UPSTREAM_BAD_INDEX',
      `Cannot read the repository: repomd.xml has no ${type} of a usable size`,
    );
  }
  return record;
}

function fetchMetadata(options: RpmMdOptions, record: RepomdRecord): AsyncIterable<Uint8Array> {
  const url = fileUrl(options.baseUrl, record.locationHref);
  return openMetadata(fetchStream({ ...signalOf(options), url, limitBytes: record.sizeBytes }), record);
}

/** Packages are stored under their SHA-256, and fetched from the repository that was asked. */
function checkPackage({ name, checksum, locationBase }: RepoPackage): void {
  if (checksum.algorithm !== 'sha256' || locationBase !== undefined) {
    throw new SlipwayError(
      'UPSTREAM_BAD_INDEX',
      `Cannot use ${name}: it has no SHA-256, or lies in another repository`,
    );
  }
}

/** As dnf: filelists are fetched only when a required path is not among the files of primary. */
async function withRequiredFiles(
  options: RpmMdOptions,
  repomd: Repomd,
  packages: readonly RepoPackage[],
): Promise<readonly RepoPackage[]> {
  const wanted = new Set(
    packages.flatMap(({ requires }) => requires.map(({ name }) => name).filter((name) => name.startsWith('/'))),
  );
  for (const { path } of packages.flatMap(({ files }) => files)) {
    wanted.delete(path);
  }
  if (wanted.size === 0) {
    return packages;
  }
  const found = new Map<string, readonly ListedFile[]>();
  const chunks = fetchMetadata(options, findRecord(repomd, 'filelists'));
  for await (const { pkgid, files } of readFilelists(chunks, { wanted: (path) => wanted.has(path) })) {
    found.set(pkgid, files);
  }
  return packages.map((entry) => ({ ...entry, files: [...entry.files, ...(found.get(entry.checksum.value) ?? [])] }));
}
