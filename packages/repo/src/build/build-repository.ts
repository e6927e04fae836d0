import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, type ProgressListener, SlipwayError, silentProgress } from '@slipway/core';
import { type ListingKey, type Listings, listingFormats, writeListingFiles } from '../listing-files.ts';
import type { Repomd, RepomdRecord } from '../repomd.ts';
import { publishRepomd, type WriteRepositoryOptions, writeAdditionalFiles } from '../write-repository.ts';
import type { Batch, BrokenPackage } from './describe-batch.ts';
import { describePackages } from './describe-packages.ts';
import { type EarlierMetadata, loadEarlierMetadata } from './earlier-metadata.ts';
import { findPackages, type PackageFileState } from './find-packages.ts';

export interface BuildRepositoryOptions extends Omit<WriteRepositoryOptions, 'packageCount'> {
  /** Threads that read packages; default 1, this one. */
  readonly workers?: number;
  /** Writes filelists-ext, which has the digest of every file. */
  readonly withHashes?: boolean;
  /** Where `repodata/` is written; default: the directory of the packages. */
  readonly outputDirectory?: string;
  /** Reads every package, whatever earlier metadata says. */
  readonly fresh?: boolean;
  /** Further directories whose metadata may describe the packages (createrepo_c's `--update-md-path`). */
  readonly updateFrom?: readonly string[];
  /** Leaves out packages that cannot be described, as createrepo_c does; otherwise nothing is written for one. */
  readonly skipBroken?: boolean;
  readonly progress?: ProgressListener;
}

export interface BuildRepositoryResult {
  readonly repomd: Repomd;
  /** Packages that the repository has now. */
  readonly packageCount: number;
  /** Packages that were opened; the others were taken over from earlier metadata. */
  readonly readCount: number;
  /** Nothing had changed, and nothing was written. */
  readonly isUpToDate: boolean;
  readonly broken: readonly BrokenPackage[];
}

/** Packages that one thread describes in one go: enough to make handing over cheap. */
const batchSize = 24;

/**
 * Makes or renews the metadata of all packages below `directory`, as createrepo_c does, in its order. Packages that
 * earlier metadata describes with the same place, size and time are not opened; files of other types (groups, advisories,
 * modules) that the earlier repomd.xml names stay, unless `additional` brings new ones. Clients see the old repository or
 * the new one. Memory: a few batches, and the earlier listings. Throws `REPO_BROKEN_PACKAGES` and what reading throws.
 */
export async function buildRepository(
  directory: string,
  options: BuildRepositoryOptions,
): Promise<BuildRepositoryResult> {
  const output = options.outputDirectory ?? directory;
  const found = findPackages(directory);
  const earlier = options.fresh === true ? [] : await loadAll([output, ...(options.updateFrom ?? [])]);
  const own = earlier.find((one) => one.directory === output);
  if (own !== undefined && isUpToDate(own, found, options)) {
    return { repomd: own.repomd, packageCount: found.length, readCount: 0, isUpToDate: true, broken: [] };
  }
  const usable = await withListings(earlier, options.withHashes ?? false);
  const repodata = join(output, 'repodata');
  await mkdir(repodata, { recursive: true }).catch((cause: unknown) => {
    throw fileError('write', repodata, cause);
  });
  const { records, ...made } = await writeDescribed(directory, { found, usable, options, repodata });
  const added = await writeAdditionalFiles(repodata, options);
  const repomd = await publishRepomd(repodata, inOrder([...records, ...added, ...kept(own, added)]), options);
  return { repomd, ...made, isUpToDate: false };
}

async function loadAll(directories: readonly string[]): Promise<EarlierMetadata[]> {
  const all: EarlierMetadata[] = [];
  for (const directory of directories) {
    const earlier = await loadEarlierMetadata(directory);
    if (earlier !== undefined) {
      all.push(earlier);
    }
  }
  return all;
}

/** Same packages in the same files, and metadata that has what is asked for. */
function isUpToDate(
  own: EarlierMetadata,
  found: readonly PackageFileState[],
  { withHashes = false, additional = [], compression = 'zstd', revision, tags }: BuildRepositoryOptions,
): boolean {
  const types = new Map(own.repomd.records.map((record) => [record.type, record]));
  const suffix = { zstd: '.zst', gzip: '.gz', xz: '.xz', none: '.xml' }[compression];
  const isComplete = listingFormats(true).every(({ type, key }) =>
    key === 'filelistsExt' && !withHashes ? !types.has(type) : types.get(type)?.locationHref.endsWith(suffix),
  );
  return (
    isComplete &&
    additional.length === 0 &&
    (revision === undefined || revision === own.repomd.revision) &&
    (tags === undefined || JSON.stringify(tags) === JSON.stringify(own.repomd.tags)) &&
    own.packages.size === found.length &&
    found.every((file) => own.describes(file)) &&
    own.repomd.records.every((record) => isThere(own.directory, record))
  );
}

function isThere(directory: string, { locationHref, sizeBytes }: RepomdRecord): boolean {
  const path = join(directory, locationHref);
  return existsSync(path) && statSync(path).size === sizeBytes;
}

