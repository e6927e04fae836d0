import { updateCandidates } from '../policy/update-candidates.ts';
import { obsoletes } from './package-rules.ts';
import type { SolverState } from './solver-state.ts';

/** One feature rule for each installed package: itself, or anything that could ever take its place. */
export function addFeatureRules(state: SolverState): void {
  const { rules } = state;
  rules.sections.feature.start = rules.count;
  for (const number of state.installed) {
    const candidates = updateCandidates(state, number, 'all');
    const isOrphan =
      state.isDupInvolved(number) &&
      !mayStayInDup(state, number) &&
      !candidates.some((other) => !state.isInstalled(other) || mayStayInDup(state, other));
    rules.addClause(isOrphan ? [0] : [number, ...candidates]);
  }
  rules.sections.feature.end = rules.count;
}

/** One update rule for each installed package: itself, or what policy lets take its place. */
export function addUpdateRules(state: SolverState): void {
  const { rules } = state;
  rules.sections.update.start = rules.count;
  for (const number of state.installed) {
    addUpdateRule(state, number);
    const update = rules.count - 1;
    const feature = state.featureRule(number);
    if (rules.head(update) === 0) {
      rules.clear(feature);
      continue;
    }
    if (!state.processOrphans && rules.head(feature) === number && rules.isAssertion(feature)) {
      state.orphaned.push(number);
    }
    if (rules.compare(update, feature) === 0) {
      rules.clear(feature);
    } else if (rules.head(feature) !== 0) {
      rules.disable(feature);
    }
  }
  rules.sections.update.end = rules.count;
}

function addUpdateRule(state: SolverState, number: number): void {
  const { rules, view } = state;
  if (view.isDisabled(number)) {
    rules.addPair(number, 0);
    return;
  }
  if (rules.head(state.featureRule(number)) === 0) {
    state.orphaned.push(number);
    rules.addPair(keepsOrphan(state, number) ? number : 0, 0);
    return;
  }
  const candidates = updateCandidates(state, number, state.isDupInvolved(number) ? 'dup' : 'policy');
  if (!candidates.some((other) => state.isMultiversion(other))) {
    rules.addClause([number, ...candidates]);
    return;
  }
  addMultiversionUpdateRule(state, number, candidates);
}

/** Other versions do not take the place of a package beside which they can be installed. */
function addMultiversionUpdateRule(state: SolverState, number: number, candidates: readonly number[]): void {
  const { rules } = state;
  const replacing = candidates.filter(
    (other) => !state.isMultiversion(other) || replacesMultiversion(state, number, other),
  );
  if (replacing.length === 0 && state.isDupInvolved(number) && !mayStayInDup(state, number)) {
    state.orphaned.push(number);
    state.specialUpdaters.set(number, candidates);
    rules.addClause(keepsOrphan(state, number) ? [number] : [number, ...candidates]);
    return;
  }
  if (replacing.length < candidates.length && state.isUpdated(number)) {
    state.specialUpdaters.set(number, candidates);
  }
  rules.addClause([number, ...replacing]);
}

function replacesMultiversion(state: SolverState, number: number, other: number): boolean {
  const { pool, view, flags } = state;
  if (flags.keepExplicitObsoletes && (!view.flags.obsoletesNeedColour || view.coloursMatch(number, other))) {
    const isObsoleted = [...pool.relations(other, 'obsoletes')].some(
      (dependency) =>
        (!view.flags.obsoletesMatchProvides || view.providers(dependency).includes(number)) &&
        obsoletes(view, { obsoleter: other, obsoleted: number, dependency }),
    );
    if (isObsoleted) {
      return true;
    }
  }
  return (
    pool.nameId(other) === pool.nameId(number) &&
    pool.evrId(other) === pool.evrId(number) &&
    pool.archId(other) === pool.archId(number)
  );
}

function keepsOrphan(state: SolverState, number: number): boolean {
  return state.flags.keepOrphans && !state.isOrphanDropped(number);
}

/** In a distribution upgrade: the package, or the same from elsewhere, belongs to what it may end with. */
export function mayStayInDup(state: SolverState, number: number): boolean {
  const { pool, view, dup } = state;
  if (dup?.[number] === 1) {
    return true;
  }
  return view
    .providers(pool.nameId(number))
    .some(
      (other) => (dup === undefined ? !state.isInstalled(other) : dup[other] === 1) && view.isIdentical(number, other),
    );
}
