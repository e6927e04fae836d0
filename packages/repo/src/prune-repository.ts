import { existsSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '@slipway/core';
import { compareEvr } from '@slipway/rpm';
import type { LoadedRepository } from './load-repository.ts';
import type { RepoPackage } from './repo-package.ts';

export interface PruneOptions {
  /** How many versions of a name and architecture stay; default all. */
  readonly keepVersions?: number;
  /** Metadata files that repomd.xml no longer names stay while they are younger than this many seconds; default a day. */
  readonly metadataAge?: number;
  /** Seconds since 1970. */
  readonly now: number;
}

/** What a repository can do without. */
export interface PrunePlan {
  /** Older versions of packages; metadata that does not name them must be written before their files go. */
  readonly packages: readonly RepoPackage[];
  /** Files of `repodata/`, by name. */
  readonly metadata: readonly string[];
}

/** Clients that read an old repomd.xml a moment ago still ask for the files that it names. */
const defaultMetadataAge = 24 * 60 * 60;

/** Finds old versions of packages and metadata that is no longer named. Changes nothing. */
export function planPrune(repository: LoadedRepository, options: PruneOptions): PrunePlan {
  return { packages: oldVersions(repository.packages.all(), options), metadata: oldMetadata(repository, options) };
}

function oldVersions(packages: Iterable<RepoPackage>, { keepVersions }: PruneOptions): RepoPackage[] {
  if (keepVersions === undefined) {
    return [];
  }
  const byName = Map.groupBy(packages, ({ name, arch }) => `${name} ${arch}`);
  return [...byName.values()].flatMap((versions) => {
    const kept = versions
      .map(({ evr }) => evr)
      .sort(compareEvr)
      .filter((evr, at, all) => at === 0 || compareEvr(evr, all[at - 1] as typeof evr) !== 0)
      .slice(-Math.max(1, keepVersions));
    const oldest = kept[0];
    return versions.filter(({ evr }) => oldest !== undefined && compareEvr(evr, oldest) < 0);
  });
}

function oldMetadata(
  { directory, repomd }: LoadedRepository,
  { metadataAge = defaultMetadataAge, now }: PruneOptions,
): string[] {
  const named = new Set(repomd.records.map(({ locationHref }) => locationHref));
  const repodata = join(directory, 'repodata');
  return readdirSync(repodata)
    .filter((name) => /^[0-9a-f]{32,128}-/.test(name) && !named.has(`repodata/${name}`))
    .filter((name) => now - statSync(join(repodata, name)).mtimeMs / 1000 >= metadataAge)
    .sort();
}

/** Removes the files of a plan; the metadata must no longer name the packages. Throws `CORE_FILE_ACCESS`. */
export async function applyPrune(directory: string, { packages, metadata }: PrunePlan): Promise<void> {
  const paths = [
    ...packages.map(({ locationHref }) => join(directory, locationHref)),
    ...metadata.map((name) => join(directory, 'repodata', name)),
  ];
  for (const path of paths) {
    if (existsSync(path)) {
      await rm(path).catch((cause: unknown) => {
        throw fileError('write', path, cause);
      });
    }
  }
}