async function withListings(earlier: readonly EarlierMetadata[], withHashes: boolean): Promise<EarlierMetadata[]> {
  const usable: EarlierMetadata[] = [];
  for (const one of earlier) {
    if (await one.loadListings(withHashes)) {
      usable.push(one);
    }
  }
  return usable;
}

interface Work {
  readonly found: readonly PackageFileState[];
  readonly usable: readonly EarlierMetadata[];
  readonly options: BuildRepositoryOptions;
  readonly repodata: string;
}

async function writeDescribed(directory: string, { found, usable, options, repodata }: Work) {
  const broken: BrokenPackage[] = [];
  const write = async (packages: readonly PackageFileState[]) => {
    const plan = planListings(directory, { found: packages, usable, options, repodata });
    const listings = describe(plan, options, (some) => broken.push(...some));
    const settings = { ...options, packageCount: packages.length };
    const records = await writeListingFiles(repodata, listings, settings);
    const readCount = plan.reduce((sum, step) => sum + ('locations' in step ? step.locations.length : 0), 0);
    return { records, packageCount: packages.length, readCount, broken };
  };
  try {
    return await write(found);
  } catch (cause) {
    // that fewer came than were announced is only how it ends
    if (broken.length === 0 || !(cause instanceof SlipwayError) || cause.code !== 'CORE_BUG') {
      throw cause;
    }
    if (options.skipBroken !== true) {
      throw brokenPackages(broken);
    }
    // their number stands before the first package: once more, without them
    const leftOut = new Set(broken.map(({ locationHref }) => locationHref));
    return write(found.filter(({ locationHref }) => !leftOut.has(locationHref)));
  }
}

function brokenPackages(broken: readonly BrokenPackage[]): SlipwayError {
  const [first] = broken;
  const more = broken.length > 1 ? ` (and ${broken.length - 1} more)` : '';
  return new SlipwayError('REPO_BROKEN_PACKAGES', `Cannot list ${first?.locationHref}: ${first?.reason}${more}`, {
    hint: 'repair or remove the packages, or leave them out with --skip-broken',
    data: { broken },
  });
}

/** What comes next into the listings: packages to be read, or one that was described before. */
type Step = Batch | { readonly reused: string; readonly from: EarlierMetadata };

function planListings(directory: string, { found, usable, options }: Work): Step[] {
  const plan: Step[] = [];
  let unread: string[] = [];
  const flush = () => {
    if (unread.length > 0) {
      plan.push({ directory, locations: unread, withHashes: options.withHashes ?? false });
      unread = [];
    }
  };
  for (const file of found) {
    const from = usable.find((one) => one.describes(file));
    if (from === undefined) {
      unread.push(file.locationHref);
    } else {
      flush();
      plan.push({ reused: file.locationHref, from });
    }
    if (unread.length === batchSize) {
      flush();
    }
  }
  flush();
  return plan;
}

async function* describe(
  plan: readonly Step[],
  { workers = 1, progress = silentProgress, withHashes = false }: BuildRepositoryOptions,
  addBroken: (broken: readonly BrokenPackage[]) => void,
): AsyncGenerator<Listings> {
  const batches = plan.filter((step) => 'locations' in step);
  const total = batches.reduce((sum, { locations }) => sum + locations.length, 0);
  const described = describePackages(batches, workers);
  let done = 0;
  try {
    for (const step of plan) {
      if ('reused' in step) {
        yield reusedListings(step, withHashes);
        continue;
      }
      const next = await described.next();
      if (next.done === true) {
        throw new SlipwayError('CORE_BUG', 'a batch of packages was not described');
      }
      addBroken(next.value.broken);
      done += step.locations.length;
      progress({ type: 'advance', stage: 'repository', unit: 'packages', done, total });
      yield next.value;
    }
  } finally {
    await described.return(undefined);
  }
}

function reusedListings(step: { reused: string; from: EarlierMetadata }, withHashes: boolean): Listings {
  const part = (key: ListingKey) => step.from.listing(step.reused, key) ?? '';
  return {
    count: 1,
    primary: part('primary'),
    filelists: part('filelists'),
    other: part('other'),
    ...(withHashes ? { filelistsExt: part('filelistsExt') } : {}),
  };
}

/** Records of earlier files of other types; databases and recompressed forms speak of the old packages. */
function kept(own: EarlierMetadata | undefined, added: readonly RepomdRecord[]): RepomdRecord[] {
  const replaced = new Set([
    ...listingFormats(true).map(({ type }) => type as string),
    ...added.map(({ type }) => type),
  ]);
  const isOurs = ({ type }: RepomdRecord) =>
    !replaced.has(type) && !/^(primary|filelists|filelists-ext|other)_(db|zck)$/.test(type);
  return own?.repomd.records.filter(isOurs) ?? [];
}

const firstTypes = ['primary', 'filelists', 'other'];

/** createrepo_c's order: three types first, the rest by type, then by location. */
function inOrder(records: readonly RepomdRecord[]): RepomdRecord[] {
  const rank = (type: string) => (firstTypes.includes(type) ? firstTypes.indexOf(type) : firstTypes.length);
  const key = ({ type, locationHref }: RepomdRecord) => `${rank(type)}${type}\n${locationHref}`;
  return records.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
