import { formatCount, plural } from '@slipway/core';
import { html, noHtml, type SafeHtml } from '../../html/safe-html.ts';
import type { DeviationReport } from '../deviation.ts';
import type { DeviationSummary } from '../deviation-summary.ts';
import { howToMeasure } from '../deviation-totals.ts';
import { proportionBar } from './bar-list.ts';

/** The name of the distribution, the totals in words and as a picture, and the four figures that people ask for. */
export function pageHeader(report: DeviationReport, summary: DeviationSummary): SafeHtml {
  const { distribution, componentsTotal, basis } = report;
  const { changedByOverlays, different } = summary.components;
  const basisNote =
    basis === 'declared'
      ? html`<p class="basis">As the project declares it: nothing was built for this page.${summary.lines.measured === 0 ? ' It has no diffs.' : ''}</p>
`
      : noHtml;
  return html`<header>
<p class="overline">Deviations from upstream</p>
<h1>${distribution.name} <span>${distribution.version}</span></h1>
<p class="lede">${lede(report, summary)}</p>
${basisNote}${proportionBar([changedByOverlays, different - changedByOverlays], componentsTotal)}
${figures(report, summary)}
</header>
`;
}

function lede({ componentsTotal }: DeviationReport, { components, deviations }: DeviationSummary): SafeHtml {
  const { changedByOverlays, different } = components;
  const more = different - changedByOverlays;
  const untouched = Math.max(0, componentsTotal - different);
  const others =
    more === 0
      ? noHtml
      : html` <strong>${formatCount(more)}</strong> more ${more === 1 ? 'is' : 'are'} built with other settings.`;
  return html`<strong>${formatCount(changedByOverlays)}</strong> of ${plural(componentsTotal, 'component')} ${componentsTotal === 1 ? 'differs' : 'differ'}, by <strong>${plural(deviations.length, 'overlay')}</strong>.${others} <strong>${formatCount(untouched)}</strong> ${untouched === 1 ? 'is' : 'are'} as upstream made ${untouched === 1 ? 'it' : 'them'}.`;
}

type Figure = readonly [name: string, value: SafeHtml, note: string];

function figures({ componentsTotal }: DeviationReport, summary: DeviationSummary): SafeHtml {
  const count = summary.deviations.length;
  const { changedByOverlays } = summary.components;
  const shown: readonly Figure[] = [
    [
      'Components that differ',
      html`${formatCount(changedByOverlays)}`,
      `of ${formatCount(componentsTotal)}, ${percent(changedByOverlays, componentsTotal)}`,
    ],
    ['Overlays', html`${formatCount(count)}`, `${perComponent(count, changedByOverlays)} per component that differs`],
    lineFigure(summary),
    explanationFigure(summary),
  ];
  const items = shown.map(
    ([name, value, note]) => html`<div><dt>${name}</dt><dd>${value}</dd><dd class="note">${note}</dd></div>
`,
  );
  return html`<dl class="figures">
${items}</dl>`;
}

function lineFigure({ lines, deviations }: DeviationSummary): Figure {
  if (lines.measured === 0 && deviations.length > 0) {
    return ['Lines', html`<span class="quiet">not measured</span>`, howToMeasure];
  }
  const note =
    lines.measured === deviations.length
      ? 'in specs and sources'
      : `of ${formatCount(lines.measured)} of ${plural(deviations.length, 'overlay')}`;
  return [
    'Lines',
    html`<span class="plus">+${formatCount(lines.added)}</span> <span class="minus">−${formatCount(lines.removed)}</span>`,
    note,
  ];
}

/** Where a project states no status, what can be said is how many overlays are explained at all. */
function explanationFigure({ byUpstreamStatus, headedUpstream, deviations }: DeviationSummary): Figure {
  if (byUpstreamStatus.some(({ key }) => key !== '')) {
    return ['Headed upstream', html`${percent(headedUpstream, deviations.length)}`, 'upstreamed already, or can be'];
  }
  const explained = deviations.filter(({ description, reason }) => `${description}${reason}`.trim() !== '').length;
  return ['Explained', html`${percent(explained, deviations.length)}`, 'have a description, a reason or a comment'];
}

function percent(part: number, whole: number): string {
  const share = whole === 0 ? 0 : (part / whole) * 100;
  return `${share > 0 && share < 10 ? share.toFixed(1) : share.toFixed(0)} %`;
}

function perComponent(count: number, components: number): string {
  return components === 0 ? '0' : (count / components).toFixed(1);
}
