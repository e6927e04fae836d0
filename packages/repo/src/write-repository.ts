import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Chunks, fileError, SlipwayError, writeFileAtomically } from '@slipway/core';
import { compareLocations } from './build/find-packages.ts';
import { type Listings, writeListingFiles } from './listing-files.ts';
import { type MetadataCompression, MetadataFile } from './metadata-file.ts';
import { formatPackage } from './package-xml.ts';
import { formatRepomd, isSafeLocation, type Repomd, type RepomdRecord, type RepositoryTags } from './repomd.ts';
import type { RepositoryEntry } from './repository-entry.ts';

export interface WriteRepositoryOptions {
  /** Seconds since 1970: the time stamps of all metadata. */
  readonly time: number;
  /** Default: `time`. */
  readonly revision?: string;
  /** Number of packages; needed when they come from an iterator rather than an array. */
  readonly packageCount?: number;
  readonly compression?: MetadataCompression;
  /** zstd level; default 10, as createrepo_c. */
  readonly compressionLevel?: number;
  readonly tags?: RepositoryTags;
  /** Whole files beside the three standard ones, for example `{ type: 'updateinfo', name: 'updateinfo.xml', content }`. */
  readonly additional?: readonly { readonly type: string; readonly name: string; readonly content: Chunks }[];
  /** Signs repomd.xml; the armored detached signature becomes repomd.xml.asc. */
  readonly sign?: (repomdBytes: Uint8Array) => Promise<string>;
}

/**
 * Writes `repodata/` in `directory`, byte for byte as createrepo_c describes packages. Arrays are sorted by
 * `compareLocations`; an iterator must deliver in that order. All new files come first and repomd.xml last, by renaming, so that clients see
 * the old repository or the new one; files of earlier repomd.xml stay. Memory: one package.
 * Throws `REPO_BAD_PACKAGE`, `REPO_UNORDERED`, `CORE_FILE_ACCESS`, `CORE_DISK_FULL`.
 */
export async function writeRepository(
  directory: string,
  packages: readonly RepositoryEntry[] | AsyncIterable<RepositoryEntry>,
  options: WriteRepositoryOptions,
): Promise<Repomd> {
  const repodata = join(directory, 'repodata');
  await mkdir(repodata, { recursive: true }).catch((cause: unknown) => {
    throw fileError('write', repodata, cause);
  });
  const listings = describe(inOrder(packages));
  const records = [
    ...(await writeListingFiles(repodata, listings, { ...options, packageCount: countOf(packages, options) })),
    ...(await writeAdditionalFiles(repodata, options)),
  ];
  return publishRepomd(repodata, records, options);
}

async function* describe(packages: AsyncIterable<RepositoryEntry>): AsyncGenerator<Listings> {
  for await (const entry of packages) {
    yield { count: 1, ...formatPackage(entry) };
  }
}

/** Writes repomd.xml, after its signature. */
export async function publishRepomd(
  repodata: string,
  records: readonly RepomdRecord[],
  options: Pick<WriteRepositoryOptions, 'time' | 'revision' | 'tags' | 'sign'>,
): Promise<Repomd> {
  const { revision = String(options.time), tags } = options;
  const repomd = { revision, records, ...(tags === undefined ? {} : { tags }) };
  const bytes = Buffer.from(formatRepomd(repomd));
  if (options.sign !== undefined) {
    await writeFileAtomically(join(repodata, 'repomd.xml.asc'), await options.sign(bytes));
  }
  await writeFileAtomically(join(repodata, 'repomd.xml'), bytes);
  return repomd;
}

function countOf(
  packages: readonly RepositoryEntry[] | AsyncIterable<RepositoryEntry>,
  options: WriteRepositoryOptions,
) {
  const count = isArray(packages) ? packages.length : options.packageCount;
  if (count === undefined) {
    throw new SlipwayError('CORE_BUG', 'packageCount is missing for packages from an iterator');
  }
  return count;
}

function isArray(
  packages: readonly RepositoryEntry[] | AsyncIterable<RepositoryEntry>,
): packages is readonly RepositoryEntry[] {
  return Array.isArray(packages);
}

async function* inOrder(
  packages: readonly RepositoryEntry[] | AsyncIterable<RepositoryEntry>,
): AsyncGenerator<RepositoryEntry> {
  let last = '';
  for await (const entry of isArray(packages) ? [...packages].sort(compareEntries) : packages) {
    if (!isSafeLocation(entry.locationHref)) {
      throw new SlipwayError(
        'REPO_BAD_PACKAGE',
        `Cannot list ${entry.locationHref}: it is not a path inside the repository`,
      );
    }
    if (last !== '' && compareLocations(last, entry.locationHref) >= 0) {
      throw new SlipwayError('REPO_UNORDERED', `Cannot list ${entry.locationHref}: it follows ${last}`);
    }
    last = entry.locationHref;
    yield entry;
  }
}

function compareEntries(a: RepositoryEntry, b: RepositoryEntry): number {
  return compareLocations(a.locationHref, b.locationHref);
}

/** Compresses whole files into `repodata`. */
export async function writeAdditionalFiles(
  repodata: string,
  options: Pick<WriteRepositoryOptions, 'additional' | 'compression' | 'compressionLevel' | 'time'>,
): Promise<RepomdRecord[]> {
  const records: RepomdRecord[] = [];
  for (const { type, name, content } of options.additional ?? []) {
    const level = options.compressionLevel ?? 10;
    const { compression = 'zstd' } = options;
    const file = new MetadataFile(repodata, { type, name, compression, level, timestamp: options.time });
    try {
      for await (const chunk of content) {
        await file.writeBytes(chunk);
      }
      records.push(await file.finish());
    } finally {
      await file.discard();
    }
  }
  return records;
}
