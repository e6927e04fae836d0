import { join, resolve } from 'node:path';
import type { CachedMetadata } from '@slipway/repo';
import { findRpmDatabase, type ListedPackage, listInstalled } from '@slipway/rpm';
import { type Pool, PoolBuilder, type SolverPackage } from '@slipway/solver';
import type { Machine } from '../machine/machine.ts';
import { loadRepository, parseRepository } from './load-repository.ts';

/** The repository of what is installed. */
export const installedRepository = '@System';

/** Where an rpm database lies below the root of a system, the newer place first. */
const databasePlaces = ['usr/lib/sysimage/rpm', 'var/lib/rpm'];
const priority = 99;

export interface LoadedPool {
  readonly pool: Pool;
  readonly close: () => void;
}

/** A pool of the packages of repositories, and of those installed below a root. */
export async function loadPool(
  machine: Machine,
  { repositories, root }: { readonly repositories: readonly string[]; readonly root?: string | undefined },
): Promise<LoadedPool> {
  const builder = new PoolBuilder();
  for (const one of root === undefined ? [] : installedPackages(resolve(machine.directory, root))) {
    builder.add(one);
  }
  const opened: CachedMetadata[] = [];
  for (const [at, text] of repositories.entries()) {
    const repository = parseRepository(machine, text, at);
    const metadata = await loadRepository(machine, repository);
    opened.push(metadata);
    builder.addTable(metadata.table, { repository: repository.name, priority });
  }
  return {
    pool: builder.build(),
    close: () => {
      for (const metadata of opened) {
        metadata.close();
      }
    },
  };
}

function installedPackages(root: string): SolverPackage[] {
  const databases = databasePlaces.flatMap((place) => findRpmDatabase(join(root, place)) ?? []);
  const [database] = databases;
  return database === undefined ? [] : listInstalled(database).packages.map(toSolverPackage);
}

function toSolverPackage(one: ListedPackage): SolverPackage {
  return {
    id: `${installedRepository}/${one.hnum}`,
    name: one.name,
    evr: one.evr,
    arch: one.arch,
    provides: one.provides,
    requires: one.requires,
    conflicts: one.conflicts,
    obsoletes: one.obsoletes,
    recommends: one.recommends,
    suggests: one.suggests,
    supplements: one.supplements,
    enhances: one.enhances,
    files: one.files.map(({ path }) => path),
    vendor: one.vendor,
    repository: installedRepository,
    priority,
    buildTime: one.buildTime,
    installedSizeBytes: one.installedSizeBytes,
  };
}
