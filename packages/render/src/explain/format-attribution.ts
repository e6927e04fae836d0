import type { AttributedLine } from './attribute-lines.ts';
import { type Paint, printableText } from './paint.ts';

const contextLines = 3;

interface Row {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
  /** What a removed line names is the overlay that removed it. */
  readonly step: number | undefined;
  /** From 1, in the first and in the last version: of this line, or of the next that is there. */
  readonly before: number;
  readonly after: number;
}

/**
 * The whole difference between the first and the last version, as a unified diff with the number of the overlay that
 * caused each line in the margin. Empty when they are equal. Lines that came and went between are left out.
 */
export function formatAttribution(lines: readonly AttributedLine[], paint: Paint): string {
  const rows = rowsOf(lines);
  const width = Math.max(...rows.map(({ step = 0 }) => String(step).length), 1);
  return hunksOf(rows)
    .map((hunk) => `${hunkHead(hunk, width, paint)}${hunk.map((row) => formatRow(row, width, paint)).join('')}`)
    .join('');
}

function rowsOf(lines: readonly AttributedLine[]): Row[] {
  let [before, after] = [1, 1];
  return lines
    .filter(({ writtenBy, removedBy }) => writtenBy === undefined || removedBy === undefined)
    .map(({ text, writtenBy, removedBy }) => {
      const row = { text, step: writtenBy ?? removedBy, before, after };
      before += writtenBy === undefined ? 1 : 0;
      after += removedBy === undefined ? 1 : 0;
      return { ...row, sign: writtenBy !== undefined ? '+' : removedBy !== undefined ? '-' : ' ' };
    });
}

/** Changed rows with their context; what touches is one hunk. */
function hunksOf(rows: readonly Row[]): Row[][] {
  const hunks: Row[][] = [];
  let end = 0;
  rows.forEach(({ sign }, index) => {
    if (sign === ' ') {
      return;
    }
    const from = Math.max(index - contextLines, end);
    const to = Math.min(index + contextLines + 1, rows.length);
    const shown = rows.slice(from, to);
    const last = hunks.at(-1);
    if (last !== undefined && from <= end) {
      last.push(...rows.slice(end, to));
    } else {
      hunks.push(shown);
    }
    end = to;
  });
  return hunks;
}

function hunkHead(hunk: readonly Row[], width: number, paint: Paint): string {
  const [first] = hunk as [Row];
  const sizes = [hunk.filter(({ sign }) => sign !== '+').length, hunk.filter(({ sign }) => sign !== '-').length];
  const range = (start: number, size: number) => `${size === 0 ? start - 1 : start}${size === 1 ? '' : `,${size}`}`;
  const head = `@@ -${range(first.before, sizes[0] as number)} +${range(first.after, sizes[1] as number)} @@`;
  return `${' '.repeat(width + 1)}${paint('cyan', head)}\n`;
}

function formatRow({ sign, text, step }: Row, width: number, paint: Paint): string {
  const margin = String(step ?? '').padStart(width);
  const line = `${sign}${printableText(text)}`;
  const style = sign === '+' ? 'green' : 'red';
  return `${paint('dim', margin)} ${sign === ' ' ? line : paint(style, line)}\n`;
}
