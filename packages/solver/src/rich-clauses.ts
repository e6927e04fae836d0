import { SlipwayError } from '@slipway/core';
import type { RichDependency } from '@slipway/rpm';
import type { Pool } from './pool.ts';

/** A disjunction of literals: a positive package number must be in the set, a negative one must not. */
export type Clause = readonly number[];

/** Clauses of one rich relation; those of real distributions have fewer than ten. */
const maxClauses = 4096;

/** One clause without literals: cannot be met. */
const never: readonly Clause[] = [[]];
const always: readonly Clause[] = [];

/**
 * The conjunction of clauses that says "the relation holds" (`holds` true) or "it does not hold".
 * No clause: always so. An empty clause: never so. Throws `SOLVER_RELATION_TOO_COMPLEX`.
 */
export function richClauses(pool: Pool, relation: number, holds: boolean): readonly Clause[] {
  const tree = pool.richTree(relation);
  return tree === undefined ? (holds ? never : always) : clausesOf(pool, tree, holds);
}

function clausesOf(pool: Pool, tree: RichDependency, holds: boolean): readonly Clause[] {
  switch (tree.kind) {
    case 'and':
      return joinClauses(
        tree.operands.map((operand) => clausesOf(pool, operand, holds)),
        holds,
      );
    case 'or':
      return joinClauses(
        tree.operands.map((operand) => clausesOf(pool, operand, holds)),
        !holds,
      );
    case 'if':
      return clausesOfIf(pool, tree, holds);
    case 'unless':
      return clausesOfUnless(pool, tree, holds);
    default: {
      const packages = packagesOf(pool, tree);
      return holds ? [packages] : packages.map((number) => [-number]);
    }
  }
}

type Conditional = Extract<RichDependency, { kind: 'if' | 'unless' }>;

/** (operand or not condition) and (otherwise or condition); turned around when it must not hold. */
function clausesOfIf(pool: Pool, tree: Conditional, holds: boolean): readonly Clause[] {
  const whenTrue = joinClauses([clausesOf(pool, tree.operand, holds), clausesOf(pool, tree.condition, !holds)], !holds);
  if (tree.otherwise === undefined) {
    return whenTrue;
  }
  const whenFalse = joinClauses(
    [clausesOf(pool, tree.otherwise, holds), clausesOf(pool, tree.condition, holds)],
    !holds,
  );
  return joinClauses([whenTrue, whenFalse], holds);
}

/** (operand and not condition) or (otherwise and condition). */
function clausesOfUnless(pool: Pool, tree: Conditional, holds: boolean): readonly Clause[] {
  const whenFalse = joinClauses([clausesOf(pool, tree.operand, holds), clausesOf(pool, tree.condition, !holds)], holds);
  if (tree.otherwise === undefined) {
    return whenFalse;
  }
  const whenTrue = joinClauses([clausesOf(pool, tree.otherwise, holds), clausesOf(pool, tree.condition, holds)], holds);
  return joinClauses([whenFalse, whenTrue], !holds);
}

/** Conjunction (`and`) or disjunction of conjunctions of clauses; the latter by the distributive law. */
function joinClauses(parts: readonly (readonly Clause[])[], and: boolean): readonly Clause[] {
  return and
    ? parts.flat()
    : parts.reduce((left, right) => {
        checkCount(left.length * right.length);
        return left.flatMap((a) => right.flatMap((b) => merge(a, b)));
      }, never);
}

/** One clause of both, sorted; none when it holds a literal and its opposite. */
function merge(a: Clause, b: Clause): Clause[] {
  const literals = new Set([...a, ...b]);
  for (const literal of literals) {
    if (literal > 0 && literals.has(-literal)) {
      return [];
    }
  }
  return [[...literals].sort((x, y) => x - y)];
}

function checkCount(clauses: number): void {
  if (clauses > maxClauses) {
    throw new SlipwayError(
      'SOLVER_RELATION_TOO_COMPLEX',
      `Cannot use a rich relation: it stands for more than ${maxClauses} alternatives`,
      { hint: 'split the relation of the package into several simpler ones' },
    );
  }
}

/** Packages that satisfy by themselves a simple relation or one of `with`, `without` and `or`. */
export function packagesOf(pool: Pool, tree: RichDependency): number[] {
  switch (tree.kind) {
    case 'simple':
      return [...pool.providers(pool.table.internRelation(tree.dependency))];
    case 'with': {
      const [first = [], ...others] = tree.operands.map((operand) => packagesOf(pool, operand));
      return first.filter((number) => others.every((other) => other.includes(number)));
    }
    case 'without': {
      const excluded = new Set(packagesOf(pool, tree.excluded));
      return packagesOf(pool, tree.operand).filter((number) => !excluded.has(number));
    }
    case 'or':
      return [...new Set(tree.operands.flatMap((operand) => packagesOf(pool, operand)))].sort((a, b) => a - b);
    default:
      return [];
  }
}
