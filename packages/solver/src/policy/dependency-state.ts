import { isComplex } from '../pool/complex-dependency.ts';
import { type DependencyId, operator } from '../pool/dependency-table.ts';
import type { SolverState } from '../rules/solver-state.ts';

const complexOperators: ReadonlySet<number> = new Set([operator.and, operator.or, operator.condition, operator.unless]);

/** Could the dependency be met by packages of the map? What is conditional could always be. */
export function possiblySatisfied(state: SolverState, dependency: DependencyId, map: Uint8Array): boolean {
  const { view } = state;
  const { table } = view.pool;
  const left = dependency < 0 ? table.left(dependency) : 0;
  switch (table.operator(dependency)) {
    case operator.condition:
    case operator.unless:
      return true;
    case operator.and:
      return possiblySatisfied(state, left, map) && possiblySatisfied(state, table.right(dependency), map);
    case operator.or:
      return possiblySatisfied(state, left, map) || possiblySatisfied(state, table.right(dependency), map);
    case operator.namespace:
      if (table.text(left) === 'namespace:splitprovides') {
        return isSplitProvide(state, table.right(dependency), () => true);
      }
      break;
    default:
  }
  for (const number of view.providers(dependency)) {
    if (map[number] === 1) {
      return true;
    }
  }
  return false;
}

/** `name:/path`: the installed package of the name has the path, and `isUpdating` it. */
export function isSplitProvide(
  state: SolverState,
  dependency: DependencyId,
  isUpdating: (number: number) => boolean,
): boolean {
  const { view, flags } = state;
  const { table } = view.pool;
  if (!flags.splitProvides || state.installed.length === 0 || table.operator(dependency) !== operator.with) {
    return false;
  }
  return view
    .providers(dependency)
    .some(
      (number) =>
        state.isInstalled(number) && view.pool.nameId(number) === table.left(dependency) && isUpdating(number),
    );
}

/** How a dependency is met: not, by what is there already, or by something new. */
export type Fulfilment = 0 | 1 | 2;

/** Puts together the fulfilment of the parts of a rich dependency. */
export function combineFulfilment(
  state: SolverState,
  dependency: DependencyId,
  evaluate: (part: DependencyId) => Fulfilment,
): Fulfilment {
  const { table } = state.pool;
  const left = table.left(dependency);
  const right = table.right(dependency);
  const hasElse = table.operator(right) === operator.else;
  switch (table.operator(dependency)) {
    case operator.and:
      return both(evaluate(left), evaluate(right));
    case operator.or:
      return Math.max(evaluate(left), evaluate(right)) as Fulfilment;
    case operator.condition: {
      if (hasElse) {
        const condition = evaluate(table.left(right));
        return condition === 0 ? evaluate(table.right(right)) : both(condition, evaluate(left));
      }
      return Math.max(evaluate(left), evaluate(right) === 0 ? 1 : 0) as Fulfilment;
    }
    default: {
      if (hasElse) {
        const condition = evaluate(table.left(right));
        return condition === 0 ? evaluate(left) : both(condition, evaluate(table.right(right)));
      }
      return evaluate(right) === 0 ? evaluate(left) : 0;
    }
  }
}

function both(a: Fulfilment, b: Fulfilment): Fulfilment {
  return a === 0 || b === 0 ? 0 : (Math.max(a, b) as Fulfilment);
}

export function isComplexOperator(op: number): boolean {
  return complexOperators.has(op);
}

/** Does a namespace speak anywhere in the dependency? */
export function namesNamespace(state: SolverState, dependency: DependencyId): boolean {
  const { table } = state.pool;
  return (
    dependency < 0 &&
    (table.operator(dependency) === operator.namespace ||
      namesNamespace(state, table.left(dependency)) ||
      namesNamespace(state, table.right(dependency)))
  );
}

export function isComplexIn(state: SolverState, dependency: DependencyId): boolean {
  return dependency < 0 && isComplex(state.pool.table, dependency);
}
