import { firstPackage } from '../pool/pool.ts';
import type { PoolView } from '../pool/pool-view.ts';
import { obsoletes } from './package-rules.ts';
import type { SolverState } from './solver-state.ts';

/** Finds which packages obsolete installed ones of other names. */
export function indexObsoleters(state: SolverState): void {
  const { pool, view } = state;
  if (state.installed.length === 0) {
    return;
  }
  for (let number = firstPackage; number < state.size; number++) {
    if (!pool.hasRelations(number, 'obsoletes') || !view.isInstallable(number)) {
      continue;
    }
    for (const dependency of pool.relations(number, 'obsoletes')) {
      for (const other of view.providers(dependency)) {
        if (
          state.isInstalled(other) &&
          pool.nameId(other) !== pool.nameId(number) &&
          obsoletes(view, { obsoleter: number, obsoleted: other, dependency })
        ) {
          addOnce(state.obsoleters, other, number);
        }
      }
    }
  }
}

function addOnce(map: Map<number, number[]>, key: number, value: number): void {
  const known = map.get(key);
  if (known === undefined) {
    map.set(key, [value]);
  } else if (known.at(-1) !== value) {
    known.push(value);
  }
}

/** Installed packages that obsoletes of the package do away with; one may be there several times. */
export function obsoletedInstalled(state: SolverState, number: number): number[] {
  const { pool, view } = state;
  return [...pool.relations(number, 'obsoletes')].flatMap((dependency) =>
    [...view.providers(dependency)].filter(
      (other) => state.isInstalled(other) && obsoletes(view, { obsoleter: number, obsoleted: other, dependency }),
    ),
  );
}

/** Installed packages of the same name that the package replaces. */
export function replacedInstalled(state: SolverState, number: number): number[] {
  const { pool, view } = state;
  return [...view.providers(pool.nameId(number))].filter(
    (other) =>
      state.isInstalled(other) &&
      (view.flags.implicitObsoletesMatchProvides || pool.nameId(other) === pool.nameId(number)) &&
      replacesByColour(view, number, other),
  );
}

export function replacesByColour(view: PoolView, number: number, other: number): boolean {
  return !view.flags.implicitObsoletesNeedColour || view.coloursMatch(number, other);
}

/** Would the package take the place of an installed one that may be updated? */
export function replacesInstalled(state: SolverState, number: number, except?: Uint8Array): boolean {
  const { pool } = state;
  if (state.isInstalled(number) && except?.[number] !== 1) {
    return true;
  }
  return (
    replacedInstalled(state, number).some(
      (other) => pool.nameId(other) === pool.nameId(number) && except?.[other] !== 1,
    ) || obsoletedInstalled(state, number).some((other) => except?.[other] !== 1)
  );
}

/** What installing the package removes; of a multiversion package only what it obsoletes. */
export function allRemovedBy(state: SolverState, number: number): number[] {
  const sideBySide = state.flags.keepExplicitObsoletes && state.isMultiversion(number);
  return [...(sideBySide ? [] : replacedInstalled(state, number)), ...obsoletedInstalled(state, number)];
}

/** Installed packages that every one of `numbers` removes, in the order of the first. */
export function removedByAll(state: SolverState, numbers: Iterable<number>, start?: readonly number[]): number[] {
  let common = start === undefined ? undefined : [...start];
  for (const number of numbers) {
    const removed = allRemovedBy(state, number);
    common = common === undefined ? unique(removed) : common.filter((one) => removed.includes(one));
    if (common.length === 0) {
      return [];
    }
  }
  return common ?? [];
}

function unique(numbers: readonly number[]): number[] {
  return [...new Set(numbers)];
}
