import type { Policy } from '../policy/policy.ts';
import type { Recommendations } from '../policy/recommendations.ts';
import { systemPackage } from '../pool/pool.ts';
import { replacesInstalled } from '../rules/obsoletes.ts';
import type { SolverState } from '../rules/solver-state.ts';
import type { Branch, DecisionReason, Engine } from './engine.ts';
import {
  disableElement,
  elementOf,
  giveUp,
  giveUpChoice,
  type ProblemElement,
  uninstallForProblem,
} from './problem-elements.ts';

/** Rules that cannot hold together, and what could be given up for it. */
export interface FoundProblem {
  readonly elements: readonly ProblemElement[];
  readonly rules: readonly number[];
}

/** Level 0: start again; below: there is no solution. */
export const restart = 0;
export const hopeless = -1;

export interface Decision {
  readonly literal: number;
  /** The rule for whose sake it is made, or 0. */
  readonly rule: number;
  readonly reason: DecisionReason;
}

/** Makes decisions, draws their consequences, learns from dead ends, and gives up rules when there is no way out. */
export class DecisionMaker {
  readonly state: SolverState;
  readonly engine: Engine;
  readonly policy: Policy;
  readonly recommendations: Recommendations;
  readonly problems: FoundProblem[] = [];
  level = restart;
  /** Candidates are put in order by what the installed system will recommend. */
  looksAhead = false;
  /** Gives up what causes a problem and goes on to find more of them. */
  readonly #goesOn: boolean;

  constructor(
    state: SolverState,
    tools: { readonly engine: Engine; readonly policy: Policy; readonly recommendations: Recommendations },
    goesOn: boolean,
  ) {
    this.state = state;
    this.engine = tools.engine;
    this.policy = tools.policy;
    this.recommendations = tools.recommendations;
    this.#goesOn = goesOn;
  }

  /** Opens a level with the decision; false when it, or more, had to be taken back. Look at `level` then. */
  decide({ literal, rule, reason }: Decision): boolean {
    const before = this.level;
    const { engine } = this;
    this.level++;
    engine.assign(literal, this.level, -rule);
    engine.reasons[this.level] = reason;
    this.#drawConsequences(reason !== 'weak' && reason !== 'clean-up' && reason !== 'orphan' && this.#goesOn);
    return this.level > before;
  }

