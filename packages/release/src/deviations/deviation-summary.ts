import type { Deviation, DeviationReport } from './deviation.ts';

export interface DeviationCount {
  /** Category or status; empty for deviations that state none. */
  readonly key: string;
  readonly label: string;
  readonly count: number;
}

export interface DeviationSummary {
  /** Sorted by component, then position. */
  readonly deviations: readonly Deviation[];
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** Most frequent first. */
  readonly byCategory: readonly DeviationCount[];
  /** From accepted upstream to unknown, whatever the counts. */
  readonly byUpstreamStatus: readonly DeviationCount[];
  /** Deviations that are upstream already or can go there. */
  readonly headedUpstream: number;
}

const statusOrder = ['upstreamed', 'upstreamable', 'needs-upstream-hook', 'inapplicable', 'unknown', ''];

export function summariseDeviations({ deviations }: DeviationReport): DeviationSummary {
  const sorted = deviations.toSorted(
    (a, b) => compareText(a.component, b.component) || compareText(a.kind, b.kind) || a.overlay.index - b.overlay.index,
  );
  const byStatus = countBy(sorted, ({ upstreamStatus }) => upstreamStatus ?? '', 'Not stated');
  const headed = byStatus.filter(({ key }) => key === 'upstreamed' || key === 'upstreamable');
  return {
    deviations: sorted,
    linesAdded: sorted.reduce((sum, { linesAdded }) => sum + linesAdded, 0),
    linesRemoved: sorted.reduce((sum, { linesRemoved }) => sum + linesRemoved, 0),
    byCategory: countBy(sorted, ({ category }) => category ?? '', 'Uncategorised').sort(
      (a, b) => b.count - a.count || compareText(a.key, b.key),
    ),
    byUpstreamStatus: byStatus.sort((a, b) => statusRank(a.key) - statusRank(b.key) || compareText(a.key, b.key)),
    headedUpstream: headed.reduce((sum, { count }) => sum + count, 0),
  };
}

function countBy(
  deviations: readonly Deviation[],
  keyOf: (deviation: Deviation) => string,
  unstated: string,
): DeviationCount[] {
  const counts = new Map<string, number>();
  for (const deviation of deviations) {
    const key = keyOf(deviation);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({ key, label: key === '' ? unstated : labelOf(key), count }));
}

/** `temp-workaround` is shown as "Temp workaround". */
export function labelOf(key: string): string {
  const words = key.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a deviation does, in words, even if the project gives none. */
export function deviationTitle({ description, overlay }: Deviation): string {
  return description.trim() || labelOf(overlay.type);
}

function statusRank(key: string): number {
  const rank = statusOrder.indexOf(key);
  return rank < 0 ? statusOrder.indexOf('unknown') : rank;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Day of a time in UTC, `2026-11-20`. */
export function formatDay(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}

/** `file:line`. */
export function formatPlace({ file, line }: Deviation['at']): string {
  return line === undefined ? file : `${file}:${line}`;
}
