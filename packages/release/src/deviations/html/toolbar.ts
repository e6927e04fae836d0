import { formatCount } from '@slipway/core';
import { html, noHtml, type SafeHtml } from '../../html/safe-html.ts';
import type { DeviationCount, DeviationSummary } from '../deviation-summary.ts';
import { statusColour } from './bar-list.ts';
import type { PageColumn } from './page-columns.ts';

/** Shown by the script alone: without it nothing here would work. */
export function toolbar(
  summary: DeviationSummary,
  columns: readonly PageColumn[],
  colourOf: (key: string) => string,
): SafeHtml {
  const hasDiffs = summary.deviations.some(({ measured }) => measured !== undefined && measured.diff !== '');
  const open = hasDiffs ? html`<button type="button" id="open" aria-pressed="false">Open all diffs</button>` : noHtml;
  return html`<div class="toolbar" role="search" hidden>
<div class="search"><input type="search" id="filter" aria-label="Filter by text" aria-keyshortcuts="/" placeholder="Filter by component, text, file or author" autocomplete="off">${open}<output id="shown" aria-live="polite"></output></div>
${groupings(columns)}
${chips('category', 'Category', summary.byCategory, colourOf)}
${chips('status', 'Upstream', summary.byUpstreamStatus, statusColour)}
</div>`;
}

/** The one that says most is chosen first. */
function groupings(columns: readonly PageColumn[]): SafeHtml {
  const keys = columns.map(({ key }) => key);
  const choices = [
    ['component', 'Component'],
    ...(keys.includes('category') ? [['category', 'Category'] as const] : []),
    ...(keys.includes('status') ? [['status', 'Upstream'] as const] : []),
    ['type', 'Kind of change'],
    ['', 'Nothing'],
  ] as const;
  const first = keys.includes('category') ? 'category' : 'component';
  const buttons = choices.map(
    ([key, title]) =>
      html`<button type="button" class="chip choice" data-by="${key}" aria-pressed="${String(key === first)}">${title}</button>
`,
  );
  return html`<div class="chips" role="group" aria-label="Group by"><span>Group by</span><div>
${buttons}</div></div>`;
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
