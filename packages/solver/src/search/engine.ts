import { systemPackage } from '../pool/pool.ts';
import type { RuleTable } from '../rules/rule-table.ts';

/** Why a level was opened. */
export type DecisionReason = 'none' | 'job' | 'update' | 'keep' | 'resolve' | 'weak' | 'clean-up' | 'orphan';

/** A choice among several packages: the first was taken, the others may be tried later. */
export interface Branch {
  /** Level before the choice. */
  readonly level: number;
  /** Negative once it was tried. */
  readonly candidates: number[];
  readonly rule: number;
  readonly reason: DecisionReason;
  /** The package whose recommendation gave the choice, and that recommendation; 0 for rules. */
  readonly recommending: number;
  readonly recommendation: number;
}

/**
 * Conflict-driven clause learning with two watched literals over the rules of a table (MiniSat's method). Decisions
 * have levels: 1 is what follows from the rules alone, every choice opens another.
 */
export class Engine {
  readonly #size: number;
  readonly rules: RuleTable;
  /** Level of the decision, negative when the package is decided out; 0 undecided. By package number. */
  readonly decisions: Int32Array;
  /** Literals decided so far, in order. */
  readonly trail: Int32Array;
  trailLength = 0;
  /** By place in the trail: the rule that forced the decision, or minus the rule for which it was chosen. */
  readonly #whys: Int32Array;
  #propagated = 0;
  /** How far decisions were ever taken back: what was derived from the trail beyond is stale. */
  lowestRevert = 0;
  branches: Branch[] = [];
  /** By level. */
  reasons: DecisionReason[] = [];
  /** By learned rule: the rules that it follows from. */
  readonly learnedFrom: (readonly number[])[] = [];
  /** Rules of one literal, ascending. */
  readonly assertions: number[] = [];
  #firstWatch = new Int32Array(0);
  readonly #seen: Uint8Array;

  constructor(rules: RuleTable, size: number) {
    this.rules = rules;
    this.#size = size;
    this.decisions = new Int32Array(size);
    this.trail = new Int32Array(size + 1);
    this.#whys = new Int32Array(size + 1);
    this.#seen = new Uint8Array(size);
  }

  /** Begins to watch all rules of the table: those that are added later have been learned. */
  watchAll(): void {
    const { rules } = this;
    this.#firstWatch = new Int32Array(2 * this.#size);
    for (let rule = rules.count - 1; rule > 0; rule--) {
      if (rules.watchesB[rule] !== 0) {
        this.#watch(rule);
      }
    }
    for (let rule = 1; rule < rules.count; rule++) {
      if (rules.heads[rule] !== 0 && rules.isAssertion(rule)) {
        this.assertions.push(rule);
      }
    }
    const start = rules.count;
    rules.sections.learned = { start, end: Number.MAX_SAFE_INTEGER };
  }

