/** One more than the last: a section of the rules. */
export interface RuleRange {
  start: number;
  end: number;
}

export const ruleClasses = [
  'package',
  'feature',
  'update',
  'job',
  'architecture',
  'distribution',
  'best',
  'obsoletes',
  'blacklist',
  'recommends',
  'priority',
  'choice',
  'learned',
] as const;
/**
 * Where a rule comes from. `feature` and `update`: what an installed package may become at all, and without asking;
 * `best`: only the best will do; `obsoletes`: split packages come together; `choice`: what is installed is preferred.
 */
export type RuleClass = (typeof ruleClasses)[number];

/**
 * Rules are clauses: a head literal and either nothing, one second literal, or a zero-terminated list of literals.
 * They are known by numbers from 1 and lie in sections by class. Lists may be shared. Columns grow: ask for them anew
 * after adding rules.
 */
export class RuleTable {
  heads = new Int32Array(4096);
  /** Start of the list in `literals`, 0 for none. */
  lists = new Int32Array(4096);
  watchesA = new Int32Array(4096);
  /** The second literal of rules without a list; 0 for assertions. */
  watchesB = new Int32Array(4096);
  nextA = new Int32Array(4096);
  nextB = new Int32Array(4096);
  /** 1 for rules that do not count at the moment. */
  disabled = new Uint8Array(4096);
  literals = new Int32Array(16_384);
  #literalsLength = 1;
  /** Rules and the unused number 0. */
  count = 1;
  readonly sections: Record<RuleClass, RuleRange> = Object.fromEntries(
    ruleClasses.map((name) => [name, { start: 0, end: 0 }]),
  ) as Record<RuleClass, RuleRange>;
  #last = 0;

  /** The class of a rule, by its number. */
  classOf(rule: number): RuleClass {
    return ruleClasses.find((name) => rule >= this.sections[name].start && rule < this.sections[name].end) ?? 'learned';
  }

  /** A list of literals for use in rules. */
  addList(literals: ArrayLike<number>): number {
    const start = this.#literalsLength;
    const end = start + literals.length + 1;
    if (end > this.literals.length) {
      const grown = new Int32Array(Math.max(this.literals.length * 2, end));
      grown.set(this.literals);
      this.literals = grown;
    }
    for (let at = 0; at < literals.length; at++) {
      this.literals[start + at] = literals[at] as number;
    }
    this.literals[end - 1] = 0;
    this.#literalsLength = end;
    return start;
  }

  /** `head`, and `second` unless it is 0. */
  addPair(head: number, second: number): number {
    return this.#add(head, second, 0);
  }

  addShared(head: number, list: number): number {
    const first = this.literals[list] as number;
    return first === 0 || this.literals[list + 1] === 0 ? this.addPair(head, first) : this.#add(head, 0, list);
  }

  /** The first literal becomes the head; of no literal it is the empty rule that stands for nothing. */
  addClause([head = 0, ...rest]: readonly number[]): number {
    return rest.length < 2 ? this.addPair(head, rest[0] ?? 0) : this.#add(head, 0, this.addList(rest));
  }

  /** The next package rule is not compared with the last one. */
  forgetLast(): void {
    this.#last = 0;
  }

  /** As `addPair`, for rules of packages: not twice in a row, and not what always holds. */
  addPackagePair(head: number, second: number): void {
    const [a, b] = second !== 0 && head > second ? [second, head] : [head, second];
    const last = this.#last;
    const isRepeated = this.heads[last] === a && this.lists[last] === 0 && this.watchesB[last] === b;
    if (!isRepeated && a !== -b) {
      this.#last = this.#add(a, b, 0);
    }
  }

  addPackageShared(head: number, list: number): void {
    const { literals } = this;
    if (literals[list] === 0 || literals[list + 1] === 0) {
      this.addPackagePair(head, literals[list] as number);
      return;
    }
    if (this.heads[this.#last] === head && this.lists[this.#last] === list) {
      return;
    }
    for (let at = list; literals[at] !== 0; at++) {
      if (literals[at] === -head) {
        return;
      }
    }
    this.#last = this.#add(head, 0, list);
  }

  #add(head: number, second: number, list: number): number {
    const rule = this.count++;
    if (rule >= this.heads.length) {
      this.#grow();
    }
    this.heads[rule] = head;
    this.lists[rule] = list;
    this.watchesA[rule] = head;
    this.watchesB[rule] = list === 0 ? second : (this.literals[list] as number);
    this.nextA[rule] = 0;
    this.nextB[rule] = 0;
    this.disabled[rule] = 0;
    return rule;
  }

