import { plural } from '@slipway/core';
import { html, noHtml, type SafeHtml } from '../../html/safe-html.ts';
import { webAddress } from '../../text/web-address.ts';
import type { DeviationCommit, DeviationFacts } from '../deviation.ts';
import { formatDay } from '../deviation-summary.ts';

/** The heading of a row: the component, or all that inherit the declaration. */
export function componentCell(components: readonly string[], note: string): SafeHtml {
  const [first = ''] = components;
  const names =
    components.length === 1
      ? html`<span class="name">${first}</span>`
      : html`<details class="names"><summary>${plural(components.length, 'component')}</summary>${components.join(', ')}</details>`;
  return html`<th scope="row" role="rowheader" class="of-component">${names}<span class="kind">${note}</span></th>`;
}

export function reasonText({ reason, reasonIsComment }: DeviationFacts): SafeHtml {
  if (reason.trim() === '') {
    return noHtml;
  }
  return reasonIsComment === true
    ? html`<p class="reason comment" title="From the comment above the declaration"><span class="unseen">Comment: </span>${linked(reason)}</p>`
    : html`<p class="reason">${linked(reason)}</p>`;
}

/** Addresses in running text become links; what ends a sentence or a bracket is not part of them. */
function linked(text: string): SafeHtml[] {
  return text.split(/(https?:\/\/[^\s<>"']+)/).map((part, index) => {
    const url = index % 2 === 0 ? '' : part.replace(/[.,;:!?)\]]{1,9}$/, '');
    const address = url === '' ? undefined : webAddress(url);
    return address === undefined
      ? html`${part}`
      : html`<a href="${address}" rel="noreferrer noopener">${url}</a>${part.slice(url.length)}`;
  });
}

export function originNote({ inheritedFrom }: DeviationFacts): SafeHtml {
  return inheritedFrom === undefined ? noHtml : html` <span class="quiet">from ${inheritedFrom}</span>`;
}

/** Empty columns are left out; a row without history in a table that has some says so. */
export function sinceCell({ since, changed, isUncommitted }: DeviationFacts): SafeHtml {
  const parts = [
    ...(since === undefined ? [] : [commitLine(since, since.atLeast === true ? '≤ ' : '')]),
    ...(changed === undefined ? [] : [html`<span class="changed">changed ${commitLine(changed, '')}</span>`]),
    ...(isUncommitted === true ? [html`<span class="changed">not all committed</span>`] : []),
  ];
  const title = since?.atLeast === true ? 'At least since then: the history at hand begins there' : '';
  return html`<td role="cell" class="of-since" data-title="Since" title="${title}">${parts.length === 0 ? html`<span class="quiet">—</span>` : parts}</td>`;
}

function commitLine({ time, author }: DeviationCommit, sign: string): SafeHtml {
  const day = formatDay(time);
  return html`<time datetime="${day}">${sign}${day}</time><span class="author">${author}</span>`;
}
