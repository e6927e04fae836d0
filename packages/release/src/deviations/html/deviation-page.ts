import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { formatCount, plural } from '@slipway/core';
import type { DeviationReport } from '../deviation.ts';
import { type DeviationCount, type DeviationSummary, summariseDeviations } from '../deviation-summary.ts';
import { barList, categoryColour, proportionBar, statusColour, statusNote } from './bar-list.ts';
import { deviationRows } from './deviation-rows.ts';
import { html, noHtml, SafeHtml } from './safe-html.ts';

/**
 * The report as one HTML page without external resources: readable without scripts, in dark, light and print. The
 * content policy of the page allows its own style and script by digest and nothing else, whatever a spec contains.
 */
export function formatDeviationHtml(report: DeviationReport): string {
  const summary = summariseDeviations(report);
  const style = asset('deviation-page.css');
  const script = asset('deviation-page.js');
  const policy = `default-src 'none'; style-src ${sourceHash(style)}; script-src ${sourceHash(script)}; base-uri 'none'; form-action 'none'`;
  const title = `Deviations of ${report.distribution.name} ${report.distribution.version} from upstream`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${pageHeader(report, summary)}<main>
${summary.deviations.length === 0 ? html`<p class="nothing">Every component is as upstream made it.</p>` : content(summary)}
</main>
<script>${script}</script>
</body>
</html>
`.text;
}

/** Style and script are files of their own, for editors and linters; they are part of the program. */
function asset(name: string): SafeHtml {
  return new SafeHtml(readFileSync(new URL(name, import.meta.url), 'utf8'));
}

function sourceHash({ text }: SafeHtml): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

function pageHeader(report: DeviationReport, summary: DeviationSummary): SafeHtml {
  const { distribution, componentsTotal, componentsChanged } = report;
  const untouched = Math.max(0, componentsTotal - componentsChanged);
  return html`<header>
<p class="overline">Deviations from upstream</p>
<h1>${distribution.name} <span>${distribution.version}</span></h1>
<p class="lede"><strong>${plural(untouched, 'component')}</strong> ${untouched === 1 ? 'is' : 'are'} as upstream made ${untouched === 1 ? 'it' : 'them'}. <strong>${formatCount(componentsChanged)}</strong> ${componentsChanged === 1 ? 'carries' : 'carry'} <strong>${plural(summary.deviations.length, 'declared change')}</strong>.</p>
${proportionBar(componentsChanged, componentsTotal)}
${figures(report, summary)}
</header>
`;
}

function figures({ componentsTotal, componentsChanged }: DeviationReport, summary: DeviationSummary): SafeHtml {
  const count = summary.deviations.length;
  const tiles: readonly (readonly [string, SafeHtml, string])[] = [
    [
      'Components changed',
      html`${formatCount(componentsChanged)}`,
      `of ${formatCount(componentsTotal)}, ${percent(componentsChanged, componentsTotal)}`,
    ],
    [
      'Declared changes',
      html`${formatCount(count)}`,
      `${perComponent(count, componentsChanged)} per changed component`,
    ],
    [
      'Lines',
      html`<span class="plus">+${formatCount(summary.linesAdded)}</span> <span class="minus">−${formatCount(summary.linesRemoved)}</span>`,
      'in specs and sources',
    ],
    ['Headed upstream', html`${percent(summary.headedUpstream, count)}`, 'upstreamed already, or can be'],
  ];
  const items = tiles.map(
    ([name, value, note]) => html`<div><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>
`,
  );
  return html`<dl class="figures">
${items}</dl>`;
}

function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (part / whole) * 100;
  return `${share > 0 && share < 10 ? share.toFixed(1) : share.toFixed(0)} %`;
}

function perComponent(count: number, components: number): string {
  return components === 0 ? '0' : (count / components).toFixed(1);
}

function content(summary: DeviationSummary): SafeHtml {
  const colourOf = (key: string) => categoryColour(summary.byCategory, key);
  return html`<section class="pictures">
<div><h2>Why</h2>
${barList(summary.byCategory, colourOf)}</div>
<div><h2>What becomes of it upstream</h2>
${barList(summary.byUpstreamStatus, statusColour, statusNote)}</div>
</section>
<section>
<h2>All changes</h2>
${toolbar(summary, colourOf)}
<table>
<thead><tr>${columnHeadings()}</tr></thead>
${deviationRows(summary)}</table>
<p class="nothing" id="none" hidden>No change matches the filter.</p>
</section>`;
}

function columnHeadings(): SafeHtml[] {
  const columns = [
    ['Component', 'component'],
    ['What and why', ''],
    ['Category', 'category'],
    ['Upstream', 'status'],
    ['Lines', 'lines'],
    ['Since', 'since'],
  ] as const;
  return columns.map(([title, key]) =>
    key === '' ? html`<th scope="col">${title}</th>` : html`<th scope="col" data-sort="${key}">${title}</th>`,
  );
}

/** Shown by the script alone: without it nothing here would work. */
function toolbar(summary: DeviationSummary, colourOf: (key: string) => string): SafeHtml {
  return html`<div class="toolbar" role="search" hidden>
<div class="search"><input type="search" id="filter" aria-label="Filter by text" placeholder="Filter by component, text, file or author" autocomplete="off"><button type="button" id="open" aria-pressed="false">Open all diffs</button><output id="shown" aria-live="polite"></output></div>
${chips('category', 'Category', summary.byCategory, colourOf)}
${chips('status', 'Upstream', summary.byUpstreamStatus, statusColour)}
</div>`;
}

function chips(
  group: string,
  title: string,
  counts: readonly DeviationCount[],
  colourOf: (key: string) => string,
): SafeHtml {
  const buttons = counts.map(
    ({ key, label, count }) =>
      html`<button type="button" class="chip ${colourOf(key)}" data-group="${group}" data-key="${key}" aria-pressed="false">${label} <small>${formatCount(count)}</small></button>
`,
  );
  return buttons.length < 2
    ? noHtml
    : html`<div class="chips" role="group" aria-label="${title}"><span>${title}</span><div>
${buttons}</div></div>`;
}
