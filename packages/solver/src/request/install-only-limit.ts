import { firstPackage } from '../pool/pool.ts';
import type { JobOutcome } from '../search/solve-jobs.ts';
import type { Job } from './job.ts';
import type { PlannedRequest } from './plan-jobs.ts';

/**
 * Jobs that erase the oldest versions of install-only packages beyond the limit, as dnf does: where a new one comes,
 * by name and architecture, never the running ones, and of those that stay the newest.
 */
export function installOnlyJobs({ pool, request }: PlannedRequest, { state, engine }: JobOutcome): Job[] {
  const { installOnlyLimit = 0, running = [] } = request;
  if (installOnlyLimit < 1 || state.multiversion === undefined) {
    return [];
  }
  const chosen = [...engine.trail.subarray(0, engine.trailLength)].filter(
    (literal) => literal >= firstPackage && state.isMultiversion(literal),
  );
  const groups = Map.groupBy(chosen, (number) => `${pool.nameId(number)} ${pool.archId(number)}`);
  const kept = new Set(running.map((id) => pool.numberOf(id)));
  return [...groups.values()].flatMap((group) => {
    if (!group.some((number) => !state.isInstalled(number))) {
      return [];
    }
    const isPinned = (number: number): boolean => kept.has(number) || !state.isInstalled(number);
    const byAge = group.sort((a, b) => Number(isPinned(a)) - Number(isPinned(b)) || pool.compareEvr(a, b) || a - b);
    return byAge
      .slice(0, Math.max(0, group.length - installOnlyLimit))
      .filter((number) => !isPinned(number))
      .map((number): Job => ({ kind: 'erase', selection: { kind: 'package', package: number }, flags: new Set() }));
  });
}
