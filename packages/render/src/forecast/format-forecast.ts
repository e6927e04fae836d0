import { formatPosition, plural } from '@slipway/core';
import { formatOverlayToml } from '@slipway/spec';
import { formatFailure } from '../explain/format-failure.ts';
import { type Paint, paintDiff, printableText } from '../explain/paint.ts';
import type { ForecastVerdict, OverlayForecast } from './forecast-overlays.ts';

export type ForecastCounts = Readonly<Record<ForecastVerdict, number>>;

/** How many overlays have each verdict. */
export function countForecasts(forecasts: readonly OverlayForecast[]): ForecastCounts {
  const counts = { applies: 0, 'applies-differently': 0, unnecessary: 0, breaks: 0, 'not-checked': 0 };
  for (const { verdict } of forecasts) {
    counts[verdict]++;
  }
  return counts;
}

const styles = {
  applies: 'green',
  'applies-differently': 'yellow',
  unnecessary: 'cyan',
  breaks: 'red',
  'not-checked': 'dim',
} as const;

/** What a person does about an overlay on the new upstream. */
export function forecastAdvice({ verdict, reason, suggestion, merges = [] }: OverlayForecast): string {
  switch (verdict) {
    case 'applies':
      return 'nothing';
    case 'applies-differently':
      return `check the change: ${reason}`;
    case 'unnecessary':
      return `remove it: ${reason}`;
    case 'not-checked':
      return `check it by hand: ${reason}`;
    case 'breaks':
      if (suggestion !== undefined) {
        return `replace it: ${suggestion.why}`;
      }
      return merges.length > 0 && merges.every(({ isClean }) => isClean)
        ? `rewrite it to make the merged change: ${reason}`
        : `resolve the conflict: ${reason}`;
  }
}

/** A line for each overlay of one or more components, and the counts. Empty without overlays. */
export function formatForecastTable(forecasts: readonly OverlayForecast[], paint: Paint): string {
  const heads = ['component', 'overlay', 'verdict'] as const;
  const rows = forecasts.map((each) => [
    printableText(each.component),
    `${each.number} ${each.overlay.type}`,
    each.verdict,
  ]);
  const widths = heads.map((head, column) =>
    rows.reduce((width, row) => Math.max(width, (row[column] as string).length), head.length),
  );
  const pad = (cells: readonly string[]) =>
    cells.map((cell, column) => cell.padEnd(widths[column] as number)).join('  ');
  const lines = rows.map((row, index) => {
    const forecast = forecasts[index] as OverlayForecast;
    const advice = printableText(forecastAdvice(forecast)).replaceAll('\n', ' ');
    return `${pad(row.slice(0, 2))}  ${paint(styles[forecast.verdict], (row[2] as string).padEnd(widths[2] as number))}  ${advice}`;
  });
  const table = [
    paint('bold', `${pad(heads)}  what to do`),
    ...lines,
    '',
    formatForecastCounts(countForecasts(forecasts)),
  ];
  return forecasts.length === 0 ? '' : `${table.join('\n')}\n`;
}

/** `12 overlays: 9 apply, 1 applies differently, 2 break`; verdicts without overlays are left out. */
export function formatForecastCounts(counts: ForecastCounts): string {
  const phrases: Readonly<Record<ForecastVerdict, readonly [one: string, many: string]>> = {
    applies: ['applies', 'apply'],
    'applies-differently': ['applies differently', 'apply differently'],
    unnecessary: ['is unnecessary', 'are unnecessary'],
    breaks: ['breaks', 'break'],
    'not-checked': ['is not checked', 'are not checked'],
  };
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = (Object.keys(phrases) as ForecastVerdict[])
    .filter((verdict) => counts[verdict] > 0)
    .map((verdict) => `${counts[verdict]} ${phrases[verdict][counts[verdict] === 1 ? 0 : 1]}`);
  return [plural(total, 'overlay'), ...(parts.length === 0 ? [] : [parts.join(', ')])].join(': ');
}

/** One overlay at length: why it breaks, what it makes now merged into the new upstream, and what to write instead. */
export function formatForecast(forecast: OverlayForecast, paint: Paint): string {
  const { component, number, overlay, verdict, failure, failsNow, merges = [], suggestion, changesThen } = forecast;
  const place = overlay.at === undefined ? [] : [paint('dim', printableText(formatPosition(overlay.at)))];
  const reason = overlay.description === undefined ? [] : [JSON.stringify(printableText(overlay.description))];
  const name = paint('bold', `${printableText(component)} overlay ${number}`);
  const parts = [
    [name, paint('cyan', overlay.type), ...place, ...reason].join('  '),
    `${paint(styles[verdict], verdict)}: ${printableText(forecastAdvice(forecast))}`,
    ...(failsNow ? [paint('yellow', 'it fails on the upstream of now too')] : []),
    ...(failure === undefined ? [] : [formatFailure(failure, paint)]),
    ...merges.filter(({ text }) => text !== '').map((merge) => formatMergeView(merge, paint)),
    ...(suggestion?.overlays ?? []).map(
      (each) => `${paint('bold', 'write instead:')} ${printableText(formatOverlayToml(each))}`,
    ),
    ...(verdict === 'applies-differently' ? changesThen.map(({ diff }) => paintDiff(diff.trimEnd(), paint)) : []),
  ];
  return `${parts.join('\n')}\n`;
}

const merged = {
  lines: 'merged into the new upstream:',
  words: 'merged into the new upstream, word by word within a line:',
  removal: 'removed from the new upstream, which changed it:',
} as const;

function formatMergeView(
  { path, isClean, how, text }: NonNullable<OverlayForecast['merges']>[number],
  paint: Paint,
): string {
  const head = isClean ? merged[how] : `conflict with the new upstream in ${printableText(path)}:`;
  return `${paint(isClean ? 'bold' : 'red', head)}\n${isClean ? paintDiff(text.trimEnd(), paint) : printableText(text.trimEnd())}`;
}
