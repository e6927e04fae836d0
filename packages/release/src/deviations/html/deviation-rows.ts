import { formatCount, plural } from '@slipway/core';
import { webAddress } from '../../text/web-address.ts';
import type { Deviation, DeviationLink } from '../deviation.ts';
import { type DeviationSummary, deviationTitle, formatDay, formatPlace, labelOf } from '../deviation-summary.ts';
import { diffExcerpt } from '../diff-lines.ts';
import { categoryColour, statusColour } from './bar-list.ts';
import { html, noHtml, type SafeHtml } from './safe-html.ts';

/** One table body per deviation: its facts, and its diff in a row of its own that opens. */
export function deviationRows(summary: DeviationSummary): SafeHtml[] {
  return summary.deviations.map((deviation, position) => deviationBody(deviation, position, summary));
}

function deviationBody(deviation: Deviation, position: number, summary: DeviationSummary): SafeHtml {
  const { component, category = '', upstreamStatus = '', linesAdded, linesRemoved, since } = deviation;
  const categoryLabel = category === '' ? 'Uncategorised' : labelOf(category);
  const statusLabel = upstreamStatus === '' ? 'Not stated' : labelOf(upstreamStatus);
  const facts = html`data-position="${position}" data-component="${component}" data-category="${category}" data-status="${upstreamStatus}" data-lines="${linesAdded + linesRemoved}" data-since="${since?.time ?? 0}"`;
  return html`<tbody ${facts}>
<tr>
<th scope="row">${component}<span class="kind">${deviation.kind}</span></th>
<td class="what">${whatAndWhy(deviation)}</td>
<td data-title="Category"><span class="tag ${categoryColour(summary.byCategory, category)}">${categoryLabel}</span></td>
<td data-title="Upstream"><span class="tag ${statusColour(upstreamStatus)}">${statusLabel}</span></td>
<td class="lines" data-title="Lines"><span class="plus">+${formatCount(linesAdded)}</span> <span class="minus">−${formatCount(linesRemoved)}</span></td>
<td class="since" data-title="Since">${sinceCell(deviation)}</td>
</tr>
${deviation.diff === '' ? noHtml : diffRow(deviation)}</tbody>
`;
}

function whatAndWhy(deviation: Deviation): SafeHtml {
  const { reason, overlay, at, links } = deviation;
  return html`<p class="title">${deviationTitle(deviation)}</p>${
    reason.trim() === '' ? noHtml : html`<p class="reason">${reason}</p>`
  }<p class="place"><code>${overlay.type}</code> <code>${formatPlace(at)}</code>${links.map(linkItem)}</p>`;
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

function sinceCell({ since }: Deviation): SafeHtml {
  if (since === undefined) {
    return html`<span class="quiet">—</span>`;
  }
  const day = formatDay(since.time);
  return html`<time datetime="${day}">${day}</time><span class="author">${since.author}</span>`;
}

function diffRow({ component, diff, linesAdded, linesRemoved }: Deviation): SafeHtml {
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
  return html`<tr class="diff"><td></td><td colspan="5"><details><summary>Diff<span class="unseen"> of ${component}, +${linesAdded} −${linesRemoved}</span></summary><pre tabindex="0">${shown}${more}</pre></details></td></tr>
`;
}
