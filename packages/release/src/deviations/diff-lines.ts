type DiffLineKind = 'file' | 'hunk' | 'added' | 'removed' | 'context';

interface DiffLine {
  readonly kind: DiffLineKind;
  /** The whole line, with its mark. */
  readonly text: string;
}

export interface DiffExcerpt {
  readonly lines: readonly DiffLine[];
  /** Lines of the diff that are not in the excerpt. */
  readonly omitted: number;
}

/** Lines of one diff and characters of one line that a page shows: more is read in the files themselves. */
const maxLines = 1500;
const maxLineLength = 1000;

/**
 * The lines of a unified diff for display. Within a hunk the first character alone decides, so that a removed line
 * `-- x` is not taken for a file name. Never fails: a text that is no diff is context.
 */
export function diffExcerpt(diff: string): DiffExcerpt {
  const all = diff.replace(/\n$/, '').split('\n');
  const shown = diff === '' ? [] : all.slice(0, maxLines);
  let hunk = { before: 0, after: 0 };
  const lines = shown.map((line) => {
    const header = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (header !== null && hunk.before <= 0 && hunk.after <= 0) {
      hunk = { before: Number(header[1] ?? 1), after: Number(header[2] ?? 1) };
      return { kind: 'hunk', text: shorten(line) } as const;
    }
    const kind = lineKind(line, hunk.before > 0 || hunk.after > 0);
    hunk = {
      before: hunk.before - (kind === 'removed' || kind === 'context' ? 1 : 0),
      after: hunk.after - (kind === 'added' || kind === 'context' ? 1 : 0),
    };
    return { kind, text: shorten(line) };
  });
  return { lines, omitted: diff === '' ? 0 : all.length - shown.length };
}

function lineKind(line: string, inHunk: boolean): DiffLineKind {
  if (!inHunk && /^(?:---|\+\+\+|diff |index |Index: |new file|deleted file|rename |similarity )/.test(line)) {
    return 'file';
  }
  return line.startsWith('+') ? 'added' : line.startsWith('-') ? 'removed' : 'context';
}

function shorten(line: string): string {
  return line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line;
}
