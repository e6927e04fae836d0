import { Policy } from '../policy/policy.ts';
import { Recommendations } from '../policy/recommendations.ts';
import type { PoolView } from '../pool/pool-view.ts';
import type { Job, SolverFlags } from '../request/job.ts';
import { makeRules } from '../rules/make-rules.ts';
import { disablePolicyRules } from '../rules/policy-disabling.ts';
import { SolverState } from '../rules/solver-state.ts';
import { DecisionMaker, type FoundProblem } from './decision-maker.ts';
import { Engine } from './engine.ts';
import { breakOrphans } from './resolve-leftovers.ts';
import { Search } from './search.ts';

/** What came of the jobs. With problems, the decisions are those of what is left when something is given up. */
export interface JobOutcome {
  readonly state: SolverState;
  readonly engine: Engine;
  readonly policy: Policy;
  readonly recommendations: Recommendations;
  /** Empty when there is a solution. */
  readonly problems: readonly FoundProblem[];
}

/**
 * Solves the jobs on a view of the pool. Pure: the same input gives the same decisions. Packages marked in `also` are
 * looked at in any case, as by a solver that is used again.
 */
export function solveJobs(view: PoolView, jobs: readonly Job[], flags: SolverFlags, also?: Uint8Array): JobOutcome {
  const state = new SolverState(view, jobs, flags);
  makeRules(state, also);
  const engine = new Engine(state.rules, state.size);
  const recommendations = new Recommendations(state, engine);
  const policy = new Policy(state, recommendations);
  engine.watchAll();
  disablePolicyRules(state);
  breakOrphans({ state });
  const maker = new DecisionMaker(state, { engine, policy, recommendations }, true);
  new Search(maker, { weak: !flags.ignoreRecommended }).run();
  return { state, engine, policy, recommendations, problems: maker.problems };
}
