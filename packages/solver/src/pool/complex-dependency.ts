import { SlipwayError } from '@slipway/core';
import { type DependencyId, type DependencyTable, operator } from './dependency-table.ts';
import { systemPackage } from './pool.ts';
import type { PoolView } from './pool-view.ts';

/** Literals, ascending: a positive package number is in the set, a negative one is not. */
export type Clause = readonly number[];

/**
 * A dependency in normal form: in the conjunctive one every clause needs one of its literals, in the disjunctive one
 * some clause needs all of them.
 */
export type NormalForm = 'never' | 'always' | readonly Clause[];

/** Clauses of one dependency; those of real distributions have fewer than ten. */
const maxClauses = 4096;

/** Does the dependency need more than a list of packages of which one must be there? */
export function isComplex(table: DependencyTable, dependency: DependencyId): boolean {
  let id = dependency;
  while (id < 0) {
    const op = table.operator(id);
    if (op === operator.and || op === operator.condition || op === operator.unless) {
      return true;
    }
    if (op !== operator.or) {
      return false;
    }
    if (isComplex(table, table.left(id))) {
      return true;
    }
    id = table.right(id);
  }
  return false;
}

export interface NormaliseOptions {
  readonly form?: 'conjunctive' | 'disjunctive';
  /** The opposite of the dependency: what was conjunctive becomes disjunctive. */
  readonly inverted?: boolean;
  /** Packages by their own name and version only. */
  readonly byName?: boolean;
}

/** Throws `SOLVER_RELATION_TOO_COMPLEX`. */
export function normalise(view: PoolView, dependency: DependencyId, options?: NormaliseOptions): NormalForm {
  if (options !== undefined) {
    return normaliseAnew(view, dependency, options);
  }
  const known = view.normalForms.get(dependency);
  if (known !== undefined) {
    return known;
  }
  const form = normaliseAnew(view, dependency, {});
  view.normalForms.set(dependency, form);
  return form;
}

function normaliseAnew(view: PoolView, dependency: DependencyId, options: NormaliseOptions): NormalForm {
  const normaliser = new Normaliser(view, options.byName === true);
  const result = normaliser.normalise(dependency, options.form === 'disjunctive');
  return options.inverted === true ? invert(result) : result;
}

class Normaliser {
  readonly #view: PoolView;
  readonly #byName: boolean;

  constructor(view: PoolView, byName: boolean) {
    this.#view = view;
    this.#byName = byName;
  }

  normalise(dependency: DependencyId, disjunctive: boolean): NormalForm {
    const { table } = this.#view.pool;
    if (!isComplex(table, dependency)) {
      return this.#packages(dependency, disjunctive);
    }
    const left = table.left(dependency);
    const right = table.right(dependency);
    switch (table.operator(dependency)) {
      case operator.and:
        return this.#and(this.normalise(left, disjunctive), () => this.normalise(right, disjunctive), disjunctive);
      case operator.or:
        return this.#or(this.normalise(left, disjunctive), () => this.normalise(right, disjunctive), disjunctive);
      default:
        return this.#conditional(dependency, disjunctive);
    }
  }

  /** `a if b else c` is (a or not b) and (c or b); `a unless b else c` is (a and not b) or (c and b). */
  #conditional(dependency: DependencyId, disjunctive: boolean): NormalForm {
    const { table } = this.#view.pool;
    const left = table.left(dependency);
    const right = table.right(dependency);
    const isIf = table.operator(dependency) === operator.condition;
    const hasElse = table.operator(right) === operator.else;
    const condition = hasElse ? table.left(right) : right;
    const opposite = (): NormalForm => invert(this.normalise(condition, !disjunctive));
    const operand = this.normalise(left, disjunctive);
    const first = isIf ? this.#or(operand, opposite, disjunctive) : this.#and(operand, opposite, disjunctive);
    if (!hasElse) {
      return first;
    }
    const otherwise = (): NormalForm => this.normalise(table.right(right), disjunctive);
    const whenTrue = this.normalise(condition, disjunctive);
    return isIf
      ? this.#and(first, () => this.#or(whenTrue, otherwise, disjunctive), disjunctive)
      : this.#or(first, () => this.#and(whenTrue, otherwise, disjunctive), disjunctive);
  }

  #packages(dependency: DependencyId, disjunctive: boolean): NormalForm {
    const view = this.#view;
    const all = view.providers(dependency);
    if (all[0] === systemPackage) {
      return 'always';
    }
    const numbers = this.#byName ? all.filter((number) => view.matchesNevra(number, dependency)) : all;
    if (numbers.length === 0) {
      return 'never';
    }
    return disjunctive ? Array.from(numbers, (number) => [number]) : [[...numbers]];
  }

  #or(first: NormalForm, second: () => NormalForm, disjunctive: boolean): NormalForm {
    const other = first === 'always' ? 'always' : second();
    if (first === 'always' || other === 'always') {
      return 'always';
    }
    if (first === 'never' || other === 'never') {
      return first === 'never' ? other : first;
    }
    return disjunctive ? [...first, ...other] : distribute(first, other, 'always');
  }

  #and(first: NormalForm, second: () => NormalForm, disjunctive: boolean): NormalForm {
    const other = first === 'never' ? 'never' : second();
    if (first === 'never' || other === 'never') {
      return 'never';
    }
    if (first === 'always' || other === 'always') {
      return first === 'always' ? other : first;
    }
    return disjunctive ? distribute(first, other, 'never') : [...first, ...other];
  }
}

function invert(form: NormalForm): NormalForm {
  if (form === 'never' || form === 'always') {
    return form === 'never' ? 'always' : 'never';
  }
  return form.map((clause) => clause.map((literal) => -literal).reverse());
}

function distribute(first: readonly Clause[], second: readonly Clause[], empty: 'never' | 'always'): NormalForm {
  if (first.length * second.length > maxClauses) {
    throw new SlipwayError(
      'SOLVER_RELATION_TOO_COMPLEX',
      `Cannot use a rich relation: it stands for more than ${maxClauses} alternatives`,
      { hint: 'split the relation of the package into several simpler ones' },
    );
  }
  const clauses = first.flatMap((a) => second.flatMap((b) => merge(a, b)));
  return clauses.length === 0 ? empty : clauses;
}

/** One clause of both; none when it holds a literal and its opposite. */
function merge(a: Clause, b: Clause): Clause[] {
  const literals = new Set([...a, ...b]);
  for (const literal of literals) {
    if (literal > 0 && literals.has(-literal)) {
      return [];
    }
  }
  return [[...literals].sort((x, y) => x - y)];
}

/** Packages that could help to satisfy the dependency: those of its conditions' opposites do not. */
export function positiveLiterals(view: PoolView, dependency: DependencyId): number[] {
  const found: number[] = [];
  collect(dependency, false);
  return found;

  function collect(id: DependencyId, negative: boolean): void {
    const { table } = view.pool;
    const op = table.operator(id);
    if (op === operator.and || op === operator.or) {
      collect(table.left(id), negative);
      collect(table.right(id), negative);
    } else if (op === operator.condition || op === operator.unless) {
      const right = table.right(id);
      collect(table.left(id), negative);
      if (table.operator(right) === operator.else) {
        collect(table.left(right), negative);
        collect(table.right(right), negative);
      }
      collect(table.operator(right) === operator.else ? table.left(right) : right, !negative);
    } else if (!negative) {
      for (const number of view.providers(id)) {
        found.push(number);
      }
    }
  }
}
