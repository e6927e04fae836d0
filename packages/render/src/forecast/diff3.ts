import { editScript } from '@slipway/spec';

/** A piece of a three-way merge, in order. */
export type MergeHunk =
  /** In all three. */
  | { readonly kind: 'same'; readonly lines: readonly string[] }
  /** Changed on one side, or on both in the same way: `lines` in place of `base`. */
  | { readonly kind: 'ours' | 'theirs' | 'both'; readonly base: readonly string[]; readonly lines: readonly string[] }
  /** Changed on both sides in different ways. */
  | ({ readonly kind: 'conflict' } & Versions);

interface Versions {
  readonly base: readonly string[];
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/** More lines than this are one conflict. */
const mergedLines = 200_000;

/**
 * Merges two changes of the same text (Khanna, Kunal and Pierce, "A Formal Investigation of Diff3", 2007): what lies
 * between lines that all three have in common is one hunk. Changes that touch conflict. Where more than about a
 * thousand lines differ, the difference is one hunk.
 */
export function diff3(base: readonly string[], ours: readonly string[], theirs: readonly string[]): MergeHunk[] {
  if (base.length + ours.length + theirs.length > mergedLines) {
    return [changedHunk({ base, ours, theirs })];
  }
  const [inOurs, inTheirs] = [counterparts(base, ours), counterparts(base, theirs)];
  const hunks: MergeHunk[] = [];
  let at = { base: 0, ours: 0, theirs: 0 };
  while (at.base < base.length || at.ours < ours.length || at.theirs < theirs.length) {
    const stable = at.base;
    let end = stable;
    while (end < base.length && inOurs[end] === at.ours + end - stable && inTheirs[end] === at.theirs + end - stable) {
      end++;
    }
    if (end > stable) {
      hunks.push({ kind: 'same', lines: base.slice(stable, end) });
      at = { base: end, ours: at.ours + end - stable, theirs: at.theirs + end - stable };
      continue;
    }
    while (end < base.length && ((inOurs[end] as number) < 0 || (inTheirs[end] as number) < 0)) {
      end++;
    }
    const next = { base: end, ours: inOurs[end] ?? ours.length, theirs: inTheirs[end] ?? theirs.length };
    const versions = {
      base: base.slice(at.base, next.base),
      ours: ours.slice(at.ours, next.ours),
      theirs: theirs.slice(at.theirs, next.theirs),
    };
    hunks.push(changedHunk(versions));
    at = next;
  }
  return hunks;
}

/** The merged lines; undefined when there is a conflict. */
export function mergedLinesOf(hunks: readonly MergeHunk[]): string[] | undefined {
  return hunks.some(({ kind }) => kind === 'conflict')
    ? undefined
    : hunks.flatMap((hunk) => (hunk.kind === 'conflict' ? [] : [...hunk.lines]));
}

/** For each line of `base` the index of the same line in `other`, or -1. */
function counterparts(base: readonly string[], other: readonly string[]): Int32Array {
  const indexes = new Int32Array(base.length);
  let [from, to] = [0, 0];
  for (const { kind } of editScript(base, other)) {
    if (kind !== 'added') {
      indexes[from++] = kind === 'kept' ? to : -1;
    }
    to += kind === 'removed' ? 0 : 1;
  }
  return indexes;
}

function changedHunk({ base, ours, theirs }: Versions): MergeHunk {
  if (equalLines(ours, theirs)) {
    return { kind: 'both', base, lines: ours };
  }
  if (equalLines(ours, base)) {
    return { kind: 'theirs', base, lines: theirs };
  }
  return equalLines(theirs, base) ? { kind: 'ours', base, lines: ours } : { kind: 'conflict', base, ours, theirs };
}

function equalLines(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((line, index) => line === b[index]);
}
