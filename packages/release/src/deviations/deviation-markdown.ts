import { formatCount, plural } from '@slipway/core';
import { visibleLine, visibleText } from '../text/visible-text.ts';
import { webAddress } from '../text/web-address.ts';
import type { Deviation, DeviationReport } from './deviation.ts';
import {
  type DeviationCount,
  deviationTitle,
  formatDay,
  formatPlace,
  labelOf,
  summariseDeviations,
} from './deviation-summary.ts';

/** The report as Markdown (CommonMark with tables), for release notes and reviews. */
export function formatDeviationMarkdown(report: DeviationReport): string {
  const summary = summariseDeviations(report);
  const { name, version } = report.distribution;
  const byComponent = Map.groupBy(summary.deviations, ({ component }) => component);
  const changed = `${formatCount(report.componentsChanged)} of ${plural(report.componentsTotal, 'component')}`;
  const lines = `+${formatCount(summary.linesAdded)} −${formatCount(summary.linesRemoved)} lines`;
  const sections = [...byComponent].map(([component, deviations]) =>
    [`## ${text(component)}`, ...deviations.map(formatDeviation)].join('\n\n'),
  );
  const parts = [
    `# Deviations of ${text(name)} ${text(version)} from upstream`,
    `${changed} are changed, by ${plural(summary.deviations.length, 'declared deviation')} (${lines}).`,
    ...(summary.deviations.length === 0
      ? []
      : [formatCounts('Category', summary.byCategory), formatCounts('Upstream status', summary.byUpstreamStatus)]),
    ...sections,
  ];
  return `${parts.join('\n\n')}\n`;
}

function formatCounts(title: string, counts: readonly DeviationCount[]): string {
  const rows = counts.map(({ label, count }) => `| ${text(label)} | ${formatCount(count)} |`);
  return [`| ${title} | Deviations |`, '|---|---:|', ...rows].join('\n');
}

function formatDeviation(deviation: Deviation): string {
  const { overlay, kind, category, upstreamStatus, linesAdded, linesRemoved, since, links } = deviation;
  const facts = [
    `${category === undefined ? 'Uncategorised' : text(labelOf(category))}; upstream: ${text(upstreamStatus ?? 'not stated')}`,
    `${code(overlay.type)} (${kind}), +${linesAdded} −${linesRemoved} lines, declared in ${code(formatPlace(deviation.at))}`,
    ...(since === undefined ? [] : [`Since ${formatDay(since.time)}, by ${text(since.author)}`]),
    ...links.map(({ kind: linkKind, url }) => `${labelOf(linkKind)}: ${link(url)}`),
  ];
  const parts = [
    `### ${text(deviationTitle(deviation))}`,
    ...(deviation.reason.trim() === '' ? [] : [text(deviation.reason)]),
    facts.map((fact) => `- ${fact}`).join('\n'),
    ...(deviation.diff === '' ? [] : [fenced(deviation.diff)]),
  ];
  return parts.join('\n\n');
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
