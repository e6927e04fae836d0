import { architectureScores, sameColour } from './architecture.ts';
import { obsoletedBy } from './package-rules.ts';
import type { Pool } from './pool.ts';
import type { SolverRequest } from './request.ts';
import { richClauses } from './rich-clauses.ts';

/**
 * Checks a finished set without any solver: every requirement met inside it, no conflict, nothing obsoleted, one
 * version of each name. Returns what is wrong, in words; empty when the set is sound.
 */
export function checkResolution(
  pool: Pool,
  ids: readonly string[],
  options: Pick<SolverRequest, 'architecture' | 'multilib' | 'installOnly'>,
): string[] {
  const chosen = new Set(ids.map((id) => pool.numberOf(id)));
  const faults: string[] = ids.filter((id) => pool.numberOf(id) === 0).map((id) => `${id} is not in the pool`);
  chosen.delete(0);
  const score = architectureScores({ install: [], ...options });
  for (const number of chosen) {
    if (score(pool.arch(number)) === 0) {
      faults.push(`${pool.nevra(number)} is for another architecture`);
    }
    faults.push(...requirementFaults(pool, chosen, number), ...exclusionFaults(pool, chosen, number));
    faults.push(...nameFaults(pool, chosen, { number, score, installOnly: options.installOnly ?? [] }));
  }
  return faults;
}

function requirementFaults(pool: Pool, chosen: ReadonlySet<number>, number: number): string[] {
  return [...pool.relations(number, 'requires')]
    .filter((relation) => !holdsWithin(pool, chosen, relation))
    .map((relation) => `${pool.nevra(number)} lacks ${pool.table.format(relation)}`);
}

function holdsWithin(pool: Pool, chosen: ReadonlySet<number>, relation: number): boolean {
  if (!pool.table.isRich(relation)) {
    return pool.providers(relation).some((provider) => chosen.has(provider));
  }
  return richClauses(pool, relation, true).every((clause) =>
    clause.some((literal) => (literal > 0 ? chosen.has(literal) : !chosen.has(-literal))),
  );
}

function exclusionFaults(pool: Pool, chosen: ReadonlySet<number>, number: number): string[] {
  const faults: string[] = [];
  for (const relation of pool.relations(number, 'conflicts')) {
    const collides = pool.table.isRich(relation)
      ? collidesRichly(pool, chosen, { number, relation })
      : pool.providers(relation).some((other) => other !== number && chosen.has(other));
    if (collides) {
      faults.push(`${pool.nevra(number)} conflicts with ${pool.table.format(relation)}`);
    }
  }
  for (const relation of pool.relations(number, 'obsoletes')) {
    for (const other of obsoletedBy(pool, number, relation).filter((candidate) => chosen.has(candidate))) {
      faults.push(`${pool.nevra(number)} obsoletes ${pool.nevra(other)}`);
    }
  }
  return faults;
}

/** As for plain conflicts, the package alone is never its own enemy. */
function collidesRichly(
  pool: Pool,
  chosen: ReadonlySet<number>,
  { number, relation }: { readonly number: number; readonly relation: number },
): boolean {
  return richClauses(pool, relation, false).some(
    (clause) =>
      !(clause.length === 1 && clause[0] === -number) &&
      !clause.some((literal) => (literal > 0 ? chosen.has(literal) : !chosen.has(-literal))),
  );
}

interface NameCheck {
  readonly number: number;
  readonly score: (arch: string) => number;
  readonly installOnly: readonly string[];
}

function nameFaults(pool: Pool, chosen: ReadonlySet<number>, { number, score, installOnly }: NameCheck): string[] {
  const own = score(pool.arch(number));
  return [...pool.named(pool.nameId(number))]
    .filter((other) => other > number && chosen.has(other) && sameColour(own, score(pool.arch(other))))
    .filter((other) => !installOnly.includes(pool.name(number)) || pool.nevra(other) === pool.nevra(number))
    .map((other) => `${pool.nevra(number)} and ${pool.nevra(other)} have the same name`);
}
