import { explainProblem } from './explain/explain-problem.ts';
import type { Pool } from './pool/pool.ts';
import { describePackages } from './request/describe-packages.ts';
import { installOnlyJobs } from './request/install-only-limit.ts';
import { type PlannedRequest, planJobs } from './request/plan-jobs.ts';
import type { Resolution, SolverRequest } from './request/request.ts';
import { type JobOutcome, solveJobs } from './search/solve-jobs.ts';
import { TransactionPlan } from './transaction/transaction-plan.ts';
import { transactionSteps } from './transaction/transaction-steps.ts';

/** Problems that are explained. */
const maxProblems = 8;

/**
 * What to install, replace and erase for a request, or the reasons why that cannot be. Pure: the same pool (in the same
 * order) and request give the same answer. Throws `SOLVER_UNKNOWN_PACKAGE` and `SOLVER_NOT_INSTALLED`.
 */
export function resolve(pool: Pool, request: SolverRequest): Resolution {
  let planned = planJobs(pool, request);
  let outcome = solve(planned);
  const extra = outcome.problems.length > 0 ? [] : installOnlyJobs(planned, outcome);
  if (extra.length > 0) {
    planned = {
      ...planned,
      jobs: [...planned.jobs, ...extra],
      texts: [...planned.texts, ...extra.map(() => undefined)],
    };
    outcome = solve(planned);
  }
  return outcome.problems.length > 0 ? unsolvable(planned, outcome) : solved(planned, outcome);
}

function solve({ view, jobs, flags }: PlannedRequest): JobOutcome {
  return solveJobs(view, jobs, flags);
}

function solved(planned: PlannedRequest, outcome: JobOutcome): Resolution {
  const plan = new TransactionPlan(outcome.state, outcome.engine);
  const packages = describePackages(planned, outcome, plan);
  const { rules, jobOfRule } = outcome.state;
  const skipped = jobOfRule.flatMap((job, at) => {
    const text = planned.texts[job];
    return text !== undefined && rules.isDisabled(rules.sections.job.start + at) ? [text] : [];
  });
  return {
    outcome: 'solved',
    packages,
    transaction: transactionSteps(planned, outcome, { plan, packages }),
    skipped: [...new Set(skipped)],
  };
}

function unsolvable(planned: PlannedRequest, { state, problems }: JobOutcome): Resolution {
  const { pool } = planned;
  const isPossible = (changed: SolverRequest): boolean => solve(planJobs(pool, changed)).problems.length === 0;
  return {
    outcome: 'unsolvable',
    problems: problems.slice(0, maxProblems).map((problem) => explainProblem(planned, state, { problem, isPossible })),
  };
}
