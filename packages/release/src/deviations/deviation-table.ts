import { plural } from '@slipway/core';
import { cutText, formatTextTable, lengthOf, type TextColumn } from '../text/text-table.ts';
import { visibleLine } from '../text/visible-text.ts';
import type { Deviation, DeviationFacts, DeviationReport } from './deviation.ts';
import {
  compareText,
  type DeviationEntry,
  type DeviationSummary,
  deviationTitle,
  formatDay,
  formatPlace,
  summariseDeviations,
} from './deviation-summary.ts';
import { deviationTotals } from './deviation-totals.ts';

export interface DeviationTableOptions {
  /** Width of the terminal in characters; without it nothing is cut. */
  readonly columns?: number;
}

/** Characters that descriptions and reasons should get before other columns are shown. */
const narrowestText = 40;

/** Longer names of components are cut in a terminal. */
const widestComponent = 32;

interface Row {
  readonly heading: string;
  readonly component: string;
  readonly change: string;
  readonly lines: string;
  readonly since: string;
  readonly declared: string;
  readonly text: string;
}

type Column = TextColumn & { readonly key: keyof Row };

/**
 * The report for a terminal: one line per declaration, grouped by category and upstream status, then by component; the
 * settings; the totals.
 */
export function formatDeviationTable(report: DeviationReport, options: DeviationTableOptions = {}): string {
  const summary = summariseDeviations(report);
  const rows = [...overlayRows(summary), ...settingRows(summary)];
  const totals = deviationTotals(report, summary).map((sentence) => `${sentence}\n`);
  return [...(rows.length === 0 ? [] : [`${formatRows(rows, options.columns)}\n`]), ...totals].join('');
}

function overlayRows(summary: DeviationSummary): Row[] {
  const groups = Map.groupBy(summary.entries, ({ deviation }) =>
    JSON.stringify([deviation.category ?? '', deviation.upstreamStatus ?? '']),
  );
  const statedFirst = summary.byCategory.toSorted((a, b) => Number(a.key === '') - Number(b.key === ''));
  return statedFirst.flatMap((category) =>
    summary.byUpstreamStatus.flatMap((status) => {
      const entries = groups.get(JSON.stringify([category.key, status.key])) ?? [];
      const heading = `${category.key === '' ? 'Category not stated' : category.label}, upstream: ${status.label.toLowerCase()}`;
      return entries.map((entry) => overlayRow(`${heading} (${countOf(entries, 'overlay')})`, entry));
    }),
  );
}

function countOf(entries: readonly DeviationEntry<DeviationFacts>[], noun: string): string {
  const components = new Set(entries.flatMap((entry) => entry.components));
  const total = entries.reduce((sum, entry) => sum + entry.components.length, 0);
  return `${plural(total, noun)} of ${plural(components.size, 'component')}`;
}

function overlayRow(heading: string, { deviation, components }: DeviationEntry<Deviation>): Row {
  const { overlay, measured } = deviation;
  return {
    ...factColumns(deviation, components),
    heading,
    change: overlay.type,
    lines: measured === undefined ? '?' : `+${measured.linesAdded} −${measured.linesRemoved}`,
    text: explain(deviationTitle(deviation), deviation),
  };
}

function settingRows({ settingEntries }: DeviationSummary): Row[] {
  const heading = `Settings that change how upstream is built (${countOf(settingEntries, 'setting')})`;
  const ordered = settingEntries.toSorted((a, b) => compareText(a.deviation.setting, b.deviation.setting));
  return ordered.map(({ deviation, components }) => ({
    ...factColumns(deviation, components),
    heading,
    change: deviation.setting,
    lines: '',
    text: explain(deviation.description, deviation),
  }));
}

function factColumns(deviation: DeviationFacts, components: readonly string[]) {
  const { component, at, inheritedFrom, since } = deviation;
  const origin = inheritedFrom === undefined ? '' : ` (${inheritedFrom})`;
  return {
    component: components.length === 1 ? component : plural(components.length, 'component'),
    since: since === undefined ? '' : `${since.atLeast === true ? '≤' : ''}${formatDay(since.time)}`,
    declared: `${formatPlace(at)}${origin}`,
  };
}

function explain(title: string, { reason, reasonIsComment }: DeviationFacts): string {
  return reason.trim() === '' ? title : `${title}${reasonIsComment === true ? '; comment' : ''}: ${reason}`;
}

function formatRows(rows: readonly Row[], width: number | undefined): string {
  const columns = chooseColumns(rows, width);
  const cells = rows.map((row) =>
    columns.map(({ key }) =>
      key === 'component' && width !== undefined ? cutText(row[key], widestComponent) : row[key],
    ),
  );
  const [titles = '', ...lines] = formatTextTable(columns, cells, width).trimEnd().split('\n');
  const groups = Map.groupBy(rows.keys(), (index) => rows[index]?.heading ?? '');
  const texts = [...groups].map(([heading, indices]) =>
    [
      `${cutText(visibleLine(heading), width ?? Number.POSITIVE_INFINITY)}\n`,
      ...indices.map((index) => `${lines[index]}\n`),
    ].join(''),
  );
  return [`${titles}\n`, ...texts].join('\n');
}

/** Where the terminal is narrow, what people read stays and what leads to the file goes. */
function chooseColumns(rows: readonly Row[], width = Number.POSITIVE_INFINITY): Column[] {
  const all: readonly Column[] = [
    { key: 'component', title: 'component' },
    { key: 'change', title: 'change' },
    { key: 'lines', title: 'lines', align: 'right' },
    { key: 'since', title: 'since' },
    { key: 'declared', title: 'declared' },
    { key: 'text', title: 'what and why' },
  ];
  const told = all.filter(({ key }) => rows.some((row) => row[key] !== '' && row[key] !== '?'));
  return ['declared', 'since', 'lines'].reduce<Column[]>(
    (columns, key) =>
      widthOf(rows, columns) + narrowestText <= width ? columns : columns.filter((column) => column.key !== key),
    told,
  );
}

/** Of all columns but the last. */
function widthOf(rows: readonly Row[], columns: readonly Column[]): number {
  return columns.slice(0, -1).reduce((sum, { key, title }) => {
    const widest = rows.reduce((length, row) => Math.max(length, lengthOf(row[key])), title.length);
    return sum + 2 + (key === 'component' ? Math.min(widest, widestComponent) : widest);
  }, 0);
}
