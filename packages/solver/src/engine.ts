import type { RuleTable } from './rule-table.ts';

/** What came of a decision: all consequences drawn, or a contradiction that no decision caused. */
export type Consequence =
  | { readonly outcome: 'consistent' }
  | { readonly outcome: 'contradiction'; readonly rule: number };

const consistent: Consequence = { outcome: 'consistent' };

/**
 * Conflict-driven clause learning with two watched literals over the rules of a table.
 * Decisions have levels: 1 is what follows from the rules alone, every choice opens another.
 */
export class Engine {
  readonly #size: number;
  readonly #table: RuleTable;
  /** Level of the decision, negative when the package is decided out; 0 undecided. By package number. */
  readonly decisions: Int32Array;
  /** The rule that forced the decision, negative the rule for which it was chosen. By package number. */
  readonly #why: Int32Array;
  readonly #trail: Int32Array;
  #trailLength = 0;
  #propagated = 0;
  #level = 0;
  #reverts = 0;
  #heads: Int32Array;
  #seconds: Int32Array;
  #lists: Int32Array;
  #literals: Int32Array;
  #watchesA: Int32Array;
  #watchesB: Int32Array;
  #next: Int32Array;
  /** First rule that watches a literal, at literal + size. */
  readonly #firstWatch: Int32Array;
  readonly #learnedFrom = new Map<number, readonly number[]>();
  readonly #seen: Uint8Array;

  constructor(table: RuleTable, size: number) {
    this.#table = table;
    this.#size = size;
    this.decisions = new Int32Array(size + 1);
    this.#why = new Int32Array(size + 1);
    this.#trail = new Int32Array(size + 1);
    this.#firstWatch = new Int32Array(2 * size + 1);
    this.#seen = new Uint8Array(size + 1);
    this.#heads = table.heads();
    this.#seconds = table.seconds();
    this.#lists = table.lists();
    this.#literals = table.literals();
    this.#watchesA = new Int32Array(table.count);
    this.#watchesB = new Int32Array(table.count);
    this.#next = new Int32Array(2 * table.count);
    for (let rule = 1; rule < table.count; rule++) {
      this.#watch(rule, this.#heads[rule] as number, this.#secondLiteral(rule));
    }
  }

  get level(): number {
    return this.#level;
  }

  get decided(): number {
    return this.#trailLength;
  }

  /** How often decisions were undone: the trail only grew when this is unchanged. */
  get reverts(): number {
    return this.#reverts;
  }

  /** The literals decided so far, in order. */
  trail(): Int32Array {
    return this.#trail.subarray(0, this.#trailLength);
  }

  why(number: number): number {
    return this.#why[number] as number;
  }

  #secondLiteral(rule: number): number {
    const list = this.#lists[rule] as number;
    return list === 0 ? (this.#seconds[rule] as number) : (this.#literals[list] as number);
  }

