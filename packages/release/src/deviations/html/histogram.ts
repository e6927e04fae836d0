import { formatCount, plural } from '@slipway/core';
import { html, noHtml, type SafeHtml } from '../../html/safe-html.ts';
import type { DeviationFacts } from '../deviation.ts';

/** Bars that are told apart at the width of a phone. */
const mostBars = 60;

const monthsOf = { month: 1, quarter: 3, year: 12 } as const;

type Period = keyof typeof monthsOf;

interface Bar {
  readonly label: string;
  readonly count: number;
}

/** When the deviations that are still there came in: bars for equal periods, from the first to the last. */
export function histogram(deviations: readonly DeviationFacts[]): SafeHtml {
  const months = deviations.flatMap(({ since }) => (since === undefined ? [] : [monthOf(since.time)]));
  if (months.length === 0) {
    return noHtml;
  }
  const bars = barsOf(months);
  const highest = bars.reduce((most, { count }) => Math.max(most, count), 1);
  const rects = bars.map(({ label, count }, index) => {
    const height = (count / highest) * 100;
    return html`<rect x="${(index + 0.08).toFixed(2)}" y="${(100 - height).toFixed(2)}" width="0.84" height="${height.toFixed(2)}"><title>${label}: ${formatCount(count)}</title></rect>`;
  });
  const [first, last] = [bars[0]?.label ?? '', bars.at(-1)?.label ?? ''];
  const unknown = deviations.length - months.length;
  const summary = `${plural(months.length, 'overlay')} from ${first} to ${last}, at most ${formatCount(highest)} in one period`;
  return html`<div class="histogram"><h2>Since when</h2>
<svg width="100%" height="120" viewBox="0 0 ${bars.length} 100" preserveAspectRatio="none" role="img" aria-label="${summary}">${rects}</svg>
<p><span>${first}</span><span>${last === first ? '' : last}</span></p>
<p class="quiet">Those still there, by the time they came in${unknown === 0 ? '' : `; ${formatCount(unknown)} without history`}. At most ${formatCount(highest)} in one bar.</p></div>
`;
}

/** Months since the year 0, in UTC. */
function monthOf(time: number): number {
  const date = new Date(time * 1000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function barsOf(months: readonly number[]): Bar[] {
  const [from, to] = months.reduce(([low, high], month) => [Math.min(low, month), Math.max(high, month)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as const);
  const period = periodFor(to - from + 1);
  const first = Math.floor(from / monthsOf[period]);
  const counts = new Array<number>(Math.min(mostBars, Math.floor(to / monthsOf[period]) - first + 1)).fill(0);
  for (const month of months) {
    const index = Math.floor(month / monthsOf[period]) - first;
    const nearest = Math.min(index, counts.length - 1); // times of a hostile history lie centuries apart
    counts[nearest] = (counts[nearest] ?? 0) + 1;
  }
  return counts.map((count, index) => ({ label: periodLabel(first + index, period), count }));
}

function periodFor(months: number): Period {
  return months <= mostBars ? 'month' : months <= 3 * mostBars ? 'quarter' : 'year';
}

function periodLabel(index: number, period: Period): string {
  const month = index * monthsOf[period];
  const year = Math.floor(month / 12);
  switch (period) {
    case 'month':
      return `${year}-${String((month % 12) + 1).padStart(2, '0')}`;
    case 'quarter':
      return `${year} Q${Math.floor((month % 12) / 3) + 1}`;
    case 'year':
      return String(year);
  }
}