  #watch(rule: number): void {
    const { rules } = this;
    const a = (rules.watchesA[rule] as number) + this.#size;
    const b = (rules.watchesB[rule] as number) + this.#size;
    rules.nextA[rule] = this.#firstWatch[a] as number;
    this.#firstWatch[a] = rule;
    rules.nextB[rule] = this.#firstWatch[b] as number;
    this.#firstWatch[b] = rule;
  }

  isTrue(literal: number): boolean {
    return literal > 0 ? (this.decisions[literal] as number) > 0 : (this.decisions[-literal] as number) < 0;
  }

  isFalse(literal: number): boolean {
    return literal > 0 ? (this.decisions[literal] as number) < 0 : (this.decisions[-literal] as number) > 0;
  }

  isChosen(number: number): boolean {
    return (this.decisions[number] as number) > 0;
  }

  whyAt(place: number): number {
    return this.#whys[place] as number;
  }

  assign(literal: number, level: number, why: number): void {
    this.decisions[literal > 0 ? literal : -literal] = literal > 0 ? level : -level;
    this.#whys[this.trailLength] = why;
    this.trail[this.trailLength++] = literal;
  }

  /** Takes back the decisions from `length` on, at level 1 and before anything was derived from them. */
  truncate(length: number): void {
    while (this.trailLength > length) {
      const literal = this.trail[--this.trailLength] as number;
      this.decisions[Math.abs(literal)] = 0;
    }
  }

  /** Draws all consequences at `level`; the violated rule, or 0. */
  propagate(level: number): number {
    while (this.#propagated < this.trailLength) {
      const conflict = this.#visitWatches(-(this.trail[this.#propagated++] as number), level);
      if (conflict !== 0) {
        return conflict;
      }
    }
    return 0;
  }

  #visitWatches(falsified: number, level: number): number {
    const { watchesA, watchesB, nextA, nextB, lists, disabled } = this.rules;
    const { decisions } = this;
    const first = this.#firstWatch;
    const slot = falsified + this.#size;
    let previous = 0;
    let previousIsA = false;
    for (let rule = first[slot] as number; rule !== 0; ) {
      const isA = watchesA[rule] === falsified;
      const following = (isA ? nextA[rule] : nextB[rule]) as number;
      let keep = true;
      if (disabled[rule] === 0) {
        const other = (isA ? watchesB[rule] : watchesA[rule]) as number;
        const decision = decisions[other > 0 ? other : -other] as number;
        if (other > 0 ? decision <= 0 : decision >= 0) {
          const replacement = lists[rule] === 0 ? 0 : this.#notFalse(rule, other);
          if (replacement !== 0) {
            keep = false;
            if (previous === 0) {
              first[slot] = following;
            } else {
              (previousIsA ? nextA : nextB)[previous] = following;
            }
            (isA ? watchesA : watchesB)[rule] = replacement;
            (isA ? nextA : nextB)[rule] = first[replacement + this.#size] as number;
            first[replacement + this.#size] = rule;
          } else if (decision !== 0) {
            return rule;
          } else {
            this.assign(other, level, rule);
          }
        }
      }
      if (keep) {
        previous = rule;
        previousIsA = isA;
      }
      rule = following;
    }
    return 0;
  }

  /** A literal of the rule, beside the watched `other`, that is not false; 0 when there is none. */
  #notFalse(rule: number, other: number): number {
    const { heads, lists, literals } = this.rules;
    const { decisions } = this;
    const head = heads[rule] as number;
    if (head !== 0 && head !== other) {
      const decision = decisions[head > 0 ? head : -head] as number;
      if (head > 0 ? decision >= 0 : decision <= 0) {
        return head;
      }
    }
    for (let at = lists[rule] as number; ; at++) {
      const literal = literals[at] as number;
      if (literal === 0) {
        return 0;
      }
      if (literal !== other) {
        const decision = decisions[literal > 0 ? literal : -literal] as number;
        if (literal > 0 ? decision >= 0 : decision <= 0) {
          return literal;
        }
      }
    }
  }

  /** Undoes all decisions above `level`, and forgets the branches from there on, except `kept`. */
  revert(level: number, kept?: Branch): void {
    const { decisions, trail } = this;
    while (this.trailLength > 0) {
      const literal = trail[this.trailLength - 1] as number;
      const number = literal > 0 ? literal : -literal;
      if (Math.abs(decisions[number] as number) <= level) {
        break;
      }
      decisions[number] = 0;
      this.trailLength--;
      this.#propagated = this.trailLength;
    }
    this.lowestRevert = Math.min(this.lowestRevert, this.trailLength);
    for (let last = this.branches.at(-1); last !== undefined && last !== kept; last = this.branches.at(-1)) {
      if (last.level < level) {
        break;
      }
      this.branches.pop();
    }
    this.reasons.length = level + 1;
  }

  /** Undoes everything; learned rules count again as far as those count from which they follow. */
  reset(): void {
    this.decisions.fill(0);
    this.trailLength = 0;
    this.#propagated = 0;
    this.lowestRevert = 0;
    this.branches = [];
    this.reasons = [];
    this.refreshLearned();
  }

  refreshLearned(): void {
    const { rules } = this;
    const { start } = rules.sections.learned;
    this.learnedFrom.forEach((from, at) => {
      rules.disabled[start + at] = from.some((rule) => rules.isDisabled(rule)) ? 1 : 0;
    });
  }

  /**
   * Learns from a violated rule what it shows about the choices (the first unique implication point), goes back to
   * where that decides its first literal, and decides it. The new level.
   */
  learn(level: number, conflict: number): number {
    const { head, rest, from, top } = this.#analyse(level, conflict);
    this.revert(top);
    const { rules } = this;
    const rule = rules.addClause([head, ...rest]);
    this.learnedFrom.push(from);
    if (rest.length === 0) {
      this.assertions.push(rule);
    } else {
      if (rest.length > 1) {
        rules.watchesB[rule] = this.#highest(rest);
      }
      this.#watch(rule);
    }
    this.assign(head, top, rule);
    return top;
  }

  #highest(literals: readonly number[]): number {
    let highest = literals[0] as number;
    for (const literal of literals) {
      if (this.#levelOf(literal) > this.#levelOf(highest)) {
        highest = literal;
      }
    }
    return highest;
  }

  #levelOf(literal: number): number {
    return Math.abs(this.decisions[literal > 0 ? literal : -literal] as number);
  }

  #analyse(level: number, conflict: number): { head: number; rest: number[]; from: number[]; top: number } {
    const seen = this.#seen;
    const touched: number[] = [];
    const rest: number[] = [];
    const from: number[] = [];
    let [open, openAtOne, top, head] = [0, 0, 1, 0];
    let place = this.trailLength;
    for (let rule = conflict; rule !== 0; ) {
      from.push(rule);
      for (const literal of this.rules.literalsOf(rule)) {
        const number = Math.abs(literal);
        if (this.isTrue(literal) || seen[number] === 1) {
          continue;
        }
        seen[number] = 1;
        touched.push(number);
        const own = this.#levelOf(literal);
        if (own === 1) {
          openAtOne++;
        } else if (own === level) {
          open++;
        } else {
          rest.push(literal);
          top = Math.max(top, own);
        }
      }
      // what level 1 contributes is followed too, so that `from` is complete
      for (rule = 0; rule === 0 && (open > 0 || openAtOne > 0); ) {
        let literal: number;
        do {
          literal = this.trail[--place] as number;
        } while (seen[Math.abs(literal)] === 0 || (open === 0 && this.#levelOf(literal) > 1));
        seen[Math.abs(literal)] = 0;
        if (open > 0) {
          if (--open === 0) {
            head = -literal;
            continue;
          }
        } else {
          openAtOne--;
        }
        rule = Math.max(this.#whys[place] as number, 0);
      }
    }
    for (const number of touched) {
      seen[number] = 0;
    }
    return { head, rest, from, top };
  }

  /** Marks the system as being there. */
  begin(): void {
    this.assign(systemPackage, 1, 0);
    this.reasons = ['none', 'none'];
  }
}
