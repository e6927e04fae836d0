import { editScript, type LineEdit } from '@slipway/spec';

/** A line of the first or the last version, or of one between. */
export interface AttributedLine {
  readonly text: string;
  /** Number of the step (from 1) that wrote it; absent for lines of the first version. */
  readonly writtenBy?: number;
  /** Number of the step that removed it; absent for lines of the last version. */
  readonly removedBy?: number;
}

/**
 * Blame over a chain of versions: step N made `versions[N]` of `versions[N - 1]`. Gives the lines of all versions in
 * order: those without `removedBy` are the last version, those without `writtenBy` the first.
 */
export function attributeLines(versions: readonly (readonly string[])[]): AttributedLine[] {
  let lines: AttributedLine[] = (versions[0] ?? []).map((text) => ({ text }));
  for (const [index, version] of versions.slice(1).entries()) {
    const before = lines.filter(isLive).map(({ text }) => text);
    lines = [...withStep(lines, editScript(before, version), index + 1)];
  }
  return lines;
}

function isLive({ removedBy }: AttributedLine): boolean {
  return removedBy === undefined;
}

/** Lines that are gone already stay where they are, before what is written in their place. */
function* withStep(
  lines: readonly AttributedLine[],
  edits: readonly LineEdit[],
  step: number,
): Generator<AttributedLine> {
  let at = 0;
  for (const { kind, line } of edits) {
    for (; at < lines.length && !isLive(lines[at] as AttributedLine); at++) {
      yield lines[at] as AttributedLine;
    }
    if (kind === 'added') {
      yield { text: line, writtenBy: step };
    } else {
      const live = lines[at++] as AttributedLine;
      yield kind === 'kept' ? live : { ...live, removedBy: step };
    }
  }
  yield* lines.slice(at);
}
