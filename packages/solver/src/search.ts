import type { Consequence, Engine } from './engine.ts';
import type { Policy } from './policy.ts';
import type { Recommendations } from './recommendations.ts';
import type { RuleTable } from './rule-table.ts';
import type { WeakGroup } from './weak-relations.ts';

/** A choice among several packages: the first was taken, the others may be tried later. */
interface Branch {
  /** Level before the choice. */
  readonly level: number;
  readonly candidates: readonly number[];
  readonly tried: Set<number>;
  readonly rule: number;
}

export type SearchResult =
  | { readonly outcome: 'solved' }
  /** Number of the violated rule: `engine.core` gives the argument. */
  | { readonly outcome: 'contradiction'; readonly rule: number };

export interface SearchOptions {
  readonly table: RuleTable;
  readonly engine: Engine;
  readonly policy: Policy;
  readonly recommendations: Recommendations;
  /** Rules of requests, in order. */
  readonly requestRules: readonly number[];
  /** Rules that may leave a choice, in the order in which they are decided. */
  readonly choiceRules: readonly number[];
  /** Picks what is worth adding to a complete set; empty when there is nothing or nothing is wanted. */
  readonly planWeak: () => readonly WeakGroup[];
}

/**
 * Decides requests, then requirements with one best candidate, then the others, then weak relations; afterwards goes
 * back over choices that turned out needless (libsolv's solver_run_sat). Finds a solution whenever there is one:
 * the engine learns a rule from every dead end.
 */
export class Search {
  readonly #options: SearchOptions;
  readonly #engine: Engine;
  readonly #branches: Branch[] = [];
  #contradiction = 0;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#engine = options.engine;
  }

  run(): SearchResult {
    if (!this.#accept(this.#engine.start())) {
      return { outcome: 'contradiction', rule: this.#contradiction };
    }
    for (;;) {
      const isComplete = this.#resolveRequests() && this.#resolveChoices() && this.#addWeak() && this.#keepBranches();
      if (this.#contradiction !== 0) {
        return { outcome: 'contradiction', rule: this.#contradiction };
      }
      if (isComplete) {
        return { outcome: 'solved' };
      }
    }
  }

  #accept(consequence: Consequence): boolean {
    if (consequence.outcome === 'contradiction') {
      this.#contradiction = consequence.rule;
      return false;
    }
    return true;
  }

  /** True when the choice stands; false when it was undone, or there is no solution. */
  #decide(number: number, rule: number): boolean {
    const before = this.#engine.level;
    if (!this.#accept(this.#engine.decide(number, rule))) {
      return false;
    }
    if (this.#engine.level > before) {
      return true;
    }
    this.#dropBranches();
    return false;
  }

  #dropBranches(): void {
    while ((this.#branches.at(-1)?.level ?? -1) >= this.#engine.level) {
      this.#branches.pop();
    }
  }

  /** Undecided packages that would satisfy the rule; undefined when it is satisfied or does not apply. */
  #openCandidates(rule: number): number[] | undefined {
    const { table } = this.#options;
    const engine = this.#engine;
    if (engine.isTrue(table.headOf(rule))) {
      return undefined;
    }
    const candidates: number[] = [];
    for (const literal of table.literalsOf(rule)) {
      if (engine.isTrue(literal) || (literal < 0 && !engine.isFalse(literal))) {
        return undefined;
      }
      if (literal > 0 && engine.decisions[literal] === 0) {
        candidates.push(literal);
      }
    }
    return candidates;
  }

  #take(candidates: readonly number[], rule: number): boolean {
    const chosen = this.#options.policy.choose(candidates);
    const [first = 0] = chosen;
    if (chosen.length > 1) {
      this.#branches.push({ level: this.#engine.level, candidates: chosen, tried: new Set([first]), rule });
    }
    return this.#decide(first, rule);
  }

  #resolveRequests(): boolean {
    for (const rule of this.#options.requestRules) {
      const candidates = this.#openCandidates(rule);
      if (candidates !== undefined && candidates.length > 0 && !this.#take(candidates, rule)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Goes round the rules until one whole round changes nothing. Rules that leave several equally good candidates are
   * put off: what is decided meanwhile may settle them.
   */
  #resolveChoices(): boolean {
    const { choiceRules, policy, table } = this.#options;
    const startLevel = this.#engine.level;
    let postponed = -1;
    let ambiguous = false;
    for (let at = 0, unchanged = 0; choiceRules.length > 0; at = (at + 1) % choiceRules.length, unchanged++) {
      if (unchanged >= choiceRules.length) {
        if (postponed < 0) {
          break;
        }
        at = postponed;
        postponed = -1;
        ambiguous = true;
        unchanged = 0;
      }
      const rule = choiceRules[at] as number;
      if (!this.#applies(table.headOf(rule))) {
        continue;
      }
      let candidates = this.#openCandidates(rule);
      if (candidates === undefined) {
        continue;
      }
      if (!ambiguous && candidates.length > 1) {
        candidates = policy.narrow(candidates);
        if (candidates.length > 1) {
          postponed = postponed < 0 ? at : postponed;
          continue;
        }
      }
      if (!this.#take(candidates, rule) && (this.#contradiction !== 0 || this.#engine.level < startLevel)) {
        return false;
      }
      unchanged = -1;
    }
    return true;
  }

  #applies(head: number): boolean {
    return head > 0 || this.#engine.isFalse(head);
  }

  /** True when nothing was added. */
  #addWeak(): boolean {
    const groups = this.#options.planWeak();
    const decided = this.#engine.decided;
    for (const { candidates, relation } of groups) {
      if (relation !== 0 && this.#options.recommendations.holds(relation)) {
        continue;
      }
      const open = candidates.filter((number) => this.#engine.decisions[number] === 0);
      if (open.length > 0 && (!this.#take(open, 0) || this.#engine.decided < decided)) {
        return false;
      }
    }
    return groups.length === 0;
  }

  /**
   * True when no branch is worth another try. One is when a candidate that was not taken is in the set all the same
   * (the one taken may be needless), or when it is recommended by now and the one taken is not.
   */
  #keepBranches(): boolean {
    for (const branch of this.#branches) {
      const candidate = this.#betterCandidate(branch);
      if (candidate !== undefined) {
        this.#retake(branch, candidate);
        return false;
      }
    }
    return true;
  }

  #betterCandidate(branch: Branch): number | undefined {
    const { decisions } = this.#engine;
    const { recommendations } = this.#options;
    const open = branch.candidates.filter((number) => !branch.tried.has(number));
    const needed = open.find((number) => (decisions[number] as number) > branch.level);
    if (needed !== undefined) {
      return needed;
    }
    const recommended = open.find((number) => recommendations.isRecommended(number));
    const taken = [...branch.tried].find((number) => decisions[number] === branch.level + 1);
    return recommended !== undefined && taken !== undefined && !recommendations.isRecommended(taken)
      ? recommended
      : undefined;
  }

  #retake(branch: Branch, candidate: number): void {
    branch.tried.add(candidate);
    this.#engine.revert(branch.level);
    while (this.#branches.at(-1) !== branch) {
      this.#branches.pop();
    }
    this.#decide(candidate, branch.rule);
  }
}
