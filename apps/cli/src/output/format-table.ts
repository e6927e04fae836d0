import { printable } from './printable.ts';

export interface TableColumn {
  readonly title: string;
  /** Numbers and amounts stand to the right. */
  readonly align?: 'right';
}

/** A table with aligned columns and a rule below its header; ends with a line feed. */
export function formatTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => columns.map((_, index) => printable(row[index] ?? '').replaceAll(/[\n\t]/g, ' ')));
  const widths = columns.map(({ title }, index) =>
    cells.reduce((width, row) => Math.max(width, (row[index] ?? '').length), title.length),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.align))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width));
  return `${[columns.map(({ title }) => title), rule, ...cells].map(line).join('\n')}\n`;
}

function pad(cell: string, width: number, align: TableColumn['align']): string {
  return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
}
