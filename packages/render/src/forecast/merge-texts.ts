import { fromByteText } from '@slipway/spec';
import { diff3, type MergeHunk, mergedLinesOf } from './diff3.ts';

/** A three-way merge whose conflicts have been looked at more closely. */
export interface TextMerge {
  readonly hunks: readonly ResolvedHunk[];
  /** The merged lines; absent when a conflict is left. */
  readonly lines?: readonly string[];
  /** Changes of the same line were merged word by word. */
  readonly withinLines: boolean;
  /** What we remove, and upstream changed, is removed. */
  readonly removal: boolean;
}

type ResolvedHunk = MergeHunk | { readonly kind: 'within-lines' | 'removal'; readonly lines: readonly string[] };

/** Longer conflicts have no reading as a few changed words. */
const comparedWords = 2000;
const contextLines = 3;

/** Merges line by line; what conflicts is removed if we remove it, else merged word by word if that has no conflict. */
export function mergeTexts(base: readonly string[], ours: readonly string[], theirs: readonly string[]): TextMerge {
  const hunks = diff3(base, ours, theirs).map(resolved);
  const isClean = hunks.every(({ kind }) => kind !== 'conflict');
  return {
    hunks,
    ...(isClean && { lines: hunks.flatMap((hunk) => ('lines' in hunk ? [...hunk.lines] : [])) }),
    withinLines: hunks.some(({ kind }) => kind === 'within-lines'),
    removal: hunks.some(({ kind }) => kind === 'removal'),
  };
}

function resolved(hunk: MergeHunk): ResolvedHunk {
  if (hunk.kind !== 'conflict') {
    return hunk;
  }
  if (hunk.ours.length === 0) {
    return { kind: 'removal', lines: [] };
  }
  const lines = mergeWords(hunk);
  return lines === undefined ? hunk : { kind: 'within-lines', lines };
}

function mergeWords({ base, ours, theirs }: Extract<MergeHunk, { kind: 'conflict' }>): string[] | undefined {
  if (base.length === 0 || theirs.length === 0) {
    return undefined;
  }
  const [inBase, inOurs, inTheirs] = [wordsOf(base), wordsOf(ours), wordsOf(theirs)];
  if (inBase.length + inOurs.length + inTheirs.length > comparedWords) {
    return undefined;
  }
  const merged = mergedLinesOf(diff3(inBase, inOurs, inTheirs).map(besideEachOther))?.join('');
  return merged === '' ? [] : merged?.slice(0, -1).split('\n');
}

/** Words that one side put directly before or after words that the other changed are no conflict: `all` to `docs`, `all -j`. */
function besideEachOther(hunk: MergeHunk): MergeHunk {
  if (hunk.kind !== 'conflict' || hunk.base.length === 0) {
    return hunk;
  }
  const { base, ours, theirs } = hunk;
  const [around, other] = hasAround(theirs, base) ? [theirs, ours] : [ours, theirs];
  if (!hasAround(around, base) || hasAround(other, base)) {
    return hunk;
  }
  const added = around.length - base.length;
  const lines = startsWith(around, base)
    ? [...other, ...around.slice(base.length)]
    : [...around.slice(0, added), ...other];
  return { kind: 'both', base, lines };
}

function hasAround(words: readonly string[], base: readonly string[]): boolean {
  return startsWith(words, base) || startsWith(words.slice(words.length - base.length), base);
}

function startsWith(words: readonly string[], base: readonly string[]): boolean {
  return words.length >= base.length && base.every((word, index) => words[index] === word);
}

/** Words, runs of blanks, single other characters, line ends. */
function wordsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => [...(line.match(/[\w\x80-\xff]+|\s+|[^\w\s]/g) ?? []), '\n']);
}

/** The conflicts with markers as git's diff3 style has them, and some lines around each. Lines are byte strings. */
export function formatConflicts({ hunks }: TextMerge): string {
  const parts = hunks.flatMap((hunk, index) => {
    if (hunk.kind !== 'conflict') {
      return [];
    }
    const [before, after] = [hunks[index - 1], hunks[index + 1]];
    const lead = before !== undefined && 'lines' in before ? before.lines.slice(-contextLines) : [];
    const rest = after !== undefined && 'lines' in after ? after.lines.slice(0, contextLines) : [];
    return [[...lead, ...conflictLines(hunk), ...rest].map((line) => `${line}\n`).join('')];
  });
  return fromByteText(parts.join('...\n'));
}

function conflictLines({ base, ours, theirs }: Extract<MergeHunk, { kind: 'conflict' }>): string[] {
  return ['<<<<<<< overlay', ...ours, '||||||| upstream now', ...base, '=======', ...theirs, '>>>>>>> new upstream'];
}
