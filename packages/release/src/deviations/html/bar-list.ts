import { formatCount } from '@slipway/core';
import { html, noHtml, type SafeHtml } from '../../html/safe-html.ts';
import type { DeviationCount } from '../deviation-summary.ts';

/** Colours of a page's palette; later entries share the last one. */
const palette = 10;

const statusColours: Readonly<Record<string, string>> = {
  upstreamed: 'good',
  upstreamable: 'way',
  'needs-upstream-hook': 'wait',
  inapplicable: 'own',
};

/** Percent: a part of a few components of thousands is still seen. */
const narrowestPart = 0.6;

/** What a status means for the distribution, for readers who do not know the project's words. */
const statusNotes: Readonly<Record<string, string>> = {
  upstreamed: 'accepted; goes with an update',
  upstreamable: 'of use to everybody',
  'needs-upstream-hook': 'upstream lacks a switch for it',
  inapplicable: 'matters to this distribution only',
  unknown: 'not looked into yet',
};

export function statusNote(key: string): string {
  return statusNotes[key] ?? '';
}

/** CSS class of a category: by its rank, so that neighbours differ. */
export function categoryColour(counts: readonly DeviationCount[], key: string): string {
  const rank = counts.findIndex((count) => count.key === key);
  return key === '' ? 'colour-none' : `colour-${Math.min(Math.max(rank, 0), palette - 1)}`;
}

export function statusColour(key: string): string {
  return `colour-${statusColours[key] ?? 'none'}`;
}

/** Horizontal bars on a common scale; the picture repeats what the numbers beside it say. */
export function barList(
  counts: readonly DeviationCount[],
  colourOf: (key: string) => string,
  noteOf: (key: string) => string = () => '',
): SafeHtml {
  const longest = Math.max(1, ...counts.map(({ count }) => count));
  const rows = counts.map(
    ({ key, label, count }) => html`<div class="bar">
  <dt>${label}${noteOf(key) === '' ? noHtml : html`<small>${noteOf(key)}</small>`}</dt>
  <dd><svg class="${colourOf(key)}" width="100%" height="10" aria-hidden="true"><rect class="track" width="100%" height="10" rx="5"/><rect width="${((count / longest) * 100).toFixed(2)}%" height="10" rx="5"/></svg><span>${formatCount(count)}</span></dd>
</div>
`,
  );
  return html`<dl class="bars">
${rows}</dl>`;
}

/** One bar for the whole with its parts from the left, the first the darkest. */
export function proportionBar(parts: readonly number[], whole: number): SafeHtml {
  let start = 0;
  const rects = parts.map((part, index) => {
    const percent = whole === 0 ? 0 : Math.min(100 - start, (part / whole) * 100);
    const shown = part > 0 ? Math.max(percent, narrowestPart) : 0;
    const rect = html`<rect class="part-${index}" x="${start.toFixed(2)}%" width="${shown.toFixed(2)}%" height="12"/>`;
    start += shown;
    return rect;
  });
  return html`<svg class="proportion" width="100%" height="12" aria-hidden="true"><rect class="track" width="100%" height="12"/>${rects}</svg>`;
}
