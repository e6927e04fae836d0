import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileError, type ProgressListener, SlipwayError, silentProgress } from '@slipway/core';
import { formatDependency, formatNevra, openPackage, readSignatures } from '@slipway/rpm';
import { findPackages } from '../build/find-packages.ts';
import type { LoadedRepository } from '../load-repository.ts';
import { readFilelists } from '../read-filelists.ts';
import type { RepoPackage } from '../repo-package.ts';
import { DependencyCheck } from './dependency-check.ts';

/** What is wrong with a repository. */
export interface RepositoryFinding {
  readonly kind:
    | 'missing-file'
    | 'changed-file'
    | 'unlisted-file'
    | 'bad-metadata'
    | 'unsigned-package'
    | 'broken-dependency'
    | 'listed-twice';
  /** The package's NEVRA, or the name of the file. */
  readonly subject: string;
  readonly detail: string;
}

export interface CheckRepositoryOptions {
  /** Repositories whose packages may satisfy dependencies too. */
  readonly others?: readonly LoadedRepository[];
  /** Compares sizes only, not digests. */
  readonly quick?: boolean;
  readonly allowUnsigned?: boolean;
  readonly progress?: ProgressListener;
}

/**
 * Looks at a repository as its clients will: every file that the metadata names is there and unchanged, every package is
 * signed (the signature itself is for `slipway verify` and clients to judge), every requirement can be met. Throws when
 * the repository cannot be read at all.
 */
export async function checkRepository(
  repository: LoadedRepository,
  options: CheckRepositoryOptions = {},
): Promise<RepositoryFinding[]> {
  const packages = [...repository.packages.all()];
  return [
    ...(await checkMetadata(repository)),
    ...(await checkFiles(repository.directory, packages, options)),
    ...checkUnlisted(repository.directory, packages),
    ...(await checkDependencies(repository, options.others ?? [])),
  ];
}

/** Every file of repomd.xml is what it says. */
async function checkMetadata({ repomd, ...repository }: LoadedRepository): Promise<RepositoryFinding[]> {
  const findings: RepositoryFinding[] = [];
  for (const { type, locationHref } of repomd.records) {
    try {
      for await (const _ of repository.open(type) ?? []);
    } catch (error) {
      if (!(error instanceof SlipwayError)) {
        throw error;
      }
      const kind = existsSync(join(repository.directory, locationHref)) ? 'bad-metadata' : 'missing-file';
      findings.push({ kind, subject: locationHref, detail: error.message });
    }
  }
  return findings;
}

async function checkFiles(
  directory: string,
  packages: readonly RepoPackage[],
  { quick = false, allowUnsigned = false, progress = silentProgress }: CheckRepositoryOptions,
): Promise<RepositoryFinding[]> {
  const findings: RepositoryFinding[] = [];
  const seen = new Set<string>();
  for (const [at, one] of packages.entries()) {
    if (seen.has(one.locationHref)) {
      findings.push({ kind: 'listed-twice', subject: one.locationHref, detail: 'the metadata names the file twice' });
    }
    seen.add(one.locationHref);
    const finding = await checkFile(directory, one, { quick, allowUnsigned });
    findings.push(...finding);
    progress({ type: 'advance', stage: 'repository', unit: 'packages', done: at + 1, total: packages.length });
  }
  return findings;
}

async function checkFile(
  directory: string,
  one: RepoPackage,
  { quick, allowUnsigned }: { readonly quick: boolean; readonly allowUnsigned: boolean },
): Promise<RepositoryFinding[]> {
  if (one.locationBase !== undefined) {
    return []; // it is elsewhere
  }
  const path = join(directory, one.locationHref);
  const found = (kind: RepositoryFinding['kind'], detail: string) => [{ kind, subject: formatNevra(one), detail }];
  const state = existsSync(path) ? statSync(path) : undefined;
  if (state === undefined || !state.isFile()) {
    return found('missing-file', `${one.locationHref} is not there`);
  }
  if (state.size !== one.sizeBytes) {
    return found('changed-file', `${one.locationHref} has ${state.size} bytes, not ${one.sizeBytes}`);
  }
  const { algorithm, value } = one.checksum;
  if (!quick && (await digestOf(path, algorithm)) !== value) {
    return found('changed-file', `the ${algorithm} of ${one.locationHref} is another one`);
  }
  if (!allowUnsigned && !(await isSigned(path))) {
    return found('unsigned-package', `${one.locationHref} has no signature`);
  }
  return [];
}

async function digestOf(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
    }
  } catch (cause) {
    throw fileError('read', path, cause);
  }
  return hash.digest('hex');
}

/** What cannot be read as a package has no signature that anybody could check. */
async function isSigned(path: string): Promise<boolean> {
  try {
    return readSignatures(await openPackage(path)).length > 0;
  } catch (error) {
    if (error instanceof SlipwayError) {
      return false;
    }
    throw error;
  }
}

function checkUnlisted(directory: string, packages: readonly RepoPackage[]): RepositoryFinding[] {
  const listed = new Set(packages.map(({ locationHref }) => locationHref));
  return findPackages(directory)
    .filter(({ locationHref }) => !listed.has(locationHref))
    .map(({ locationHref }) => ({
      kind: 'unlisted-file',
      subject: locationHref,
      detail: 'the metadata does not name this package',
    }));
}

async function checkDependencies(
  repository: LoadedRepository,
  others: readonly LoadedRepository[],
): Promise<RepositoryFinding[]> {
  const all = [repository, ...others];
  const check = new DependencyCheck(all.map(({ packages }) => packages));
  const unknown = check.unknownPaths();
  if (unknown.size > 0) {
    check.addOwnedPaths(await ownedPaths(all, unknown));
  }
  return check.broken().map(({ package: one, requirement }) => ({
    kind: 'broken-dependency',
    subject: formatNevra(repository.packages.package(one)),
    detail: `nothing provides ${formatDependency(requirement)}`,
  }));
}

async function ownedPaths(
  repositories: readonly LoadedRepository[],
  wanted: ReadonlySet<string>,
): Promise<Set<string>> {
  const owned = new Set<string>();
  for (const repository of repositories) {
    const content = repository.open('filelists');
    if (content === undefined) {
      continue;
    }
    for await (const { files } of readFilelists(content, { wanted: (path) => wanted.has(path) })) {
      for (const { path } of files) {
        owned.add(path);
      }
    }
  }
  return owned;
}