  #watch(rule: number, a: number, b: number): void {
    if (a === 0 || b === 0) {
      return;
    }
    this.#watchesA[rule] = a;
    this.#watchesB[rule] = b;
    this.#next[2 * rule] = this.#firstWatch[a + this.#size] as number;
    this.#firstWatch[a + this.#size] = rule;
    this.#next[2 * rule + 1] = this.#firstWatch[b + this.#size] as number;
    this.#firstWatch[b + this.#size] = rule;
  }

  isTrue(literal: number): boolean {
    return literal > 0 ? (this.decisions[literal] as number) > 0 : (this.decisions[-literal] as number) < 0;
  }

  isFalse(literal: number): boolean {
    return literal > 0 ? (this.decisions[literal] as number) < 0 : (this.decisions[-literal] as number) > 0;
  }

  #assign(literal: number, why: number): void {
    const number = Math.abs(literal);
    this.decisions[number] = literal > 0 ? this.#level : -this.#level;
    this.#why[number] = why;
    this.#trail[this.#trailLength++] = literal;
  }

  /** Level 1: rules of a single literal, and what follows. */
  start(): Consequence {
    this.#level = 1;
    for (let rule = 1; rule < this.#table.count; rule++) {
      const literal = this.#heads[rule] as number;
      if (this.#secondLiteral(rule) !== 0) {
        continue;
      }
      if (literal === 0 || this.isFalse(literal)) {
        return { outcome: 'contradiction', rule };
      }
      if (!this.isTrue(literal)) {
        this.#assign(literal, rule);
      }
    }
    return this.#learnUntilConsistent();
  }

  /** Chooses `literal` for the sake of `rule`; may undo earlier choices: compare `level` before and after. */
  decide(literal: number, rule: number): Consequence {
    this.#level++;
    this.#assign(literal, -rule);
    return this.#learnUntilConsistent();
  }

  #learnUntilConsistent(): Consequence {
    for (;;) {
      const conflict = this.#propagate();
      if (conflict === 0) {
        return consistent;
      }
      if (this.#level <= 1) {
        return { outcome: 'contradiction', rule: conflict };
      }
      const rule = this.#learn(conflict);
      this.#assign(this.#heads[rule] as number, rule);
    }
  }

  /** Undoes all decisions above `level`. */
  revert(level: number): void {
    while (this.#trailLength > 0) {
      const number = Math.abs(this.#trail[this.#trailLength - 1] as number);
      if (Math.abs(this.decisions[number] as number) <= level) {
        break;
      }
      this.decisions[number] = 0;
      this.#trailLength--;
    }
    this.#level = level;
    this.#reverts++;
    this.#propagated = Math.min(this.#propagated, this.#trailLength);
  }

  /** The rule that is violated, or 0. */
  #propagate(): number {
    while (this.#propagated < this.#trailLength) {
      const conflict = this.#visitWatches(-(this.#trail[this.#propagated++] as number));
      if (conflict !== 0) {
        return conflict;
      }
    }
    return 0;
  }

  #visitWatches(falsified: number): number {
    const next = this.#next;
    const first = this.#firstWatch;
    const slot = falsified + this.#size;
    let previous = -1;
    for (let rule = first[slot] as number; rule !== 0; ) {
      const isA = this.#watchesA[rule] === falsified;
      const link = isA ? 2 * rule : 2 * rule + 1;
      const following = next[link] as number;
      const other = (isA ? this.#watchesB[rule] : this.#watchesA[rule]) as number;
      const replacement = this.isTrue(other) ? 0 : this.#unfalsified(rule, falsified, other);
      if (replacement !== 0) {
        if (previous < 0) {
          first[slot] = following;
        } else {
          next[previous] = following;
        }
        (isA ? this.#watchesA : this.#watchesB)[rule] = replacement;
        next[link] = first[replacement + this.#size] as number;
        first[replacement + this.#size] = rule;
      } else {
        if (this.isFalse(other)) {
          return rule;
        }
        if (!this.isTrue(other)) {
          this.#assign(other, rule);
        }
        previous = link;
      }
      rule = following;
    }
    return 0;
  }

  /** A literal of the rule, beside the two watched ones, that is not false; 0 when there is none. */
  #unfalsified(rule: number, a: number, b: number): number {
    let at = this.#lists[rule] as number;
    if (at === 0) {
      return 0;
    }
    const head = this.#heads[rule] as number;
    if (head !== a && head !== b && !this.isFalse(head)) {
      return head;
    }
    const literals = this.#literals;
    for (; literals[at] !== 0; at++) {
      const literal = literals[at] as number;
      if (literal !== a && literal !== b && !this.isFalse(literal)) {
        return literal;
      }
    }
    return 0;
  }

  /** Adds the rule of the first unique implication point, and goes back to where it decides its head. */
  #learn(conflict: number): number {
    const rest: number[] = [];
    const from = [conflict];
    let open = this.#collect(conflict, rest);
    let at = this.#trailLength - 1;
    let head = 0;
    for (;;) {
      while (this.#seen[Math.abs(this.#trail[at] as number)] === 0) {
        at--;
      }
      const literal = this.#trail[at--] as number;
      this.#seen[Math.abs(literal)] = 0;
      open--;
      if (open === 0) {
        head = -literal;
        break;
      }
      const reason = this.#why[Math.abs(literal)] as number;
      from.push(reason);
      open += this.#collect(reason, rest);
    }
    for (const literal of rest) {
      this.#seen[Math.abs(literal)] = 0;
    }
    return this.#addLearned(head, rest, from);
  }

  /** Marks the rule's literals: those of this level are counted, lower ones go to `rest`, level 1 is beyond doubt. */
  #collect(rule: number, rest: number[]): number {
    let count = 0;
    for (const literal of this.#literalsOf(rule)) {
      const number = Math.abs(literal);
      const level = Math.abs(this.decisions[number] as number);
      if (this.#seen[number] === 1 || level <= 1 || this.isTrue(literal)) {
        continue;
      }
      this.#seen[number] = 1;
      if (level === this.#level) {
        count++;
      } else {
        rest.push(literal);
      }
    }
    return count;
  }

  #literalsOf(rule: number): number[] {
    return this.#table.literalsOf(rule);
  }

  #addLearned(head: number, rest: number[], from: readonly number[]): number {
    rest.sort(
      (a, b) => Math.abs(this.decisions[Math.abs(b)] as number) - Math.abs(this.decisions[Math.abs(a)] as number),
    );
    const top = rest[0] === undefined ? 1 : Math.abs(this.decisions[Math.abs(rest[0])] as number);
    const rule =
      rest.length < 2
        ? this.#table.addPair(head, rest[0] ?? 0, { kind: 'learned' })
        : this.#table.addShared(head, this.#table.addList(rest), { kind: 'learned' });
    this.#learnedFrom.set(rule, from);
    this.#adoptColumns();
    this.revert(top);
    this.#watch(rule, head, rest[0] ?? 0);
    return rule;
  }

  #adoptColumns(): void {
    this.#heads = this.#table.heads();
    this.#seconds = this.#table.seconds();
    this.#lists = this.#table.lists();
    this.#literals = this.#table.literals();
    if (this.#watchesA.length < this.#table.count) {
      this.#watchesA = grown(this.#watchesA);
      this.#watchesB = grown(this.#watchesB);
      this.#next = grown(this.#next);
    }
  }

  /** The original rules that together cause a contradiction. */
  core(contradiction: number): number[] {
    const visited = new Set<number>();
    const core: number[] = [];
    const open = [contradiction];
    for (let rule = open.pop(); rule !== undefined; rule = open.pop()) {
      if (rule <= 0 || visited.has(rule)) {
        continue;
      }
      visited.add(rule);
      const parents = this.#learnedFrom.get(rule);
      if (parents === undefined) {
        core.push(rule);
      } else {
        open.push(...parents);
      }
      for (const literal of this.#literalsOf(rule)) {
        if (Math.abs(this.decisions[Math.abs(literal)] as number) === 1) {
          open.push(this.#why[Math.abs(literal)] as number);
        }
      }
    }
    return core.sort((a, b) => a - b);
  }
}

function grown(column: Int32Array): Int32Array {
  const larger = new Int32Array(column.length * 2 + 16);
  larger.set(column);
  return larger;
}
