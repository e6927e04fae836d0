import type { DeviationReport } from './deviation.ts';
import { summariseDeviations } from './deviation-summary.ts';

/**
 * The report for programs: `{ distribution, totals, byCategory, byUpstreamStatus, deviations }`; deviations are sorted
 * by component and position, times are RFC 3339 in UTC, what the project does not state is null.
 */
export function formatDeviationJson(report: DeviationReport): string {
  const summary = summariseDeviations(report);
  const document = {
    distribution: { name: report.distribution.name, version: report.distribution.version },
    totals: {
      componentsTotal: report.componentsTotal,
      componentsChanged: report.componentsChanged,
      deviations: summary.deviations.length,
      linesAdded: summary.linesAdded,
      linesRemoved: summary.linesRemoved,
    },
    byCategory: summary.byCategory.map(({ key, count }) => ({ category: key || null, count })),
    byUpstreamStatus: summary.byUpstreamStatus.map(({ key, count }) => ({ upstreamStatus: key || null, count })),
    deviations: summary.deviations.map(({ category, upstreamStatus, since, diff, ...facts }) => ({
      ...facts,
      category: category ?? null,
      upstreamStatus: upstreamStatus ?? null,
      since: since === undefined ? null : { time: new Date(since.time * 1000).toISOString(), author: since.author },
      diff,
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
