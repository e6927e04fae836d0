import { formatCount, plural } from '@slipway/core';
import { visibleLine, visibleText } from '../text/visible-text.ts';
import { webAddress } from '../text/web-address.ts';
import type { Deviation, DeviationFacts, DeviationReport, SettingDeviation } from './deviation.ts';
import {
  capitalise,
  compareText,
  type DeviationCount,
  type DeviationEntry,
  deviationTitle,
  formatHistory,
  formatPlace,
  labelOf,
  summariseDeviations,
} from './deviation-summary.ts';
import { deviationTotals } from './deviation-totals.ts';

/** Names of components that a list gives; the other forms of the report have all of them. */
const listedComponents = 20;

/** The report as Markdown (CommonMark with tables), for release notes and reviews. */
export function formatDeviationMarkdown(report: DeviationReport): string {
  const summary = summariseDeviations(report);
  const { name, version } = report.distribution;
  const byComponent = Map.groupBy(summary.entries, ({ components }) => headingOf(components));
  const sections = [...byComponent].map(([heading, entries]) =>
    [`## ${text(heading)}`, ...entries.map(formatDeviation)].join('\n\n'),
  );
  const parts = [
    `# Deviations of ${text(`${name} ${version}`)} from upstream`,
    deviationTotals(report, summary).map(text).join('\n'),
    ...(summary.deviations.length === 0
      ? []
      : [formatCounts('Category', summary.byCategory), formatCounts('Upstream status', summary.byUpstreamStatus)]),
    ...sections,
    ...(summary.settings.length === 0 ? [] : [formatSettings(summary.settingEntries)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function headingOf([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${plural(others.length, 'other')}`;
}

function formatCounts(title: string, counts: readonly DeviationCount[]): string {
  const rows = counts.map(({ label, count }) => `| ${text(label)} | ${formatCount(count)} |`);
  return [`| ${title} | Overlays |`, '|---|---:|', ...rows].join('\n');
}

function formatDeviation({ deviation, components }: DeviationEntry<Deviation>): string {
  const { overlay, kind, category, upstreamStatus, measured, links } = deviation;
  const lines = measured === undefined ? '' : `, +${measured.linesAdded} −${measured.linesRemoved} lines`;
  const target = overlay.target === undefined || overlay.target === '' ? '' : ` ${code(overlay.target)}`;
  const facts = [
    ...(category === undefined && upstreamStatus === undefined
      ? []
      : [`${text(labelOf(category ?? ''))}; upstream: ${text(labelOf(upstreamStatus ?? '').toLowerCase())}`]),
    `${code(overlay.type)}${target} (${kind})${lines}, declared in ${code(formatPlace(deviation.at))}${originOf(deviation)}`,
    ...(components.length === 1 ? [] : [`Components: ${listOf(components)}`]),
    ...historyOf(deviation),
    ...links.map(({ kind: linkKind, url }) => `${labelOf(linkKind)}: ${link(url)}`),
  ];
  const parts = [
    `### ${text(deviationTitle(deviation))}`,
    ...(deviation.reason.trim() === '' ? [] : [reasonOf(deviation)]),
    facts.map((fact) => `- ${fact}`).join('\n'),
    ...(measured === undefined || measured.diff === '' ? [] : [fenced(measured.diff)]),
  ];
  return parts.join('\n\n');
}

function formatSettings(entries: readonly DeviationEntry<SettingDeviation>[]): string {
  const ordered = entries.toSorted((a, b) => compareText(a.deviation.setting, b.deviation.setting));
  const items = ordered.map(({ deviation, components }) => {
    const declared = `${code(deviation.setting)}, ${code(formatPlace(deviation.at))}${originOf(deviation)}`;
    const details = [
      `${text(deviation.description)} (${declared})`,
      ...(deviation.reason.trim() === '' ? [] : [reasonOf(deviation)]),
      ...historyOf(deviation),
    ];
    return `- **${listOf(components)}**: ${details.join('; ')}`;
  });
  return ['## Settings', 'Upstream is built differently, without an overlay:', items.join('\n')].join('\n\n');
}

function listOf(components: readonly string[]): string {
  const rest = components.length - listedComponents;
  return [...components.slice(0, listedComponents).map(text), ...(rest > 0 ? [`${formatCount(rest)} more`] : [])].join(
    ', ',
  );
}

function originOf({ inheritedFrom }: DeviationFacts): string {
  return inheritedFrom === undefined ? '' : ` (${text(inheritedFrom)})`;
}

function reasonOf({ reason, reasonIsComment }: DeviationFacts): string {
  return reasonIsComment === true ? `Comment: ${text(reason)}` : text(reason);
}

function historyOf(deviation: DeviationFacts): string[] {
  const history = formatHistory(deviation);
  return history === '' ? [] : [text(capitalise(history))];
}

/** Every character that could begin markup is escaped: CommonMark 2.4. */
function text(value: string): string {
  return visibleLine(value)
    .replace(/[\\`*_[\]<>|~#&!]/g, '\\$&')
    .replace(/^[-+=]/, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2');
}

function link(url: string): string {
  const address = webAddress(url);
  return address === undefined ? code(url) : `<${address.replace(/[<>|]/g, encodeURIComponent)}>`;
}

/** A code span; a longer run of backquotes than any inside delimits it. */
function code(value: string): string {
  const shown = visibleLine(value);
  const marks = longestRun(shown, 0);
  return marks === '' ? `\`${shown}\`` : `${marks}\` ${shown} \`${marks}`;
}

function fenced(diff: string): string {
  const shown = visibleText(diff).replace(/\n$/, '');
  const fence = `${longestRun(shown, 2)}\``;
  return `${fence}diff\n${shown}\n${fence}`;
}

function longestRun(value: string, atLeast: number): string {
  const runs = value.match(/`+/g) ?? [];
  return '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run.length), atLeast));
}
