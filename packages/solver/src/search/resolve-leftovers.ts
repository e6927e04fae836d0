import { reenableUpdateRule } from '../rules/policy-disabling.ts';
import type { DecisionMaker } from './decision-maker.ts';

/** Erases what is to be cleaned up and nothing has claimed. False when something else had to give way. */
export function resolveCleanUp(maker: DecisionMaker): boolean {
  const { state, engine } = maker;
  for (const number of state.installed) {
    if (engine.decisions[number] !== 0 || state.cleanUp?.[number] !== 1) {
      continue;
    }
    const before = maker.level;
    maker.decide({ literal: -number, rule: 0, reason: 'clean-up' });
    if (maker.level < before) {
      return false;
    }
  }
  return true;
}

/** Keeps packages that no repository has, where that is possible. False when something was decided. */
export function resolveOrphans(maker: DecisionMaker): boolean {
  const { state, engine, policy } = maker;
  let hasKept = false;
  for (const number of state.orphaned) {
    if (engine.decisions[number] !== 0 || state.isOrphanDropped(number)) {
      continue;
    }
    hasKept = true;
    if (!decideFor(maker, number)) {
      break;
    }
  }
  if (hasKept) {
    return false;
  }
  for (const number of state.orphaned) {
    if (engine.decisions[number] === 0 && !decideFor(maker, -number)) {
      return false;
    }
  }
  const missing = missingForOrphans(maker);
  if (missing.length > 0) {
    policy.select(missing, 'choose').every((number) => decideFor(maker, number));
    return false;
  }
  return true;
}

/** True unless decisions before this one had to be taken back. */
function decideFor(maker: DecisionMaker, literal: number): boolean {
  const before = maker.level;
  maker.decide({ literal, rule: 0, reason: 'orphan' });
  return maker.level >= before;
}

/** What orphans need whose requirements were set aside. */
function missingForOrphans(maker: DecisionMaker): number[] {
  const { state, engine } = maker;
  const missing = new Set<number>();
  for (const rule of state.brokenOrphanRules) {
    const literals = state.rules.literalsOf(rule);
    const applies = literals.every((literal) =>
      literal < 0 ? engine.isChosen(-literal) : !engine.isChosen(literal) || state.isInstalled(literal),
    );
    for (const literal of applies ? literals : []) {
      if (literal > 0 && engine.decisions[literal] === 0 && !state.isInstalled(literal)) {
        missing.add(literal);
      }
    }
  }
  return [...missing];
}

/** Sets aside the requirements of orphans, so that they do not hold up a distribution upgrade. */
export function breakOrphans({ state }: Pick<DecisionMaker, 'state'>): void {
  const { rules } = state;
  if (!state.processOrphans || !state.flags.breakOrphans || state.dropOrphanedAll) {
    return;
  }
  const orphans = new Set(state.orphaned.filter((number) => state.dropOrphaned?.[number] !== 1));
  const { end } = rules.sections.package;
  for (let rule = 1; rule < end && orphans.size > 0; rule++) {
    const isDependency = rules.head(rule) < 0 && (rules.lists[rule] !== 0 || (rules.watchesB[rule] as number) >= 0);
    if (isDependency && rules.literalsOf(rule).some((literal) => orphans.has(-literal))) {
      state.brokenOrphanRules.push(rule);
      rules.disable(rule);
    }
  }
}

/** Packages that were cleaned up although something needs them, or could have been updated: they stay. */
export function undoCleanUpMistakes(maker: DecisionMaker): boolean {
  const { state, engine } = maker;
  const cleanUp = state.cleanUp as Uint8Array;
  const { view, pool } = state;
  let found = false;
  for (const number of state.installed) {
    if (engine.isChosen(number)) {
      for (const dependency of pool.relations(number, 'requires')) {
        for (const other of view.providers(dependency)) {
          if (state.isInstalled(other) && other !== number && !engine.isChosen(other) && cleanUp[other] === 1) {
            found = addMistake(maker, other);
          }
        }
      }
    }
    if (cleanUp[number] === 1 && isMistake(maker, number)) {
      found = addMistake(maker, number);
    }
  }
  return found;
}

function addMistake({ state }: DecisionMaker, number: number): boolean {
  state.cleanUpMistakes.add(number);
  (state.cleanUp as Uint8Array)[number] = 0;
  reenableUpdateRule(state, number);
  return true;
}

/** Erased although it is recommended, or kept in a version that policy would not have chosen. */
function isMistake(maker: DecisionMaker, number: number): boolean {
  const { state, recommendations } = maker;
  const { rules } = state;
  const update = state.updateRule(number);
  const ownFeature = state.featureRule(number);
  const feature = rules.head(ownFeature) === 0 ? update : ownFeature;
  if (rules.head(feature) === 0) {
    return false;
  }
  if (!isMet(maker, feature)) {
    return recommendations.isRecommended(number);
  }
  if (rules.head(update) !== 0 && update !== feature && !isMet(maker, update)) {
    return true;
  }
  const bestStart = rules.sections.best.start;
  for (let rule = state.bestUpdatesStart; rule < rules.sections.best.end; rule++) {
    if (state.bestInfo[rule - bestStart] === number && !isMet(maker, rule)) {
      return true;
    }
  }
  return false;
}

function isMet({ engine }: DecisionMaker, rule: number): boolean {
  return engine.rules.literalsOf(rule).some((literal) => literal > 0 && engine.isChosen(literal));
}
