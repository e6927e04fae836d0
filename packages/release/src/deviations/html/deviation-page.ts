import { plural } from '@slipway/core';
import { contentPolicy, pageAsset, pageStyle } from '../../html/page-asset.ts';
import { html, type SafeHtml } from '../../html/safe-html.ts';
import type { DeviationReport } from '../deviation.ts';
import { countTypes, type DeviationCount, type DeviationSummary, summariseDeviations } from '../deviation-summary.ts';
import { settingTotal } from '../deviation-totals.ts';
import { barList, categoryColour, statusColour, statusNote } from './bar-list.ts';
import { deviationRows } from './deviation-rows.ts';
import { histogram } from './histogram.ts';
import { columnHeadings, pageColumns } from './page-columns.ts';
import { pageHeader } from './page-header.ts';
import { settingSection } from './setting-rows.ts';
import { toolbar } from './toolbar.ts';

/** Kinds of change that have a bar of their own. */
const shownKinds = 8;

/**
 * The report as one HTML page without external resources: readable without scripts, in dark, light and print. The
 * content policy of the page allows its own style and script by digest and nothing else, whatever a spec contains.
 */
export function formatDeviationHtml(report: DeviationReport): string {
  const summary = summariseDeviations(report);
  const style = pageStyle(new URL('deviation-page.css', import.meta.url));
  const script = pageAsset(new URL('deviation-page.js', import.meta.url));
  const policy = contentPolicy(style, script);
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
${summary.deviations.length === 0 ? html`<p class="nothing">No component has an overlay.</p>` : overlaySections(summary)}
${settingSection(summary, settingTotal(summary).join(''))}</main>
<script>${script}</script>
</body>
</html>
`.text;
}

function overlaySections(summary: DeviationSummary): SafeHtml {
  const colourOf = (key: string) => categoryColour(summary.byCategory, key);
  const columns = pageColumns(summary.deviations);
  return html`<section class="pictures">
${pictures(summary, colourOf)}${histogram(summary.deviations)}</section>
<section id="overlays">
<h2>All overlays</h2>
${toolbar(summary, columns, colourOf)}
<table role="table">
<thead role="rowgroup"><tr role="row">${columnHeadings(columns)}</tr></thead>
${deviationRows(summary, columns)}</table>
<p class="nothing" id="none" hidden>No overlay matches the filter.</p>
</section>`;
}

/** A project that states neither category nor status has no picture of them, but one of what its overlays are. */
function pictures(summary: DeviationSummary, colourOf: (key: string) => string): SafeHtml[] {
  const { byCategory, byUpstreamStatus, deviations } = summary;
  const states = [byCategory, byUpstreamStatus].some((counts) => counts.some(({ key }) => key !== ''));
  if (!states) {
    return [
      html`<div><h2>Kinds of change</h2>
${barList(mostFrequent(countTypes(deviations)), () => '')}
<p class="quiet">No overlay states a category or what becomes of it upstream.</p></div>
`,
    ];
  }
  return [
    html`<div><h2>Why</h2>
${barList(byCategory, colourOf)}</div>
<div><h2>What becomes of it upstream</h2>
${barList(byUpstreamStatus, statusColour, statusNote)}</div>
`,
  ];
}

/** The rest is one bar. */
function mostFrequent(counts: readonly DeviationCount[]): readonly DeviationCount[] {
  const rest = counts.slice(shownKinds);
  const count = rest.reduce((sum, each) => sum + each.count, 0);
  return rest.length < 2
    ? counts
    : [...counts.slice(0, shownKinds), { key: '', label: plural(rest.length, 'other kind'), count }];
}
