import { formatPosition, plural, type SlipwayError } from '@slipway/core';
import { printable } from '../output/printable.ts';
import { shownPath } from '../output/shown-path.ts';

/** More of them say no more. */
const shownWarnings = 20;

/** What was accepted although it is doubtful, one line each; empty without warnings. */
export function formatWarnings(warnings: readonly SlipwayError[], directory: string): string {
  const lines = warnings.slice(0, shownWarnings).map(({ code, message, at, hint }) => {
    const place = at === undefined ? '' : `${formatPosition({ ...at, file: shownPath(at.file, directory) })}: `;
    return `${place}warning[${code}]: ${message}${hint === undefined ? '' : ` (${hint})`}`;
  });
  const more = warnings.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${plural(more, 'warning')} more`] : [])]
    .map((line) => `${printable(line).replaceAll('\n', ' ')}\n`)
    .join('');
}
