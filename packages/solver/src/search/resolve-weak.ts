import { firstPackage } from '../pool/pool.ts';
import { obsoletes } from '../rules/package-rules.ts';
import type { DecisionMaker } from './decision-maker.ts';

/** Adds what is recommended, and what supplements the chosen packages. False when there is nothing to add. */
export function resolveWeak(maker: DecisionMaker): boolean {
  const { policy } = maker;
  let supplementing = supplementingPackages(maker);
  const recommended = recommendedPackages(maker);
  const obsoleted = supplementing.length + recommended.size > 0 ? obsoletedByKept(maker) : new Set<number>();
  supplementing = withoutStandingBeside(
    maker,
    supplementing.filter((number) => !obsoleted.has(number)),
  );
  const all = [...new Set([...[...recommended].filter((number) => !obsoleted.has(number)), ...supplementing])];
  const [only] = all;
  if (only === undefined) {
    return false;
  }
  if (all.length === 1) {
    maker.decide({ literal: only, rule: 0, reason: 'weak' });
    return true;
  }
  const best = new Set(policy.select(all, 'recommend'));
  const bestSupplementing = supplementing.filter((number) => best.has(number));
  const decided = maker.engine.trailLength;
  if (addSupplementing(maker, bestSupplementing) && maker.engine.trailLength >= decided) {
    addRecommended(maker, best, decided);
  }
  return true;
}

function isOrphanToDrop({ state }: DecisionMaker, number: number): boolean {
  return state.processOrphans && state.isInstalled(number) && state.isOrphanDropped(number);
}

/** Undecided packages that chosen ones recommend, where that does not hold yet. */
function recommendedPackages(maker: DecisionMaker): Set<number> {
  const { state, engine, recommendations } = maker;
  const { pool, flags } = state;
  const found = new Set<number>();
  for (let number = firstPackage; number < state.size; number++) {
    if (
      !engine.isChosen(number) ||
      !pool.hasRelations(number, 'recommends') ||
      (!flags.addAlreadyRecommended && state.isInstalled(number))
    ) {
      continue;
    }
    for (const dependency of pool.relations(number, 'recommends')) {
      if (flags.onlyNamespaceRecommended && !recommendations.namesNamespace(dependency)) {
        continue;
      }
      for (const candidate of recommendations.candidates(dependency)) {
        const isUnwanted = isDisfavoured(maker, candidate) || state.excludedFromWeak?.[candidate] === 1;
        if (!isUnwanted && !isOrphanToDrop(maker, candidate)) {
          found.add(candidate);
        }
      }
    }
  }
  return found;
}

function isDisfavoured({ state }: DecisionMaker, number: number): boolean {
  return state.hasDisfavoured && (state.favours?.[number] ?? 0) < 0;
}

function supplementingPackages(maker: DecisionMaker): number[] {
  const { state, engine, recommendations } = maker;
  const { pool, view, flags } = state;
  const checksNewness = !flags.addAlreadyRecommended || flags.onlyNamespaceRecommended;
  const found: number[] = [];
  for (let number = firstPackage; number < state.size; number++) {
    if (
      engine.decisions[number] === 0 &&
      pool.hasRelations(number, 'supplements') &&
      view.isInstallable(number) &&
      recommendations.isSupplementing(number) &&
      !isOrphanToDrop(maker, number) &&
      !isDisfavoured(maker, number) &&
      state.excludedFromWeak?.[number] !== 1 &&
      (!checksNewness || recommendations.isNewlySupplementing(number))
    ) {
      found.push(number);
    }
  }
  return found;
}

/** Packages that installed ones which stay obsolete. */
function obsoletedByKept({ state, engine }: DecisionMaker): Set<number> {
  const { view, pool, flags } = state;
  const found = new Set<number>();
  for (const number of state.installed) {
    if (!engine.isChosen(number) || (!flags.keepExplicitObsoletes && state.isMultiversion(number))) {
      continue;
    }
    for (const dependency of pool.relations(number, 'obsoletes')) {
      for (const other of view.providers(dependency)) {
        if (obsoletes(view, { obsoleter: number, obsoleted: other, dependency })) {
          found.add(other);
        }
      }
    }
  }
  return found;
}

/** Nothing is added beside another version or architecture of it. */
function withoutStandingBeside({ state, engine }: DecisionMaker, numbers: readonly number[]): number[] {
  const { pool, view } = state;
  return numbers.filter(
    (number) =>
      !view
        .providers(pool.nameId(number))
        .some(
          (other) =>
            engine.isChosen(other) &&
            pool.nameId(other) === pool.nameId(number) &&
            (state.isMultiversion(number) ||
              (view.flags.implicitObsoletesNeedColour && pool.archId(other) !== pool.archId(number))),
        ),
  );
}

function addSupplementing(maker: DecisionMaker, numbers: readonly number[]): boolean {
  const ordered = numbers.length > 1 ? maker.policy.order(numbers) : numbers;
  return ordered.every(
    (number) => maker.engine.decisions[number] !== 0 || maker.decide({ literal: number, rule: 0, reason: 'weak' }),
  );
}

function addRecommended(maker: DecisionMaker, best: ReadonlySet<number>, decided: number): void {
  const { state, engine, recommendations, policy } = maker;
  for (let place = 0; place < decided; place++) {
    const number = engine.trail[place] as number;
    if (number < firstPackage || (!state.flags.addAlreadyRecommended && state.isInstalled(number))) {
      continue;
    }
    for (const dependency of state.pool.relations(number, 'recommends')) {
      const candidates = recommendations.candidates(dependency).filter((one) => best.has(one));
      if (candidates.length === 0) {
        continue;
      }
      const chosen = candidates.length > 1 ? policy.select(candidates, 'choose') : candidates;
      if (chosen.length > 1) {
        maker.openBranch(chosen, {
          rule: 0,
          reason: 'weak',
          recommending: number,
          recommendation: dependency,
        });
      }
      const isDone = maker.decide({ literal: chosen[0] as number, rule: 0, reason: 'weak' });
      if (!isDone || engine.trailLength < decided) {
        return;
      }
    }
  }
}