  #grow(): void {
    this.heads = grown(this.heads);
    this.lists = grown(this.lists);
    this.watchesA = grown(this.watchesA);
    this.watchesB = grown(this.watchesB);
    this.nextA = grown(this.nextA);
    this.nextB = grown(this.nextB);
    const disabled = new Uint8Array(this.disabled.length * 2);
    disabled.set(this.disabled);
    this.disabled = disabled;
  }

  head(rule: number): number {
    return this.heads[rule] as number;
  }

  /** A rule of a single literal. */
  isAssertion(rule: number): boolean {
    return this.lists[rule] === 0 && this.watchesB[rule] === 0;
  }

  isDisabled(rule: number): boolean {
    return this.disabled[rule] === 1;
  }

  disable(rule: number): void {
    this.disabled[rule] = 1;
  }

  enable(rule: number): void {
    this.disabled[rule] = 0;
  }

  /** Makes the rule stand for nothing. */
  clear(rule: number): void {
    this.heads[rule] = 0;
    this.lists[rule] = 0;
    this.watchesA[rule] = 0;
    this.watchesB[rule] = 0;
    this.disabled[rule] = 0;
  }

  literalsOf(rule: number): number[] {
    const list = this.lists[rule] as number;
    const head = this.heads[rule] as number;
    if (list === 0) {
      const second = this.watchesB[rule] as number;
      return head === 0 ? [] : second === 0 ? [head] : [head, second];
    }
    const found = [head];
    for (let at = list; this.literals[at] !== 0; at++) {
      found.push(this.literals[at] as number);
    }
    return found;
  }

  /** By head, then by the other literals; 0 for rules that say the same. */
  compare(a: number, b: number): number {
    return (this.heads[a] as number) - (this.heads[b] as number) || this.#compareRest(a, b);
  }

  #compareRest(a: number, b: number): number {
    const { literals } = this;
    let listA = this.lists[a] as number;
    let listB = this.lists[b] as number;
    const secondA = listA === 0 ? (this.watchesB[a] as number) : (literals[listA] as number);
    const secondB = listB === 0 ? (this.watchesB[b] as number) : (literals[listB] as number);
    if (secondA !== secondB || (listA === 0 && listB === 0)) {
      return secondA - secondB;
    }
    if (listA === 0 || listB === 0) {
      return listA === 0 ? -1 : 1;
    }
    if (listA === listB) {
      return 0;
    }
    while (literals[listB] !== 0) {
      const order = (literals[listA++] as number) - (literals[listB++] as number);
      if (order !== 0) {
        return order;
      }
    }
    return literals[listA] as number;
  }

  /** Puts the package rules in order and drops what is there twice; `marked` moves with its rules. */
  unify(marked: Set<number> | undefined): Set<number> | undefined {
    const order = this.#sorted();
    const [heads, lists, seconds] = [this.heads.slice(), this.lists.slice(), this.watchesB.slice()];
    const kept: number[] = [];
    const stillMarked = new Set<number>();
    for (const rule of order) {
      const last = kept.at(-1);
      if (last !== undefined && this.compare(rule, last) === 0) {
        if (marked?.has(rule) !== true) {
          stillMarked.delete(kept.length);
        }
        continue;
      }
      kept.push(rule);
      if (marked?.has(rule) === true) {
        stillMarked.add(kept.length);
      }
    }
    kept.forEach((rule, at) => {
      this.heads[at + 1] = heads[rule] as number;
      this.lists[at + 1] = lists[rule] as number;
      this.watchesA[at + 1] = heads[rule] as number;
      this.watchesB[at + 1] = seconds[rule] as number;
    });
    this.count = kept.length + 1;
    this.#last = 0;
    return marked === undefined ? undefined : stillMarked;
  }

  /** Rules by head in buckets, each bucket by its other literals. */
  #sorted(): Int32Array {
    const { heads, count } = this;
    let lowest = 0;
    let highest = 0;
    for (let rule = 1; rule < count; rule++) {
      lowest = Math.min(lowest, heads[rule] as number);
      highest = Math.max(highest, heads[rule] as number);
    }
    const starts = new Int32Array(highest - lowest + 2);
    for (let rule = 1; rule < count; rule++) {
      const bucket = (heads[rule] as number) - lowest + 1;
      starts[bucket] = (starts[bucket] as number) + 1;
    }
    for (let bucket = 1; bucket < starts.length; bucket++) {
      starts[bucket] = (starts[bucket] as number) + (starts[bucket - 1] as number);
    }
    const next = starts.slice();
    const order = new Int32Array(count - 1);
    for (let rule = 1; rule < count; rule++) {
      const bucket = (heads[rule] as number) - lowest;
      order[next[bucket] as number] = rule;
      next[bucket] = (next[bucket] as number) + 1;
    }
    for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
      const [start, end] = [starts[bucket] as number, starts[bucket + 1] as number];
      if (end - start > 1) {
        order.subarray(start, end).sort((a, b) => this.#compareRest(a, b) || a - b);
      }
    }
    return order;
  }
}

function grown(column: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(column.length * 2);
  larger.set(column);
  return larger;
}
