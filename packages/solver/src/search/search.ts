import { replacesInstalled } from '../rules/obsoletes.ts';
import { type DecisionMaker, hopeless, restart } from './decision-maker.ts';
import type { Branch } from './engine.ts';
import { giveUpChoice } from './problem-elements.ts';
import { InstalledResolver } from './resolve-installed.ts';
import { resolveCleanUp, resolveOrphans, undoCleanUpMistakes } from './resolve-leftovers.ts';
import { resolveDependencies, resolveJobs } from './resolve-rules.ts';
import { resolveWeak } from './resolve-weak.ts';

/**
 * Decides jobs, installed packages and dependencies, then what is only recommended; afterwards goes back over choices
 * that turned out needless (libsolv's solver_run_sat). Finds a solution whenever there is one.
 */
export class Search {
  readonly #maker: DecisionMaker;
  readonly #weak: boolean;
  readonly #installed: InstalledResolver;
  /** Levels from here on belong to the current step and later ones. */
  #systemLevel = 1;

  constructor(maker: DecisionMaker, { weak }: { readonly weak: boolean }) {
    this.#maker = maker;
    this.#weak = weak;
    this.#installed = new InstalledResolver(maker);
  }

  /** False when there is no solution, nor anything to give up: the problems of the maker say why. */
  run(): boolean {
    const maker = this.#maker;
    for (;;) {
      if (maker.level === hopeless) {
        return false;
      }
      if (maker.level <= restart) {
        maker.begin();
        if (maker.level <= restart) {
          continue;
        }
        this.#systemLevel = maker.level + 1;
      }
      if (this.#decideSystem() && this.#decideLeftovers() && !this.#improve()) {
        return true;
      }
    }
  }

  /** Runs a step; true when it did not have to go back behind its beginning. */
  #step(run: () => void): boolean {
    const before = this.#maker.level;
    run();
    return this.#maker.level >= before;
  }

  #systemStep(looksAhead: boolean, run: () => void): boolean {
    const maker = this.#maker;
    if (maker.level >= this.#systemLevel) {
      return true;
    }
    maker.looksAhead = looksAhead;
    const stands = this.#step(run);
    maker.looksAhead = false;
    if (stands) {
      this.#systemLevel = maker.level + 1;
    }
    return stands;
  }

  /** Jobs, installed packages and dependencies. */
  #decideSystem(): boolean {
    const maker = this.#maker;
    const { flags, installed } = maker.state;
    const hasInstalled = installed.length > 0;
    if (!flags.focusInstalled && !this.#systemStep(hasInstalled, () => resolveJobs(maker))) {
      return false;
    }
    const focuses = (flags.focusNew || flags.focusBest) && !flags.focusInstalled && hasInstalled;
    if (focuses && !this.#systemStep(true, () => resolveDependencies(maker))) {
      return false;
    }
    if (hasInstalled && !this.#systemStep(false, () => this.#installed.run())) {
      return false;
    }
    if (flags.focusInstalled && !this.#systemStep(false, () => resolveJobs(maker))) {
      return false;
    }
    this.#systemLevel = Math.min(this.#systemLevel, maker.level);
    return this.#step(() => resolveDependencies(maker));
  }

  /** What nothing has decided so far. False when that changed something that has to be looked at. */
  #decideLeftovers(): boolean {
    const maker = this.#maker;
    const { state, engine } = maker;
    if (state.cleanUp !== undefined && !resolveCleanUp(maker)) {
      return false;
    }
    if (this.#weak && resolveWeak(maker)) {
      return false;
    }
    const hasOrphans = state.orphaned.length > 0 || state.brokenOrphanRules.length > 0;
    if (hasOrphans && !resolveOrphans(maker)) {
      return false;
    }
    for (const number of state.installed) {
      const isOpen = engine.decisions[number] === 0;
      if (isOpen && !this.#step(() => maker.decide({ literal: -number, rule: 0, reason: 'clean-up' }))) {
        return false;
      }
    }
    return true;
  }

  /** True when there is something to try again. */
  #improve(): boolean {
    const maker = this.#maker;
    const { state, engine } = maker;
    if (state.cleanUp !== undefined && undoCleanUpMistakes(maker)) {
      engine.reset();
      maker.level = restart;
      return true;
    }
    if (this.#giveUpBrokenChoices()) {
      engine.reset();
      maker.level = restart;
      return true;
    }
    return this.#retakeBranch();
  }

  /** Choice rules that something else has overtaken may stand in the way of better versions. */
  #giveUpBrokenChoices(): boolean {
    const { state, engine } = this.#maker;
    const { rules } = state;
    const { start, end } = rules.sections.choice;
    let broken = false;
    for (let rule = start; rule < end; rule++) {
      const original = state.choiceInfo[rule - start] as number;
      if (rules.isDisabled(rule) || rules.isDisabled(original)) {
        continue;
      }
      const narrowed = rules.literalsOf(rule);
      const isOvertaken = rules
        .literalsOf(original)
        .some((literal) => literal > 0 && engine.isChosen(literal) && !narrowed.includes(literal));
      if (isOvertaken) {
        giveUpChoice(state, rule);
        broken = true;
      }
    }
    return broken;
  }

  /**
   * Tries another candidate of a branch: one that was not taken but is in the set all the same (the one taken may be
   * needless), or one that is recommended by now where the one taken is not.
   */
  #retakeBranch(): boolean {
    const { engine } = this.#maker;
    let found: { readonly branch: Branch; readonly at: number } | undefined;
    for (const branch of engine.branches.toReversed()) {
      const at = this.#betterCandidate(branch);
      if (at >= 0) {
        found = { branch, at };
      }
    }
    if (found === undefined) {
      return false;
    }
    const { branch, at } = found;
    const literal = branch.candidates[at] as number;
    branch.candidates[at] = -literal;
    engine.revert(branch.level, branch);
    this.#maker.level = branch.level;
    this.#maker.decide({ literal, rule: branch.rule, reason: branch.reason });
    return true;
  }

  #betterCandidate({ candidates, level }: Branch): number {
    const { state, engine, recommendations } = this.#maker;
    const needed = candidates.findIndex((number) => number > 0 && (engine.decisions[number] as number) > level);
    if (needed >= 0) {
      return needed;
    }
    const favour = (number: number): number => state.favours?.[number] ?? 0;
    const recommended = candidates.findIndex(
      (number) => number > 0 && !(state.hasDisfavoured && favour(number) < 0) && recommendations.isRecommended(number),
    );
    const isReplaceable = candidates.some((candidate) => {
      const number = -candidate;
      return (
        number > 0 &&
        engine.decisions[number] === level + 1 &&
        favour(number) <= favour(candidates[recommended] as number) &&
        !replacesInstalled(state, number, state.noUpdate) &&
        !recommendations.isRecommended(number)
      );
    });
    return recommended >= 0 && isReplaceable ? recommended : -1;
  }
}
