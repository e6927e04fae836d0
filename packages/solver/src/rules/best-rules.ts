import { Policy } from '../policy/policy.ts';
import type { SolverState } from './solver-state.ts';

/** Rules that leave only the best candidates, where a job says so. */
export function addBestRules(state: SolverState): void {
  const { rules } = state;
  const section = rules.sections.best;
  section.start = rules.count;
  const maker = new BestRules(state);
  maker.addForInstalls();
  state.bestUpdatesStart = rules.count;
  if (state.bestUpdateAll || state.bestUpdates !== undefined) {
    for (const number of state.installed) {
      if (state.isUpdated(number) && (state.bestUpdateAll || state.bestUpdates?.[number] === 1)) {
        maker.addForUpdate(number);
      }
    }
  }
  section.end = rules.count;
}

class BestRules {
  readonly #state: SolverState;
  readonly #policy: Policy;
  readonly #locked: ReadonlySet<number> | undefined;

  constructor(state: SolverState) {
    this.#state = state;
    this.#policy = new Policy(state);
    this.#locked = lockedPackages(state);
  }

  addForInstalls(): void {
    const { jobs, jobOfRule, rules } = this.#state;
    jobs.forEach(({ kind, flags }, at) => {
      if (kind !== 'install' || !flags.has('forcebest')) {
        return;
      }
      jobOfRule.forEach((job, place) => {
        if (job === at) {
          this.#addForInstall(rules.sections.job.start + place, flags.has('weak'));
        }
      });
    });
  }

  #addForInstall(jobRule: number, isWeak: boolean): void {
    const { rules, bestInfo, weakRules } = this.#state;
    const literals = rules.literalsOf(jobRule);
    const negative = literals.filter((literal) => literal < 0);
    const candidates = this.#usable(literals.filter((literal) => literal > 0));
    const best = this.#policy.select(candidates, 'recommend');
    if (candidates.length === 0 || best.length === candidates.length) {
      return;
    }
    const rule = rules.addClause(
      this.#locked === undefined
        ? [...negative, ...best]
        : [...new Set([...negative, ...best, ...this.#bestOfUnlocked(literals, this.#locked)])],
    );
    if (isWeak) {
      weakRules.add(rule);
    }
    bestInfo.push(-jobRule);
  }

  /** What is locked cannot be changed: installed ones may stay, and the best of the others does. */
  #bestOfUnlocked(literals: readonly number[], locked: ReadonlySet<number>): number[] {
    const state = this.#state;
    const candidates = literals.filter((one) => one > 0);
    const kept = candidates.filter((one) => state.isInstalled(one) && locked.has(one));
    const open = this.#usable(candidates.filter((one) => state.isInstalled(one) || !locked.has(one)));
    return [...kept, ...this.#policy.select(open, 'recommend')];
  }

  #usable(candidates: readonly number[]): number[] {
    const { view } = this.#state;
    return candidates.filter(
      (number) => !view.flags.providersIncludeDisabled || view.isInstalled(number) || !view.isDisabled(number),
    );
  }

  addForUpdate(number: number): void {
    const state = this.#state;
    const { flags, rules } = state;
    const candidates = this.#updateCandidates(number);
    const best = new Set(this.#bestUpdates(number, candidates));
    if (best.size === 0) {
      return;
    }
    const locked = this.#locked;
    if (locked !== undefined) {
      const withOwn = locked.has(number) ? [...candidates, number] : candidates;
      const isKept = (one: number): boolean => state.isInstalled(one) && locked.has(one);
      const open = withOwn.filter((one) => state.isInstalled(one) || !locked.has(one));
      addAll(best, withOwn.filter(isKept), this.#bestUpdates(number, open));
    }
    const feature = state.featureRule(number);
    if (flags.bestObeysPolicy && rules.head(feature) !== 0) {
      const possible = rules.literalsOf(feature);
      addAll(best, this.#bestUpdates(number, possible));
      if (locked !== undefined) {
        addAll(
          best,
          this.#bestUpdates(
            number,
            possible.filter((one) => state.isInstalled(one) || !locked.has(one)),
          ),
        );
      }
    }
    this.#addUpdateRules(number, [...best]);
  }

  #addUpdateRules(number: number, best: readonly number[]): void {
    const state = this.#state;
    const { rules, bestInfo } = state;
    if (!state.mayBeUninstalled(number)) {
      rules.addClause(best);
      bestInfo.push(number);
      return;
    }
    // the package may go, but what comes instead has to be the best
    const feature = state.featureRule(number);
    for (const other of rules.literalsOf(rules.head(feature) === 0 ? state.updateRule(number) : feature)) {
      if (!best.includes(other)) {
        rules.addClause([-other, ...best]);
        bestInfo.push(number);
      }
    }
  }

  #updateCandidates(number: number): number[] {
    const state = this.#state;
    const { rules, flags } = state;
    const update = state.updateRule(number);
    const feature = state.featureRule(number);
    const rule = flags.bestObeysPolicy || rules.head(feature) === 0 ? update : feature;
    const updaters = rule === update ? state.specialUpdaters.get(number) : undefined;
    if (updaters !== undefined) {
      return rules.head(rule) === number ? [number, ...updaters] : [...updaters];
    }
    return rules.literalsOf(rule);
  }

  #bestUpdates(number: number, candidates: readonly number[]): number[] {
    const { updateTargets, dupInvolved, dup } = this.#state;
    const targets = updateTargets.get(number);
    let allowed = targets === undefined ? candidates : candidates.filter((one) => targets.has(one));
    if (dupInvolved?.[number] === 1) {
      allowed = allowed.filter((one) => dup?.[one] === 1);
    }
    return this.#policy.select(allowed, 'recommend');
  }
}

function addAll(set: Set<number>, ...lists: readonly (readonly number[])[]): void {
  for (const number of lists.flat()) {
    set.add(number);
  }
}

function lockedPackages({ rules, jobs, jobOfRule }: SolverState): ReadonlySet<number> | undefined {
  const locked = new Set<number>();
  jobOfRule.forEach((job, place) => {
    const rule = rules.sections.job.start + place;
    if (jobs[job]?.kind === 'lock' && rules.isAssertion(rule)) {
      locked.add(Math.abs(rules.head(rule)));
    }
  });
  return locked.size === 0 ? undefined : locked;
}
