import type { Availability } from './availability.ts';
import type { Engine } from './engine.ts';
import type { Policy } from './policy.ts';
import type { Pool } from './pool.ts';
import type { Recommendations } from './recommendations.ts';

/** One of `candidates` would be welcome. */
export interface WeakGroup {
  readonly candidates: readonly number[];
  /** The recommendation, moot as soon as it holds; 0 for a supplementing package. */
  readonly relation: number;
}

export interface WeakContext {
  readonly pool: Pool;
  readonly engine: Engine;
  readonly policy: Policy;
  readonly recommendations: Recommendations;
  readonly availability: Availability;
  /** Packages with rules in the table. */
  readonly reached: Uint8Array;
}

/** What the chosen packages recommend, and what supplements them: supplementing packages first. */
export function planWeakGroups(context: WeakContext): readonly WeakGroup[] {
  const { engine, policy } = context;
  const recommending = recommendedRelations(context);
  const supplementing = supplementingPackages(context);
  const all = new Set([...recommending.flatMap(({ candidates }) => candidates), ...supplementing]);
  const best = new Set(policy.best([...all].sort((a, b) => a - b)));
  const ordered = policy.order(supplementing.filter((number) => best.has(number)));
  const groups = [
    ...ordered.map((number) => ({ candidates: [number], relation: 0 })),
    ...recommending.map(({ candidates, relation }) => ({
      candidates: candidates.filter((number) => best.has(number)),
      relation,
    })),
  ];
  return groups.filter(({ candidates }) => candidates.some((number) => engine.decisions[number] === 0));
}

/** Recommendations that do not hold but could, in the order in which packages were chosen. */
function recommendedRelations({ pool, engine, recommendations }: WeakContext): WeakGroup[] {
  const groups: WeakGroup[] = [];
  for (const literal of engine.trail()) {
    if (literal <= 0) {
      continue;
    }
    for (const relation of pool.relations(literal, 'recommends')) {
      if (!recommendations.holds(relation)) {
        const open = recommendations.candidates(relation).filter((number) => engine.decisions[number] === 0);
        groups.push({ candidates: open, relation });
      }
    }
  }
  return groups.filter(({ candidates }) => candidates.length > 0);
}

function supplementingPackages(context: WeakContext): number[] {
  const { pool, engine, recommendations, availability, reached } = context;
  const found: number[] = [];
  for (let number = 1; number <= pool.size; number++) {
    if (
      reached[number] === 1 &&
      engine.decisions[number] === 0 &&
      pool.hasRelations(number, 'supplements') &&
      availability.obstacle(number) === undefined &&
      recommendations.isFulfilled(number, 'supplements') &&
      !hasOtherArchitecture(pool, engine, number)
    ) {
      found.push(number);
    }
  }
  return found;
}

function hasOtherArchitecture(pool: Pool, engine: Engine, number: number): boolean {
  return pool
    .named(pool.nameId(number))
    .some((other) => (engine.decisions[other] as number) > 0 && pool.arch(other) !== pool.arch(number));
}
