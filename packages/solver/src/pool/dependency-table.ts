import { SlipwayError } from '@slipway/core';
import { type Dependency, formatEvr, parseRich, type RichDependency } from '@slipway/rpm';

/** A name (or version text) by its positive number, a relation by its negative one; 0 is none. */
export type DependencyId = number;

/** Operators of relations. Comparisons are sets of bits: greater 1, equal 2, less 4. */
export const operator = {
  greater: 1,
  equal: 2,
  greaterOrEqual: 3,
  less: 4,
  different: 5,
  lessOrEqual: 6,
  any: 7,
  and: 16,
  or: 17,
  with: 18,
  namespace: 19,
  architecture: 20,
  fileConflict: 21,
  condition: 22,
  compatible: 23,
  kind: 24,
  multiarch: 25,
  else: 26,
  error: 27,
  without: 28,
  unless: 29,
} as const;

const comparisonBits = { '<': 4, '<>': 5, '<=': 6, '=': 2, '>=': 3, '>': 1 } as const;
const operatorTexts: Readonly<Record<number, string>> = {
  1: '>',
  2: '=',
  3: '>=',
  4: '<',
  5: '<>',
  6: '<=',
  7: '<=>',
  16: 'and',
  17: 'or',
  18: 'with',
  22: 'if',
  26: 'else',
  28: 'without',
  29: 'unless',
};

/** Numbers up to this pack into one double-precision key: two operands and an operator. */
const idLimit = 2 ** 21;

/** Text number of the empty text. */
export const emptyText = 1;

/** Names, versions and relations, each kept once and known by a small number. */
export class DependencyTable {
  readonly #numbers = new Map<string, number>([['', emptyText]]);
  readonly #texts: string[] = ['', ''];
  readonly #relationNumbers = new Map<number, number>();
  /** Relations up to here are in `#relationNumbers`. */
  #indexed = 1;
  /** The first object of each relation: readers that share equal relations are answered without their texts. */
  readonly #shared = new Map<Dependency, DependencyId>();
  readonly #lefts: number[] = [0];
  readonly #operators: number[] = [0];
  readonly #rights: number[] = [0];

  /** Texts and the unused number 0. */
  get textCount(): number {
    return this.#texts.length;
  }

  get relationCount(): number {
    return this.#lefts.length;
  }

  /** Throws `SOLVER_POOL_TOO_LARGE` beyond two million texts. */
  intern(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) {
      return known;
    }
    if (this.#texts.length >= idLimit) {
      throw tooLarge('names and versions');
    }
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  /** 0 when nothing mentions the text. */
  find(text: string): number {
    return this.#numbers.get(text) ?? 0;
  }

  text(id: number): string {
    return this.#texts[id] ?? '';
  }

  texts(): readonly string[] {
    return this.#texts;
  }

  /** As `relation`, for one that is known to be new, as from a table that has each once: it is not looked for. */
  append(left: DependencyId, op: number, right: DependencyId): DependencyId {
    if (this.#lefts.length >= idLimit) {
      throw tooLarge('relations');
    }
    this.#lefts.push(left);
    this.#operators.push(op);
    this.#rights.push(right);
    return 1 - this.#lefts.length;
  }

  relation(left: DependencyId, op: number, right: DependencyId): DependencyId {
    for (; this.#indexed < this.#lefts.length; this.#indexed++) {
      const id = -this.#indexed;
      this.#relationNumbers.set(keyOf(this.left(id), this.operator(id), this.right(id)), id);
    }
    const key = keyOf(left, op, right);
    const known = this.#relationNumbers.get(key);
    if (known !== undefined) {
      return known;
    }
    if (this.#lefts.length >= idLimit) {
      throw tooLarge('relations');
    }
    const id = -this.#lefts.length;
    this.#relationNumbers.set(key, id);
    this.#lefts.push(left);
    this.#operators.push(op);
    this.#rights.push(right);
    this.#indexed++;
    return id;
  }

  left(relation: DependencyId): DependencyId {
    return this.#lefts[-relation] as number;
  }

  operator(relation: DependencyId): number {
    return relation < 0 ? (this.#operators[-relation] as number) : 0;
  }

  right(relation: DependencyId): DependencyId {
    return this.#rights[-relation] as number;
  }

  /** The name at the left end. */
  nameOf(dependency: DependencyId): number {
    let id = dependency;
    while (id < 0) {
      id = this.left(id);
    }
    return id;
  }

  internDependency(dependency: Dependency): DependencyId {
    const shared = this.#shared.get(dependency);
    if (shared !== undefined) {
      return shared;
    }
    const before = this.#lefts.length;
    const id = this.#intern(dependency);
    if (this.#lefts.length > before) {
      this.#shared.set(dependency, id);
    }
    return id;
  }

  #intern({ name, comparison, evr }: Dependency): DependencyId {
    if (name.startsWith('(')) {
      const tree = readRich(name);
      return tree === undefined ? this.intern(name) : this.#internRich(tree);
    }
    return comparison === undefined || evr === undefined
      ? this.intern(name)
      : this.relation(this.intern(name), comparisonBits[comparison], this.intern(formatEvr(evr)));
  }

  #internRich(tree: RichDependency): DependencyId {
    switch (tree.kind) {
      case 'simple':
        return this.#intern(tree.dependency);
      case 'without':
        return this.relation(this.#internRich(tree.operand), operator.without, this.#internRich(tree.excluded));
      case 'if':
      case 'unless': {
        const condition = this.#internRich(tree.condition);
        const right =
          tree.otherwise === undefined
            ? condition
            : this.relation(condition, operator.else, this.#internRich(tree.otherwise));
        const op = tree.kind === 'if' ? operator.condition : operator.unless;
        return this.relation(this.#internRich(tree.operand), op, right);
      }
      default: {
        const operands = tree.operands.map((operand) => this.#internRich(operand));
        return operands.reduceRight((right, left) => this.relation(left, operator[tree.kind], right));
      }
    }
  }

  /** As in a spec file: `a >= 1`, `(a or b)`. */
  format(dependency: DependencyId): string {
    if (dependency >= 0) {
      return this.text(dependency);
    }
    const op = this.operator(dependency);
    if (op === operator.namespace) {
      return `${this.format(this.left(dependency))}(${this.format(this.right(dependency))})`;
    }
    if (op === operator.architecture) {
      return `${this.format(this.left(dependency))}.${this.format(this.right(dependency))}`;
    }
    const text = `${this.format(this.left(dependency))} ${operatorTexts[op] ?? '?'} ${this.#formatRight(dependency)}`;
    return op < 8 ? text : `(${text})`;
  }

  /** Chains of one operator, and the two arms of a condition, share their parentheses. */
  #formatRight(dependency: DependencyId): string {
    const right = this.right(dependency);
    const op = this.operator(dependency);
    const text = this.format(right);
    const inner = this.operator(right);
    const chained = (inner === op && (op === operator.and || op === operator.or)) || inner === operator.else;
    return chained ? text.slice(1, -1) : text;
  }
}

function keyOf(left: DependencyId, op: number, right: DependencyId): number {
  return ((left + idLimit) * 2 * idLimit + right + idLimit) * 32 + op;
}

/** Undefined for what cannot be read: nothing satisfies it then. */
function readRich(text: string): RichDependency | undefined {
  try {
    return parseRich(text);
  } catch {
    return undefined;
  }
}

function tooLarge(what: string): SlipwayError {
  return new SlipwayError('SOLVER_POOL_TOO_LARGE', `Cannot add more ${what} to the pool: there are ${idLimit}`);
}
