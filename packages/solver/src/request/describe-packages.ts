import { isComplex, positiveLiterals } from '../pool/complex-dependency.ts';
import type { DependencyId } from '../pool/dependency-table.ts';
import { firstPackage, type Pool } from '../pool/pool.ts';
import type { PoolView } from '../pool/pool-view.ts';
import type { JobOutcome } from '../search/solve-jobs.ts';
import type { TransactionPlan } from '../transaction/transaction-plan.ts';
import type { PlannedRequest } from './plan-jobs.ts';
import type { Reason, ResolvedPackage } from './request.ts';

/** Of a library that everything needs the first few who do are enough. */
const maxReasons = 8;

const rank = {
  requested: 0,
  replaces: 1,
  installed: 2,
  'required-by': 3,
  'recommended-by': 4,
  supplements: 5,
} as const;

/** The chosen packages with reasons that hold among them, sorted by name, architecture and version. */
export function describePackages(
  planned: PlannedRequest,
  outcome: JobOutcome,
  plan: TransactionPlan,
): ResolvedPackage[] {
  const { pool } = planned;
  const { state, engine } = outcome;
  const chosen = [...engine.trail.subarray(0, engine.trailLength)].filter((literal) => literal >= firstPackage);
  const reasons = new Map<number, Reason[]>(chosen.map((number) => [number, []]));
  addRequested(planned, outcome, reasons);
  for (const number of chosen) {
    const own = reasons.get(number) as Reason[];
    if (state.isInstalled(number)) {
      own.push({ kind: 'installed' });
    }
    own.push(...plan.replaces(number).map((one) => ({ kind: 'replaces', package: pool.reference(one) }) as const));
    addRelated(planned.view, reasons, number);
  }
  for (const number of chosen) {
    const own = reasons.get(number) as Reason[];
    if (own.length === 0) {
      own.push(...reasonsFromRules(outcome, number), ...supplementReasons(planned.view, number, reasons));
    }
    own.sort((a, b) => rank[a.kind] - rank[b.kind]);
  }
  return chosen
    .sort((a, b) => compareForListing(pool, a, b))
    .map((number) => ({ package: pool.reference(number), reasons: reasons.get(number) as Reason[] }));
}

function addRequested({ texts }: PlannedRequest, { state }: JobOutcome, reasons: Map<number, Reason[]>): void {
  const { rules, jobOfRule } = state;
  jobOfRule.forEach((job, at) => {
    const request = texts[job];
    for (const literal of request === undefined ? [] : rules.literalsOf(rules.sections.job.start + at)) {
      reasons.get(literal)?.push({ kind: 'requested', request: request as string });
    }
  });
}

/** Installed packages are no reason for each other: they were there before. */
function addRelated(view: PoolView, reasons: Map<number, Reason[]>, number: number): void {
  const { pool } = view;
  for (const [kind, reason] of [
    ['requires', 'required-by'],
    ['recommends', 'recommended-by'],
  ] as const) {
    for (const dependency of pool.hasRelations(number, kind) ? pool.relations(number, kind) : []) {
      for (const provider of helpersOf(view, dependency)) {
        const own = provider === number ? undefined : reasons.get(provider);
        if (own !== undefined && own.length < maxReasons) {
          own.push({ kind: reason, package: pool.reference(number), dependency: pool.format(dependency) });
        }
      }
    }
  }
}

function helpersOf(view: PoolView, dependency: DependencyId): Iterable<number> {
  return dependency < 0 && isComplex(view.pool.table, dependency)
    ? new Set(positiveLiterals(view, dependency))
    : view.providers(dependency);
}

/** What brings a package in without requiring it: a rich conflict with a condition, or an i686 package beside it. */
function reasonsFromRules({ state, engine }: JobOutcome, number: number): Reason[] {
  const { rules, pool } = state;
  const found: Reason[] = [];
  for (let rule = 1; rule < rules.sections.learned.start && found.length < maxReasons; rule++) {
    const head = rules.head(rule);
    if (head >= 0 || !engine.isChosen(-head) || -head < firstPackage || !rules.literalsOf(rule).includes(number)) {
      continue;
    }
    found.push({ kind: 'required-by', package: pool.reference(-head), dependency: pool.nevra(number) });
  }
  return found;
}

function supplementReasons(view: PoolView, number: number, chosen: ReadonlyMap<number, unknown>): Reason[] {
  return [...view.pool.relations(number, 'supplements')]
    .filter((dependency) => [...helpersOf(view, dependency)].some((one) => chosen.has(one)))
    .map((dependency) => ({ kind: 'supplements', dependency: view.pool.format(dependency) }));
}

function compareForListing(pool: Pool, a: number, b: number): number {
  return (
    compareText(pool.name(a), pool.name(b)) || compareText(pool.arch(a), pool.arch(b)) || pool.compareEvr(a, b) || a - b
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
