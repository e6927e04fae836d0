import { type DependencyId, operator } from '../pool/dependency-table.ts';
import { systemPackage } from '../pool/pool.ts';
import type { SolverState } from './solver-state.ts';

/** Namespaces, as languages, that a job erases. */
export function namespaceErases(state: SolverState): ReadonlySet<DependencyId> {
  const { table } = state.pool;
  const found = new Set<DependencyId>();
  for (const { kind, selection } of state.jobs) {
    if (
      kind !== 'erase' ||
      selection.kind !== 'provides' ||
      table.operator(selection.dependency) !== operator.namespace
    ) {
      continue;
    }
    if (table.right(selection.dependency) === 0) {
      found.add(table.left(selection.dependency));
    } else if (state.view.providers(selection.dependency).length === 0) {
      found.add(selection.dependency);
    }
  }
  return found;
}

/** Supplements of installed packages that hold only because of an erased namespace. */
export function supplementsLost(state: SolverState, erased: ReadonlySet<DependencyId>): ReadonlySet<DependencyId> {
  const found = new Set<DependencyId>();
  for (const number of erased.size === 0 ? [] : state.installed) {
    for (const dependency of state.pool.relations(number, 'supplements')) {
      if (dependency < 0 && holds(state, dependency, erased) && !holds(state, dependency, new Set())) {
        found.add(dependency);
      }
    }
  }
  return found;
}

/** Does the dependency hold in the installed system, with some namespaces taken for true? */
function holds(state: SolverState, dependency: DependencyId, supposed: ReadonlySet<DependencyId>): boolean {
  const { table } = state.pool;
  const left = dependency < 0 ? table.left(dependency) : 0;
  switch (table.operator(dependency)) {
    case operator.and:
      return holds(state, left, supposed) && holds(state, table.right(dependency), supposed);
    case operator.or:
      return holds(state, left, supposed) || holds(state, table.right(dependency), supposed);
    case operator.namespace:
      if (table.text(left) === 'namespace:splitprovides') {
        return false;
      }
      if (supposed.has(dependency) || supposed.has(left)) {
        return true;
      }
      break;
    default:
  }
  return state.view.providers(dependency).some((number) => number === systemPackage || state.isInstalled(number));
}

/** Packages that help the dependency to hold: those of conditions do not. Only those of `map`, if there is one. */
export function positiveProviders(state: SolverState, dependency: DependencyId, map?: Uint8Array): number[] {
  const { table } = state.pool;
  const left = dependency < 0 ? table.left(dependency) : 0;
  const right = dependency < 0 ? table.right(dependency) : 0;
  switch (table.operator(dependency)) {
    case operator.and:
      return [...positiveProviders(state, left, map), ...positiveProviders(state, right, map)];
    case operator.condition:
    case operator.unless:
      return [
        ...positiveProviders(state, left, map),
        ...(table.operator(right) === operator.else ? positiveProviders(state, table.right(right), map) : []),
      ];
    case operator.namespace:
      if (table.text(left) === 'namespace:splitprovides') {
        return [];
      }
      break;
    default:
  }
  return [...state.view.providers(dependency)].filter((number) => map === undefined || map[number] === 1);
}
