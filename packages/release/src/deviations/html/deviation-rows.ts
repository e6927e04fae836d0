import { formatCount, plural } from '@slipway/core';
import { html, noHtml, type SafeHtml } from '../../html/safe-html.ts';
import { cutText } from '../../text/text-table.ts';
import { webAddress } from '../../text/web-address.ts';
import type { Deviation, DeviationLink, MeasuredChange } from '../deviation.ts';
import {
  type DeviationEntry,
  type DeviationSummary,
  deviationTitle,
  formatPlace,
  labelOf,
} from '../deviation-summary.ts';
import { diffExcerpt } from '../diff-lines.ts';
import { categoryColour, statusColour } from './bar-list.ts';
import { componentCell, originNote, reasonText, sinceCell } from './fact-cells.ts';
import type { PageColumn } from './page-columns.ts';

/** Characters of a tag or pattern that a row shows. */
const shownTarget = 90;

/** One table body per declaration: its facts, and its diff in a row of its own that opens. */
export function deviationRows(summary: DeviationSummary, columns: readonly PageColumn[]): SafeHtml[] {
  return summary.entries.map((entry, position) => {
    const { deviation, components } = entry;
    const { category = '', upstreamStatus = '', measured, since, overlay } = deviation;
    const lines = measured === undefined ? -1 : measured.linesAdded + measured.linesRemoved;
    const facts = html`data-position="${position}" data-component="${components[0] ?? ''}" data-category="${category}" data-status="${upstreamStatus}" data-type="${overlay.type}" data-lines="${lines}" data-since="${since?.time ?? 0}"`;
    return html`<tbody role="rowgroup" ${facts}>
<tr role="row">
${columns.map(({ key }) => cell(key, entry, summary))}</tr>
${measured === undefined || measured.diff === '' ? noHtml : diffRow(deviation.component, measured, columns.length - 1)}</tbody>
`;
  });
}

function cell(key: PageColumn['key'], entry: DeviationEntry<Deviation>, summary: DeviationSummary): SafeHtml {
  const { deviation, components } = entry;
  const { category = '', upstreamStatus = '' } = deviation;
  switch (key) {
    case 'component':
      return componentCell(components, deviation.kind);
    case 'what':
      return html`<td role="cell" class="of-what">${whatAndWhy(deviation)}</td>`;
    case 'category':
      return html`<td role="cell" class="of-category" data-title="Category"><span class="tag ${categoryColour(summary.byCategory, category)}">${labelOf(category)}</span></td>`;
    case 'status':
      return html`<td role="cell" class="of-status" data-title="Upstream"><span class="tag ${statusColour(upstreamStatus)}">${labelOf(upstreamStatus)}</span></td>`;
    case 'lines':
      return html`<td role="cell" class="of-lines" data-title="Lines">${lineCounts(deviation.measured)}</td>`;
    case 'since':
      return sinceCell(deviation);
  }
}

function lineCounts(measured: MeasuredChange | undefined): SafeHtml {
  return measured === undefined
    ? html`<span class="quiet" title="Not measured">?</span>`
    : html`<span class="plus">+${formatCount(measured.linesAdded)}</span> <span class="minus">−${formatCount(measured.linesRemoved)}</span>`;
}

function whatAndWhy(deviation: Deviation): SafeHtml {
  const { overlay, at, links } = deviation;
  const isInTitle = deviation.description.trim() === '';
  const target = isInTitle ? '' : cutText(overlay.target ?? '', shownTarget);
  return html`<p class="title">${deviationTitle(deviation)}</p>${reasonText(deviation)}<p class="place"><code>${overlay.type}</code>${
    target === '' ? noHtml : html` <code class="target">${target}</code>`
  } <code>${formatPlace(at)}</code>${originNote(deviation)}${links.map(linkItem)}</p>`;
}

/** An address that a browser would not open is shown, never linked. */
function linkItem({ kind, url }: DeviationLink): SafeHtml {
  const address = webAddress(url);
  return address === undefined
    ? html` <code>${url}</code>`
    : html` <a href="${address}" rel="noreferrer noopener" title="${address}">${labelOf(kind)} ${lastPart(address)}</a>`;
}

/** What tells one commit or bug from the other: a short commit id, a number, or the end of the path. */
function lastPart(address: string): string {
  const name = /[^/=?#]+(?=[/?#]*$)/.exec(address)?.[0] ?? '';
  return /^[0-9a-f]{40}$/.test(name) ? name.slice(0, 10) : name.slice(0, 32);
}

function diffRow(component: string, { diff, linesAdded, linesRemoved }: MeasuredChange, span: number): SafeHtml {
  const { lines, omitted } = diffExcerpt(diff);
  const shown = lines.map(
    ({ kind, text }) => html`<span class="${kind}">${text}
</span>`,
  );
  const more =
    omitted === 0
      ? noHtml
      : html`<span class="hunk">… ${plural(omitted, 'more line')}
</span>`;
  return html`<tr role="row" class="diff"><td role="cell" class="of-component"></td><td role="cell" class="of-what" colspan="${span}"><details><summary>Diff<span class="unseen"> of ${component}, +${linesAdded} −${linesRemoved}</span></summary><pre tabindex="0">${shown}${more}</pre></details></td></tr>
`;
}
