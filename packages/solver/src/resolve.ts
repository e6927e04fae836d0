import { SlipwayError } from '@slipway/core';
import { Availability } from './availability.ts';
import { describePackages } from './describe-packages.ts';
import { Engine } from './engine.ts';
import { explainContradiction } from './explain-contradiction.ts';
import { PackageRules } from './package-rules.ts';
import { Policy } from './policy.ts';
import type { Pool } from './pool.ts';
import { Recommendations } from './recommendations.ts';
import type { Problem, Resolution, SolverRequest } from './request.ts';
import { type PlannedRequest, planRequest } from './request-plan.ts';
import { richClauses } from './rich-clauses.ts';
import { RuleTable } from './rule-table.ts';
import { Search } from './search.ts';
import { planWeakGroups } from './weak-relations.ts';

/** Problems that are searched for: each one costs another search. */
const maxProblems = 8;

/** One request to the pool, with everything that was derived from it. */
export interface Situation {
  readonly pool: Pool;
  readonly request: SolverRequest;
  readonly availability: Availability;
  readonly planned: readonly PlannedRequest[];
}

interface Attempt {
  readonly table: RuleTable;
  readonly engine: Engine;
  /** The violated rule, or undefined when there is a solution. */
  readonly contradiction: number | undefined;
}

/**
 * The package set for a request, or the reasons why there is none. Pure: the same pool (in the same order) and request
 * give the same answer. Throws `SOLVER_UNKNOWN_PACKAGE` for an `installed` id that is not in the pool.
 */
export function resolve(pool: Pool, request: SolverRequest): Resolution {
  const availability = new Availability(pool, request);
  const planned = request.install.map((text) => planRequest(pool, availability, text));
  const situation = { pool, request, availability, planned };
  const problems: Problem[] = [];
  const unmet = new Set<number>();
  while (problems.length < maxProblems) {
    const attempt = attemptToSolve(situation, unmet);
    if (attempt.contradiction === undefined) {
      return problems.length > 0
        ? { outcome: 'unsolvable', problems }
        : { outcome: 'solved', packages: describePackages(situation, attempt.engine, attempt.table) };
    }
    const { problem, requests } = explainContradiction(
      situation,
      attempt.table,
      attempt.engine.core(attempt.contradiction),
    );
    problems.push(problem);
    for (const at of requests) {
      unmet.add(at);
    }
    if (requests.length === 0) {
      break;
    }
  }
  return { outcome: 'unsolvable', problems };
}

/** Solves all requests but those of `unmet`, which are known to fail. */
function attemptToSolve(situation: Situation, unmet: ReadonlySet<number>): Attempt {
  const { pool, request, availability } = situation;
  const table = new RuleTable();
  const installed = numbersOfInstalled(pool, request);
  const { reached } = addPackageRules(situation, table, { installed, unmet });
  const choiceRules = table.choiceRules();
  const requestRules = addGoals(situation, table, { installed, unmet });
  const engine = new Engine(table, pool.size);
  const recommendations = new Recommendations(pool, engine);
  const policy = new Policy(pool, availability, { recommendations, installed: new Set(installed) });
  const context = { pool, engine, policy, recommendations, availability, reached };
  const result = new Search({
    table,
    engine,
    policy,
    recommendations,
    requestRules,
    choiceRules,
    planWeak: () => (request.recommends === true ? planWeakGroups(context) : []),
  }).run();
  return { table, engine, contradiction: result.outcome === 'contradiction' ? result.rule : undefined };
}

interface Goals {
  readonly installed: readonly number[];
  readonly unmet: ReadonlySet<number>;
}

function numbersOfInstalled(pool: Pool, request: SolverRequest): number[] {
  return (request.installed ?? []).map((id) => {
    const number = pool.numberOf(id);
    if (number === 0) {
      throw new SlipwayError(
        'SOLVER_UNKNOWN_PACKAGE',
        `Cannot keep the installed package "${id}": it is not in the pool`,
        {
          hint: 'add the installed packages to the pool as a repository of their own',
        },
      );
    }
    return number;
  });
}

function addPackageRules(situation: Situation, table: RuleTable, { installed, unmet }: Goals): PackageRules {
  const { pool, request, availability, planned } = situation;
  const installOnly = new Set((request.installOnly ?? []).map((name) => pool.table.findName(name)));
  const rules = new PackageRules(pool, table, { availability, weak: request.recommends === true, installOnly });
  planned.forEach(({ goal }, at) => {
    if (!unmet.has(at)) {
      rules.reach(
        goal.kind === 'packages'
          ? goal.candidates
          : goalClauses(pool, goal.relation)
              .flat()
              .filter((n) => n > 0),
      );
    }
  });
  for (const number of installed) {
    rules.reach(replacementsOf(pool, number));
  }
  rules.complete();
  return rules;
}

function goalClauses(pool: Pool, relation: number): readonly (readonly number[])[] {
  return richClauses(pool, relation, true);
}

/** Any version of the same name: what is installed may be replaced, not removed. */
function replacementsOf(pool: Pool, number: number): Int32Array {
  return pool.named(pool.nameId(number));
}

/** The rules of requests and installed packages; returns those that `Search` decides first. */
function addGoals(situation: Situation, table: RuleTable, { installed, unmet }: Goals): number[] {
  const { pool, request, availability, planned } = situation;
  const rules: number[] = [];
  const policy = new Policy(pool, availability, { installed: new Set(installed) });
  for (const number of installed) {
    rules.push(table.addClause([...replacementsOf(pool, number)], { kind: 'installed', package: number }));
  }
  planned.forEach(({ goal }, at) => {
    if (unmet.has(at)) {
      return;
    }
    const clauses = goal.kind === 'packages' ? [goal.candidates] : goalClauses(pool, goal.relation);
    for (const clause of clauses) {
      rules.push(table.addClause(clause, { kind: 'request', request: at }));
    }
    const usable =
      goal.kind === 'packages' ? goal.candidates.filter((n) => availability.obstacle(n) === undefined) : [];
    if (request.best !== false && usable.length > 1) {
      table.addClause(policy.best(usable), { kind: 'best', request: at });
    }
  });
  return rules;
}
