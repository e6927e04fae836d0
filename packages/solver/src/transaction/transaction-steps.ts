import type { PackageReference } from '../pool/solver-package.ts';
import type { PlannedRequest } from '../request/plan-jobs.ts';
import type { EraseReason, Reason, ResolvedPackage, TransactionStep } from '../request/request.ts';
import type { JobOutcome } from '../search/solve-jobs.ts';
import { orderByRequirements } from './transaction-order.ts';
import type { TransactionPlan } from './transaction-plan.ts';

/** What is done, in order: what comes with what it replaces, then what only goes, dependents first. */
export function transactionSteps(
  planned: PlannedRequest,
  outcome: JobOutcome,
  { plan, packages }: { readonly plan: TransactionPlan; readonly packages: readonly ResolvedPackage[] },
): TransactionStep[] {
  const { pool, view } = planned;
  const reasons = new Map(packages.map((one) => [one.package.id, one.reasons]));
  const coming = orderByRequirements(view, plan.coming).map((number): TransactionStep => {
    const replaced = plan.replaces(number);
    const first = replaced.find((one) => plan.replacedBy(one)[0] === number);
    return {
      action: first === undefined ? 'install' : plan.changeKind(first, number),
      package: pool.reference(number),
      replaces: replaced.map((one) => pool.reference(one)),
      reasons: reasons.get(pool.id(number)) as readonly Reason[],
    };
  });
  const leaving = orderByRequirements(view, plan.leaving)
    .reverse()
    .map((number): TransactionStep => {
      const [next] = plan.replacedBy(number);
      const reason = eraseReason(planned, outcome, {
        number,
        replacedBy: next === undefined ? undefined : pool.reference(next),
      });
      return { action: 'erase', package: pool.reference(number), reason };
    });
  return [...coming, ...leaving];
}

function eraseReason(
  { texts }: PlannedRequest,
  { state }: JobOutcome,
  { number, replacedBy }: { readonly number: number; readonly replacedBy: PackageReference | undefined },
): EraseReason {
  if (replacedBy !== undefined) {
    return { kind: 'replaced', package: replacedBy };
  }
  const { rules, jobOfRule } = state;
  const at = jobOfRule.findIndex((_, place) => {
    const rule = rules.sections.job.start + place;
    return rules.head(rule) === -number && rules.isAssertion(rule);
  });
  const request = at < 0 ? undefined : texts[jobOfRule[at] as number];
  if (at >= 0) {
    return request === undefined ? { kind: 'install-only-limit' } : { kind: 'requested', request };
  }
  return state.cleanUp?.[number] === 1 ? { kind: 'unneeded' } : { kind: 'conflict' };
}
