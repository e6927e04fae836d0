import { resolve } from 'node:path';
import type { CachedMetadata } from '@slipway/repo';
import { isUserInstalled, loadInstalledRoot } from '@slipway/rpm';
import { type Pool, PoolBuilder } from '@slipway/solver';
import type { Machine } from '../machine/machine.ts';
import { loadRepository, parseRepository } from './load-repository.ts';

/** dnf's default. */
const priority = 99;

export interface LoadedPool {
  readonly pool: Pool;
  /** Ids of the installed packages that somebody wanted themselves. */
  readonly userInstalled: readonly string[];
  readonly close: () => void;
}

/** A pool of the packages of repositories, and of those installed below a root. */
export async function loadPool(
  machine: Machine,
  { repositories, root }: { readonly repositories: readonly string[]; readonly root?: string | undefined },
): Promise<LoadedPool> {
  const builder = new PoolBuilder();
  const installed = root === undefined ? [] : (loadInstalledRoot(resolve(machine.directory, root))?.packages ?? []);
  for (const one of installed) {
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
    userInstalled: installed.filter(({ reason }) => isUserInstalled(reason)).map(({ id }) => id),
    close: () => {
      for (const metadata of opened) {
        metadata.close();
      }
    },
  };
}
