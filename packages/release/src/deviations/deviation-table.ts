import { formatCount, plural } from '@slipway/core';
import { formatTextTable } from '../text/text-table.ts';
import type { DeviationReport } from './deviation.ts';
import { deviationTitle, formatPlace, summariseDeviations } from './deviation-summary.ts';

/** The report for a terminal: one line per deviation, and the totals. */
export function formatDeviationTable(report: DeviationReport): string {
  const summary = summariseDeviations(report);
  const columns = [
    { title: 'component' },
    { title: 'overlay' },
    { title: 'category' },
    { title: 'upstream' },
    { title: 'added', align: 'right' },
    { title: 'removed', align: 'right' },
    { title: 'declared' },
    { title: 'what and why' },
  ] as const;
  const rows = summary.deviations.map((deviation) => [
    deviation.component,
    deviation.overlay.type,
    deviation.category ?? '-',
    deviation.upstreamStatus ?? '-',
    `+${deviation.linesAdded}`,
    `-${deviation.linesRemoved}`,
    formatPlace(deviation.at),
    [deviationTitle(deviation), deviation.reason].filter((text) => text !== '').join(': '),
  ]);
  const changed = `${formatCount(report.componentsChanged)} of ${plural(report.componentsTotal, 'component')} changed`;
  const lines = `+${formatCount(summary.linesAdded)} -${formatCount(summary.linesRemoved)} lines`;
  const totals = `${changed}: ${plural(summary.deviations.length, 'deviation')}, ${lines}\n`;
  return rows.length === 0 ? totals : `${formatTextTable(columns, rows)}\n${totals}`;
}
