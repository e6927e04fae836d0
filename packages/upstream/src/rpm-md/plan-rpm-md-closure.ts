import { nearestNames, SlipwayError } from '@slipway/core';
import { type RepoPackage, toResolvable } from '@slipway/repo';
import { buildPool, resolve } from '@slipway/solver';
import type { RpmMdSnapshot } from './fetch-snapshot.ts';

/**
 * The packages that the solver chooses for each request set on an empty system, without weak dependencies: the union
 * over the sets, in order of name and location. Throws `UPSTREAM_UNKNOWN_PACKAGE` and `UPSTREAM_NO_CLOSURE`.
 */
export function planRpmMdClosure(snapshot: RpmMdSnapshot, requestSets: readonly (readonly string[])[]): RepoPackage[] {
  const { packages, options } = snapshot;
  const names = new Set(packages.map(({ name }) => name));
  const repository = options.name;
  const pool = buildPool(packages.map((entry) => toResolvable(entry, { repository })));
  const byId = new Map(packages.map((entry) => [`${repository}/${entry.locationHref}`, entry]));
  const chosen = new Set<RepoPackage>();
  for (const set of requestSets.filter(({ length }) => length > 0)) {
    checkKnown(set, names);
    const resolution = resolve(pool, { install: set, architecture: 'x86_64' });
    if (resolution.outcome === 'unsolvable') {
      const chain = resolution.problems.flatMap((problem) => [problem.summary, ...problem.chain]);
      throw new SlipwayError(
        'UPSTREAM_NO_CLOSURE',
        `Cannot satisfy the dependencies of ${set.join(' ').slice(0, 400)}`,
        {
          hint: chain.join('\n').slice(0, 4000),
        },
      );
    }
    for (const { package: reference } of resolution.packages) {
      chosen.add(byId.get(reference.id) as RepoPackage);
    }
  }
  return [...chosen].sort((a, b) => compareText(a.name, b.name) || compareText(a.locationHref, b.locationHref));
}

function checkKnown(set: readonly string[], names: ReadonlySet<string>): void {
  const unknown = set.find((name) => /^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(name) && !names.has(name));
  const near = unknown === undefined ? [] : nearestNames(unknown, names);
  if (unknown !== undefined) {
    throw new SlipwayError('UPSTREAM_UNKNOWN_PACKAGE', `Cannot find the package ${unknown}`, {
      hint: near.length === 0 ? 'look for it in the metadata of the repository' : `did you mean ${near.join(', ')}?`,
      data: { name: unknown, near },
    });
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
