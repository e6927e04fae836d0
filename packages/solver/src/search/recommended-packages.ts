import type { JobOutcome } from './solve-jobs.ts';

/** Packages that are or would be recommended and suggested by the chosen ones. */
export function plannedRecommendations(_outcome: JobOutcome): {
  readonly recommended: readonly number[];
  readonly suggested: readonly number[];
} {
  return { recommended: [], suggested: [] };
}
