import { visibleLine } from './visible-text.ts';

export interface TextColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

/**
 * Columns separated by two spaces, under upper-case titles; control characters never reach the terminal. Lines longer
 * than `width` characters end in an ellipsis.
 */
export function formatTextTable(
  columns: readonly TextColumn[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const lines = [columns.map(({ title }) => title.toUpperCase()), ...rows.map((row) => row.map(visibleLine))];
  const widths = columns.map((_, index) =>
    lines.reduce((widest, line) => Math.max(widest, lengthOf(line[index] ?? '')), 0),
  );
  return lines
    .map((line) => {
      const cells = columns.map(({ align = 'left' }, index) => {
        const cell = line[index] ?? '';
        const padding = ' '.repeat((widths[index] ?? 0) - lengthOf(cell));
        return align === 'right' ? padding + cell : cell + padding;
      });
      return `${cutText(cells.join('  ').trimEnd(), width)}\n`;
    })
    .join('');
}

/** At most `width` characters, the last of them an ellipsis if something is missing. */
export function cutText(text: string, width: number): string {
  return lengthOf(text) <= width
    ? text
    : `${[...text]
        .slice(0, Math.max(0, width - 1))
        .join('')
        .trimEnd()}…`;
}

export function lengthOf(text: string): number {
  return [...text].length;
}
