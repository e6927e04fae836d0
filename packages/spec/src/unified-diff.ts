import { editScript, type LineEdit } from './line-edits.ts';

export interface DiffSummary {
  readonly added: number;
  readonly removed: number;
  /** Unified format (POSIX diff -u) without times; cut off at a size limit with a line that says so. */
  readonly diff: string;
}

const contextLines = 3;
/** A deviation report is read by people. */
const diffLimit = 64 << 10;

/** Compares two texts line by line; the last line may lack its end. Equal texts give an empty diff. */
export function unifiedDiff(name: string, before: string, after: string): DiffSummary {
  const edits = editScript(linesOf(before), linesOf(after));
  const added = edits.filter(({ kind }) => kind === 'added').length;
  const removed = edits.filter(({ kind }) => kind === 'removed').length;
  if (added + removed === 0) {
    return { added, removed, diff: '' };
  }
  const text = `--- a/${name}\n+++ b/${name}\n${hunksOf(edits).join('')}`;
  const cut = `${text.slice(0, text.lastIndexOf('\n', diffLimit) + 1)}\\ The rest of the difference is not shown\n`;
  return { added, removed, diff: text.length > diffLimit ? cut : text };
}

/** Lines with their ends, so that a missing last one is a difference. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

const signs = { kept: ' ', added: '+', removed: '-' } as const;

function hunksOf(edits: readonly LineEdit[]): string[] {
  const hunks: string[] = [];
  const counts = { before: 0, after: 0 };
  let done = 0;
  for (const { from, to } of hunkRanges(edits)) {
    count(edits.slice(done, from), counts);
    const shown = edits.slice(from, to);
    const size = { before: 0, after: 0 };
    count(shown, size);
    const head = `@@ -${range(counts.before, size.before)} +${range(counts.after, size.after)} @@\n`;
    hunks.push(head + shown.map(formatEdit).join(''));
    count(shown, counts);
    done = to;
  }
  return hunks;
}

/** Changed edits with their context; ranges that touch are one. */
function hunkRanges(edits: readonly LineEdit[]): { from: number; to: number }[] {
  const ranges: { from: number; to: number }[] = [];
  edits.forEach(({ kind }, index) => {
    if (kind === 'kept') {
      return;
    }
    const from = Math.max(0, index - contextLines);
    const to = Math.min(edits.length, index + contextLines + 1);
    const last = ranges.at(-1);
    if (last !== undefined && from <= last.to) {
      last.to = to;
    } else {
      ranges.push({ from, to });
    }
  });
  return ranges;
}

function count(edits: readonly LineEdit[], counts: { before: number; after: number }): void {
  for (const { kind } of edits) {
    counts.before += kind === 'added' ? 0 : 1;
    counts.after += kind === 'removed' ? 0 : 1;
  }
}

/** An empty range names the line before it. */
function range(before: number, size: number): string {
  const start = size === 0 ? before : before + 1;
  return size === 1 ? `${start}` : `${start},${size}`;
}

function formatEdit({ kind, line }: LineEdit): string {
  return `${signs[kind]}${line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`}`;
}
