import type { PoolView } from '../pool/pool-view.ts';
import { replacesByColour } from '../rules/obsoletes.ts';
import { obsoletes } from '../rules/package-rules.ts';
import type { SolverState } from '../rules/solver-state.ts';

/** What may change when one package takes the place of another. */
export interface Allowed {
  readonly downgrade: boolean;
  readonly nameChange: boolean;
  readonly architectureChange: boolean;
  readonly vendorChange: boolean;
}

const everything: Allowed = { downgrade: true, nameChange: true, architectureChange: true, vendorChange: true };

export function allowedByPolicy({ flags }: SolverState): Allowed {
  return {
    downgrade: flags.allowDowngrade,
    nameChange: flags.allowNameChange,
    architectureChange: flags.allowArchChange,
    vendorChange: flags.allowVendorChange,
  };
}

function allowedInDup({ flags }: SolverState): Allowed {
  return {
    downgrade: flags.dupAllowDowngrade,
    nameChange: flags.dupAllowNameChange,
    architectureChange: flags.dupAllowArchChange,
    vendorChange: flags.dupAllowVendorChange,
  };
}

/** Packages that may take the place of an installed one: by policy, in a distribution upgrade, or at all. */
export function updateCandidates(state: SolverState, number: number, scope: 'policy' | 'dup' | 'all'): number[] {
  const { view, pool, flags } = state;
  const allowed = scope === 'all' ? everything : scope === 'dup' ? allowedInDup(state) : allowedByPolicy(state);
  const name = pool.nameId(number);
  const found: number[] = [];
  let isReplacedByProvider = false;
  for (const other of view.providers(name)) {
    if (other === number || isHidden(state, other)) {
      continue;
    }
    if (pool.nameId(other) === name) {
      if (!replacesByColour(view, number, other) || (!allowed.downgrade && pool.compareEvr(number, other) > 0)) {
        continue;
      }
    } else {
      const mayReplace = allowed.nameChange && (!flags.noUpdateProvide || flags.needUpdateProvide);
      if (!mayReplace || !replacesByColour(view, number, other) || !obsoletesPackage(view, other, number)) {
        continue;
      }
      isReplacedByProvider = true;
    }
    if (isAllowedChange(view, number, other, allowed)) {
      found.push(other);
    }
  }
  if (!allowed.nameChange || flags.needUpdateProvide || (!flags.noUpdateProvide && isReplacedByProvider)) {
    return found;
  }
  const obsoleters = state.obsoleters.get(number) ?? [];
  return [
    ...found,
    ...obsoleters.filter(
      (other) => replacesByColour(view, number, other) && isAllowedChange(view, number, other, allowed),
    ),
  ];
}

function isHidden({ view }: SolverState, other: number): boolean {
  return view.flags.providersIncludeDisabled && !view.isInstalled(other) && view.isDisabled(other);
}

function isAllowedChange(view: PoolView, from: number, to: number, allowed: Allowed): boolean {
  return (
    (allowed.architectureChange || !view.isArchitectureChange(from, to)) &&
    (allowed.vendorChange || !view.isVendorChange(from, to))
  );
}

function obsoletesPackage(view: PoolView, obsoleter: number, obsoleted: number): boolean {
  return [...view.pool.relations(obsoleter, 'obsoletes')].some(
    (dependency) =>
      view.providers(dependency).includes(obsoleted) && obsoletes(view, { obsoleter, obsoleted, dependency }),
  );
}

/** What policy has against the change from an installed package to another, beside what is `ignored`. */
export function policyObjections(
  state: SolverState,
  { from, to }: { readonly from: number; readonly to: number },
  ignored: ReadonlySet<keyof Allowed> = new Set(),
): (keyof Allowed)[] {
  const { pool, view } = state;
  const allowed = state.isDupInvolved(from) ? allowedInDup(state) : allowedByPolicy(state);
  const sameName = pool.nameId(from) === pool.nameId(to);
  const objections: readonly [keyof Allowed, boolean][] = [
    ['downgrade', sameName && pool.compareEvr(from, to) > 0],
    ['architectureChange', view.isArchitectureChange(from, to)],
    ['vendorChange', view.isVendorChange(from, to)],
    ['nameChange', !sameName],
  ];
  return objections.flatMap(([change, happens]) =>
    happens && !allowed[change] && !ignored.has(change) ? [change] : [],
  );
}