  #drawConsequences(goesOn: boolean): void {
    const { engine } = this;
    for (let conflict = engine.propagate(this.level); conflict !== 0; conflict = engine.propagate(this.level)) {
      if (this.level === 1) {
        this.level = this.#solveProblem(conflict, goesOn);
        return;
      }
      this.level = engine.learn(this.level, conflict);
    }
  }

  /** Takes the best of the candidates; the others may be tried later. */
  choose(candidates: readonly number[], rule: number, reason: DecisionReason): boolean {
    let chosen = candidates.length > 1 ? this.policy.select(candidates, 'choose') : [...candidates];
    if (chosen.length > 1 && this.looksAhead) {
      chosen = this.#withFuture(chosen);
    }
    if (chosen.length > 1) {
      chosen = this.#withoutCompanions(chosen);
    }
    if (chosen.length > 1) {
      this.openBranch(chosen, { rule, reason, recommending: 0, recommendation: 0 });
    }
    return this.decide({ literal: chosen[0] as number, rule, reason });
  }

  openBranch([first = 0, ...others]: readonly number[], branch: Omit<Branch, 'level' | 'candidates'>): void {
    this.engine.branches.push({ ...branch, level: this.level, candidates: [-first, ...others] });
  }

  /** Prefers what will replace an installed package, and what those recommend that are still undecided. */
  #withFuture(candidates: readonly number[]): number[] {
    const { state, engine, recommendations } = this;
    const replacing = candidates.filter((number) => replacesInstalled(state, number, state.noUpdate));
    let chosen = replacing.length > 0 ? replacing : [...candidates];
    const future = [...state.installed].filter(
      (number) => state.noUpdate[number] === 0 && engine.decisions[number] === 0,
    );
    if (chosen.length < 2 || future.length === 0) {
      return chosen;
    }
    recommendations.suppose(future, this.level + 1, () => {
      const isInstalled = (number: number): boolean => state.isInstalled(number);
      chosen = preferring(chosen, (number) => isInstalled(number) || recommendations.isSuggested(number));
      chosen = preferring(chosen, (number) => isInstalled(number) || recommendations.isRecommended(number));
    });
    return this.policy.byFavour(chosen);
  }

  /** Packages that come with an earlier candidate anyway are no alternatives to it. */
  #withoutCompanions(candidates: readonly number[]): number[] {
    const { rules, pool } = this.state;
    const { start, end } = rules.sections.obsoletes;
    if (start === end) {
      return [...candidates];
    }
    const left = [...candidates];
    for (let at = 0; at < left.length - 1; at++) {
      const number = left[at] as number;
      if (number === 0 || !pool.hasRelations(number, 'obsoletes')) {
        continue;
      }
      const companions = new Set<number>();
      for (let rule = start; rule < end; rule++) {
        if (rules.head(rule) === -number) {
          rules.literalsOf(rule).forEach((literal) => companions.add(literal));
        }
      }
      for (let other = at + 1; other < left.length; other++) {
        if (companions.has(left[other] as number)) {
          left[other] = 0;
        }
      }
    }
    return left.filter((number) => number !== 0);
  }

  /** Level 1: rules of one literal, the weak ones last. Gives up rules until they agree. */
  begin(): void {
    const { engine } = this;
    engine.begin();
    const start = engine.trailLength;
    let refresh = false;
    do {
      engine.truncate(start);
      if (refresh) {
        engine.refreshLearned();
      }
      const outcome = this.#assertAll();
      if (outcome === 'hopeless') {
        this.level = hopeless;
        return;
      }
      refresh = outcome === 'again';
    } while (refresh);
    this.level = 1;
    const conflict = engine.propagate(1);
    if (conflict !== 0) {
      this.level = this.#solveProblem(conflict, this.#goesOn);
    }
  }

  #assertAll(): 'done' | 'again' | 'hopeless' {
    const { rules, weakRules } = this.state;
    const { start } = rules.sections.learned;
    const isWeak = (rule: number): boolean => rule < start && weakRules.has(rule);
    const active = this.engine.assertions.filter((rule) => !rules.isDisabled(rule));
    for (const rule of active) {
      if (!isWeak(rule) && !this.#assert(rule)) {
        if (rule >= start) {
          rules.disable(rule);
          continue;
        }
        return this.#solveAssertion(rule);
      }
    }
    for (const rule of active) {
      if (isWeak(rule) && !rules.isDisabled(rule) && !this.#assert(rule)) {
        giveUp(this.state, rule);
        return 'again';
      }
    }
    return 'done';
  }

  /** False when the opposite was decided. */
  #assert(rule: number): boolean {
    const { engine } = this;
    const literal = engine.rules.head(rule);
    if (engine.decisions[Math.abs(literal)] === 0) {
      engine.assign(literal, 1, rule);
    }
    return engine.isTrue(literal);
  }

  /** Two rules of one literal contradict each other. */
  #solveAssertion(rule: number): 'again' | 'hopeless' {
    const { rules, weakRules } = this.state;
    const literal = rules.head(rule);
    const number = Math.abs(literal);
    const opponent = literal === -systemPackage ? 0 : this.#whyDecided(number);
    const involved = [rule];
    if (opponent >= rules.sections.package.end) {
      involved.pop();
      for (let other = rules.sections.package.end; other < rules.sections.learned.start; other++) {
        const isAbout = Math.abs(rules.head(other)) === number && rules.isAssertion(other);
        if (isAbout && !rules.isDisabled(other) && !weakRules.has(other)) {
          involved.push(other);
        }
      }
    }
    return this.#resolve({
      elements: [...new Set(involved.map((one) => elementOf(this.state, one)))],
      rules: opponent === 0 ? [rule] : [rule, opponent],
      mayUninstall: involved.some((one) => one >= rules.sections.feature.start && one < rules.sections.update.end),
      goesOn: this.#goesOn,
    })
      ? 'again'
      : 'hopeless';
  }

  #whyDecided(number: number): number {
    const { engine } = this;
    for (let place = 0; place < engine.trailLength; place++) {
      if (Math.abs(engine.trail[place] as number) === number) {
        return engine.whyAt(place);
      }
    }
    return 0;
  }

  /** False when nothing more can be done: the problem was written down. */
  #resolve(problem: FoundProblem & { readonly mayUninstall: boolean; readonly goesOn: boolean }): boolean {
    const { state } = this;
    if (problem.mayUninstall && state.allowsUninstalls && uninstallForProblem(state, problem.elements)) {
      return true;
    }
    this.problems.push({ elements: problem.elements, rules: problem.rules });
    if (!problem.goesOn || problem.elements.length === 0) {
      return false;
    }
    for (const element of problem.elements) {
      disableElement(state, element);
    }
    return true;
  }

  /** A contradiction that no decision caused. */
  #solveProblem(conflict: number, goesOn: boolean): number {
    const { state, engine } = this;
    const { start } = state.rules.sections.learned;
    const involved = this.#rulesBehind(conflict);
    const weak = [...involved].filter((rule) => state.weakRules.has(rule));
    if (weak.length > 0) {
      this.#giveUpWeak(weak);
      engine.reset();
      return restart;
    }
    const elements = new Set<ProblemElement>();
    for (const rule of involved) {
      if (rule >= state.rules.sections.package.end && rule < start) {
        elements.add(elementOf(state, rule));
      }
    }
    if (this.#resolve({ elements: [...elements], rules: [...involved], mayUninstall: true, goesOn })) {
      engine.reset();
      return restart;
    }
    return hopeless;
  }

  /** The rules that were not learned from which a contradiction at level 1 follows. */
  #rulesBehind(conflict: number): Set<number> {
    const { engine } = this;
    const { rules } = this.state;
    const original = new Set<number>();
    const seen = new Set<number>();
    const involved = new Set<number>();
    const add = (rule: number): void => {
      const open = [rule];
      for (let one = open.pop(); one !== undefined; one = open.pop()) {
        if (one < rules.sections.learned.start) {
          original.add(one);
        } else if (!seen.has(one)) {
          seen.add(one);
          open.push(...(engine.learnedFrom[one - rules.sections.learned.start] as readonly number[]).toReversed());
        }
      }
      for (const literal of rules.literalsOf(rule)) {
        involved.add(Math.abs(literal));
      }
    };
    add(conflict);
    for (let place = engine.trailLength - 1; place >= 0; place--) {
      const number = Math.abs(engine.trail[place] as number);
      if (number !== systemPackage && involved.has(number)) {
        add(engine.whyAt(place));
      }
    }
    return original;
  }

  /** The last of the weak rules; recommendations all at once. */
  #giveUpWeak(weak: readonly number[]): void {
    const { state } = this;
    const { sections } = state.rules;
    const isNarrowedRecommendation = (rule: number): boolean =>
      rule >= sections.recommends.start && rule < sections.recommends.end;
    const isRecommendation = (rule: number): boolean =>
      isNarrowedRecommendation(rule) || state.recommendsRules?.has(rule) === true;
    const last = Math.max(...weak);
    const before = weak.filter((rule) => rule < sections.recommends.start);
    const decisive = isNarrowedRecommendation(last) ? Math.max(0, ...before) : last;
    if (decisive < sections.package.end && (isNarrowedRecommendation(last) || isRecommendation(decisive))) {
      for (const rule of weak.filter(isRecommendation)) {
        state.rules.disable(rule);
      }
    } else if (decisive >= sections.choice.start && decisive < sections.choice.end) {
      giveUpChoice(state, decisive);
    } else {
      giveUp(state, decisive);
    }
  }
}

/** Stable: those for which `isGood` holds come first. */
function preferring(candidates: readonly number[], isGood: (number: number) => boolean): number[] {
  const good = candidates.filter(isGood);
  return [...good, ...candidates.filter((number) => !good.includes(number))];
}
