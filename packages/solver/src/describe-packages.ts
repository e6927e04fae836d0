import type { Engine } from './engine.ts';
import type { Pool } from './pool.ts';
import type { Reason, ResolvedPackage } from './request.ts';
import type { Situation } from './resolve.ts';
import { richClauses } from './rich-clauses.ts';
import type { RuleTable } from './rule-table.ts';

const rank = { requested: 0, installed: 1, 'required-by': 2, 'recommended-by': 3, supplements: 4 } as const;

/** The chosen packages with all reasons that hold among them, sorted by name, architecture and version. */
export function describePackages(situation: Situation, engine: Engine, table: RuleTable): ResolvedPackage[] {
  const { pool } = situation;
  const chosen = [...engine.trail()].filter((literal) => literal > 0);
  const reasons = new Map<number, Reason[]>(chosen.map((number) => [number, []]));
  addRequested(situation, reasons, table);
  for (const number of chosen) {
    addRelated(pool, reasons, { number, kind: 'requires', reason: 'required-by' });
    addRelated(pool, reasons, { number, kind: 'recommends', reason: 'recommended-by' });
  }
  for (const number of chosen) {
    const own = reasons.get(number) as Reason[];
    if (own.length === 0) {
      own.push(
        ...reasonsFromRules(pool, table, { number, chosen: reasons }),
        ...supplementReasons(pool, number, reasons),
      );
    }
    own.sort((a, b) => rank[a.kind] - rank[b.kind]);
  }
  return chosen
    .sort((a, b) => compareForListing(pool, a, b))
    .map((number) => ({ package: pool.reference(number), reasons: reasons.get(number) as Reason[] }));
}

function addRequested(situation: Situation, reasons: Map<number, Reason[]>, table: RuleTable): void {
  for (let rule = 1; rule < table.count; rule++) {
    const origin = table.origin(rule);
    if (origin.kind !== 'request' && origin.kind !== 'installed') {
      continue;
    }
    for (const literal of table.literalsOf(rule)) {
      const request = origin.kind === 'request' ? (situation.planned[origin.request]?.text ?? '') : undefined;
      reasons.get(literal)?.push(request === undefined ? { kind: 'installed' } : { kind: 'requested', request });
    }
  }
}

interface Relating {
  readonly number: number;
  readonly kind: 'requires' | 'recommends';
  readonly reason: 'required-by' | 'recommended-by';
}

function addRelated(pool: Pool, reasons: Map<number, Reason[]>, { number, kind, reason }: Relating): void {
  const reference = pool.reference(number);
  for (const relation of pool.relations(number, kind)) {
    for (const provider of relatedPackages(pool, relation)) {
      if (provider !== number) {
        reasons.get(provider)?.push({ kind: reason, package: reference, dependency: pool.table.format(relation) });
      }
    }
  }
}

/** Packages that help the relation to hold: of a rich one not those of its conditions. */
function relatedPackages(pool: Pool, relation: number): Iterable<number> {
  return pool.table.isRich(relation)
    ? new Set(
        richClauses(pool, relation, true)
          .flat()
          .filter((literal) => literal > 0),
      )
    : pool.providers(relation);
}

/** What brings a package in without requiring it: a rich conflict with a condition, or an i686 package beside it. */
function reasonsFromRules(
  pool: Pool,
  table: RuleTable,
  { number, chosen }: { readonly number: number; readonly chosen: ReadonlyMap<number, unknown> },
): Reason[] {
  const found: Reason[] = [];
  for (let rule = 1; rule < table.count; rule++) {
    const origin = table.origin(rule);
    if (!('package' in origin) || !chosen.has(origin.package) || !table.literalsOf(rule).includes(number)) {
      continue;
    }
    const dependency = 'relation' in origin ? pool.table.format(origin.relation) : pool.nevra(number);
    found.push({ kind: 'required-by', package: pool.reference(origin.package), dependency });
  }
  return found;
}

function supplementReasons(pool: Pool, number: number, chosen: ReadonlyMap<number, unknown>): Reason[] {
  return [...pool.relations(number, 'supplements')]
    .filter((relation) => [...relatedPackages(pool, relation)].some((one) => chosen.has(one)))
    .map((relation) => ({ kind: 'supplements', dependency: pool.table.format(relation) }));
}

function compareForListing(pool: Pool, a: number, b: number): number {
  return (
    compareText(pool.name(a), pool.name(b)) ||
    compareText(pool.arch(a), pool.arch(b)) ||
    pool.table.compareVersions(pool.evrId(a), pool.evrId(b)) ||
    a - b
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
