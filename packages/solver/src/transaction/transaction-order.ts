import { strongComponents } from '../policy/strong-components.ts';
import type { RelationKind } from '../pool/pool.ts';
import type { PoolView } from '../pool/pool-view.ts';

/**
 * Packages in an order in which each comes behind what it requires. Where requirements go in a circle only those
 * count that scriptlets need, and where these do too, the order of the names, as in rpm's transaction order.
 */
export function orderByRequirements(view: PoolView, numbers: readonly number[]): number[] {
  const { pool } = view;
  const sorted = [...numbers].sort((a, b) => compareText(pool.name(a), pool.name(b)) || a - b);
  return orderComponents(view, sorted, ['requires', 'prerequires']);
}

function orderComponents(
  view: PoolView,
  numbers: readonly number[],
  [kind, ...weaker]: readonly RelationKind[],
): number[] {
  if (kind === undefined || numbers.length < 2) {
    return [...numbers];
  }
  const places = new Map(numbers.map((number, at) => [number, at]));
  const edges = numbers.map((number) =>
    [...view.pool.relations(number, kind)].flatMap((dependency) =>
      [...view.providers(dependency)].flatMap((other) => (other === number ? [] : (places.get(other) ?? []))),
    ),
  );
  const components = strongComponents(edges);
  const groups = Map.groupBy(numbers, (_, at) => components[at] as number);
  return [...groups].sort(([a], [b]) => a - b).flatMap(([, members]) => orderComponents(view, members, weaker));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
