import type { Deviation, DeviationCommit, DeviationFacts, DeviationReport, SettingDeviation } from './deviation.ts';

export interface DeviationCount {
  /** Category or status; empty for deviations that state none. */
  readonly key: string;
  readonly label: string;
  readonly count: number;
}

/** One declaration; several components that inherit it, with nothing that tells them apart, are one entry. */
export interface DeviationEntry<T extends DeviationFacts> {
  readonly deviation: T;
  /** Sorted; the first is that of the deviation. */
  readonly components: readonly string[];
}

export interface DeviationSummary {
  /** Sorted by component, then position. */
  readonly deviations: readonly Deviation[];
  /** Sorted by component, then setting. */
  readonly settings: readonly SettingDeviation[];
  readonly entries: readonly DeviationEntry<Deviation>[];
  readonly settingEntries: readonly DeviationEntry<SettingDeviation>[];
  readonly components: ComponentCounts;
  readonly lines: LineCounts;
  /** Most frequent first. */
  readonly byCategory: readonly DeviationCount[];
  /** From accepted upstream to unknown, whatever the counts. */
  readonly byUpstreamStatus: readonly DeviationCount[];
  /** Deviations that are upstream already or can go there. */
  readonly headedUpstream: number;
}

interface ComponentCounts {
  readonly changedByOverlays: number;
  readonly changedBySettings: number;
  /** By any of the two. */
  readonly different: number;
}

interface LineCounts {
  /** Deviations whose lines are known; the sums are of these. */
  readonly measured: number;
  readonly added: number;
  readonly removed: number;
}

const statusOrder = ['upstreamed', 'upstreamable', 'needs-upstream-hook', 'inapplicable', 'unknown', ''];

export function summariseDeviations(report: DeviationReport): DeviationSummary {
  const deviations = report.deviations.toSorted(
    (a, b) => compareText(a.component, b.component) || compareText(a.kind, b.kind) || a.overlay.index - b.overlay.index,
  );
  const settings = report.settings.toSorted(
    (a, b) =>
      compareText(a.component, b.component) ||
      compareText(a.setting, b.setting) ||
      compareText(a.description, b.description),
  );
  const byUpstreamStatus = countBy(deviations, ({ upstreamStatus }) => upstreamStatus ?? '').sort(
    (a, b) => statusRank(a.key) - statusRank(b.key) || compareText(a.key, b.key),
  );
  const headed = byUpstreamStatus.filter(({ key }) => key === 'upstreamed' || key === 'upstreamable');
  return {
    deviations,
    settings,
    entries: entriesOf(deviations, ({ overlay, measured }) => [overlay.type, measured?.diff]),
    settingEntries: entriesOf(settings, ({ setting }) => [setting]),
    components: countComponents(deviations, settings),
    lines: countLines(deviations),
    byCategory: countBy(deviations, ({ category }) => category ?? '').sort(
      (a, b) => b.count - a.count || compareText(a.key, b.key),
    ),
    byUpstreamStatus,
    headedUpstream: headed.reduce((sum, { count }) => sum + count, 0),
  };
}

function entriesOf<T extends DeviationFacts>(
  deviations: readonly T[],
  contentOf: (deviation: T) => readonly unknown[],
): DeviationEntry<T>[] {
  const groups = Map.groupBy(deviations, (deviation) => {
    const { inheritedFrom, at, description } = deviation;
    return inheritedFrom === undefined || at.line === undefined
      ? deviation
      : JSON.stringify([at.file, at.line, description, ...contentOf(deviation)]);
  });
  return [...groups.values()].map((members) => ({
    deviation: members[0] as T,
    components: members.map(({ component }) => component),
  }));
}

function countComponents(deviations: readonly Deviation[], settings: readonly SettingDeviation[]): ComponentCounts {
  const changed = new Set(deviations.map(({ component }) => component));
  const set = new Set(settings.map(({ component }) => component));
  const different = new Set([...changed, ...set]);
  return { changedByOverlays: changed.size, changedBySettings: set.size, different: different.size };
}

function countLines(deviations: readonly Deviation[]): LineCounts {
  const known = deviations.flatMap(({ measured }) => measured ?? []);
  return {
    measured: known.length,
    added: known.reduce((sum, { linesAdded }) => sum + linesAdded, 0),
    removed: known.reduce((sum, { linesRemoved }) => sum + linesRemoved, 0),
  };
}

/** Most frequent first. */
export function countTypes(deviations: readonly Deviation[]): DeviationCount[] {
  return countBy(deviations, ({ overlay }) => overlay.type).sort(
    (a, b) => b.count - a.count || compareText(a.key, b.key),
  );
}

function countBy(deviations: readonly Deviation[], keyOf: (deviation: Deviation) => string): DeviationCount[] {
  const counts = new Map<string, number>();
  for (const deviation of deviations) {
    const key = keyOf(deviation);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => ({ key, label: labelOf(key), count }));
}

/** `temp-workaround` is shown as "Temp workaround"; what the project does not say as "Not stated". */
export function labelOf(key: string): string {
  return key === '' ? 'Not stated' : capitalise(key.replaceAll('-', ' '));
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What a deviation does, in words, even if the project gives none. */
export function deviationTitle({ description, overlay }: Deviation): string {
  return description.trim() || `${labelOf(overlay.type)} ${overlay.target ?? ''}`.trim();
}

function statusRank(key: string): number {
  const rank = statusOrder.indexOf(key);
  return rank < 0 ? statusOrder.indexOf('unknown') : rank;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Day of a time in UTC, `2026-11-20`. */
export function formatDay(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}

/** `file:line`. */
export function formatPlace({ file, line }: DeviationFacts['at']): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** What the history says in one line: `since 2026-02-03 (Jo), changed 2026-04-05 (Al)`; empty when it is not known. */
export function formatHistory({ since, changed, isUncommitted }: DeviationFacts): string {
  const parts = [
    ...(since === undefined ? [] : [`${since.atLeast === true ? 'at least since' : 'since'} ${formatCommit(since)}`]),
    ...(changed === undefined ? [] : [`changed ${formatCommit(changed)}`]),
    ...(isUncommitted === true ? ['not all committed'] : []),
  ];
  return parts.join(', ');
}

function formatCommit({ time, author }: DeviationCommit): string {
  return `${formatDay(time)} (${author})`;
}
