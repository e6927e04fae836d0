import { fromByteText, Re2 } from '@slipway/spec';
import { textSimilarity } from './compare-characters.ts';
import { literalOfRegex, parseRegexElements, type RegexElement } from './regex-elements.ts';

/** How far an expression that matches nothing gets. */
export interface PartialMatch {
  /** The longest beginning of the expression that matches somewhere; empty when not even its first element does. */
  readonly matched: string;
  /** The element that fails after it. */
  readonly stopsAt: string;
  /** Where the beginning matches: at most `shownPlaces`, those first whose rest is most like what is missing. */
  readonly places: readonly PartialMatchPlace[];
}

interface PartialMatchPlace {
  /** Index of the text. */
  readonly index: number;
  /** In characters of the decoded text: where the beginning of the expression stopped matching. */
  readonly end: number;
}

/** More text than this is not searched: the explanation is for people who wait. */
const searchedCharacters = 2 << 20;
const deepestGroup = 8;
const shownPlaces = 3;
const comparedPlaces = 100;

interface Attempt {
  /** The beginning that matches, its groups not yet closed. */
  readonly beginning: string;
  /** What closes its groups. */
  readonly close: string;
  readonly stopsAt: RegexElement;
  /** The literal text of what is missing. */
  readonly missing: string;
  /** Length of the literal text that was reached. */
  readonly reached: number;
  /** Indexes of the texts where the beginning matches. */
  readonly found: readonly number[];
}

/**
 * The longest beginning of an RE2 expression that matches one of the byte texts, found by bisection over its elements
 * (a beginning matches wherever a longer one does). Undefined when the whole expression matches somewhere, when there
 * is too much text, or when the expression is no valid one.
 */
export function findLongestMatch(pattern: string, texts: readonly string[]): PartialMatch | undefined {
  const total = texts.reduce((sum, text) => sum + text.length, 0);
  if (total > searchedCharacters || matcherOf(pattern) === undefined) {
    return undefined;
  }
  const search = { texts, among: texts.map((_, index) => index), open: '', close: '', depth: 0 };
  const best = bestAttempt(search, parseRegexElements(pattern));
  if (best === undefined) {
    return undefined;
  }
  const matched = best.beginning === '' ? '' : best.beginning + best.close;
  return { matched, stopsAt: best.stopsAt.source, places: matched === '' ? [] : placesOf(best, texts) };
}

/** Tells whether the expression matches in a byte text: never, when RE2 refuses it. */
export function textMatcher(pattern: string): (text: string) => boolean {
  return matcherOf(pattern) ?? (() => false);
}

interface Search {
  readonly texts: readonly string[];
  /** Indexes of the texts that are tried. */
  readonly among: readonly number[];
  /** What stands before and after the elements that are tried. */
  readonly open: string;
  readonly close: string;
  /** Of groups. */
  readonly depth: number;
}

/** Of several branches the one that gets furthest in literal text. Undefined when one matches completely. */
function bestAttempt(search: Search, branches: readonly RegexElement[][]): Attempt | undefined {
  let best: Attempt | undefined;
  let { open } = search;
  for (const branch of branches) {
    const attempt = attemptBranch({ ...search, open }, branch);
    if (attempt === undefined) {
      return undefined;
    }
    best = best === undefined || attempt.reached > best.reached ? attempt : best;
    open += sourceOf(branch.filter(({ isFlags }) => isFlags));
  }
  return best;
}

function attemptBranch(search: Search, elements: readonly RegexElement[]): Attempt | undefined {
  let [longest, found] = [0, search.among];
  let tooLong = elements.length + 1;
  while (tooLong - longest > 1) {
    const middle = (longest + tooLong) >> 1;
    const matches = matcherOf(search.open + sourceOf(elements.slice(0, middle)) + search.close);
    const matching = found.filter((index) => matches?.(search.texts[index] as string));
    if (matching.length > 0) {
      [longest, found] = [middle, matching];
    } else {
      tooLong = middle;
    }
  }
  const stopsAt = elements[longest];
  if (stopsAt === undefined) {
    return undefined;
  }
  const { close } = search;
  const reached = elements.slice(0, longest);
  const attempt = { beginning: search.open + sourceOf(reached), close, stopsAt, found };
  const literals = { reached: literalOfRegex(reached).length, missing: literalOfRegex(elements.slice(longest)) };
  return intoGroup(search, { ...attempt, ...literals });
}

/** When it stops at a group, part of the group may still match. */
function intoGroup({ texts, depth }: Search, attempt: Attempt): Attempt {
  const { group } = attempt.stopsAt;
  if (group === undefined || depth >= deepestGroup) {
    return attempt;
  }
  const inside = { open: attempt.beginning + group.open, close: `)${attempt.close}`, depth: depth + 1 };
  const deeper = bestAttempt({ texts, among: attempt.found, ...inside }, group.branches);
  return deeper === undefined || deeper.reached === 0
    ? attempt
    : { ...deeper, reached: attempt.reached + deeper.reached };
}

function sourceOf(elements: readonly RegexElement[]): string {
  return elements.map(({ source }) => source).join('');
}

/** Undefined for an expression that RE2 refuses. */
function matcherOf(pattern: string): ((text: string) => boolean) | undefined {
  try {
    const expression = new Re2(pattern);
    const isChanged = (text: string, mark: string) => expression.replaceAll(text, mark) !== text;
    return (text) => isChanged(text, '\x01') || (text.includes('\x01') && isChanged(text, '\x02'));
  } catch {
    return undefined;
  }
}

function placesOf({ beginning, close, missing, found }: Attempt, texts: readonly string[]): PartialMatchPlace[] {
  const expression = new Re2(beginning + close);
  return found
    .slice(0, comparedPlaces)
    .map((index) => {
      const text = texts[index] as string;
      const end = lastEnd(expression, text);
      const likeness = textSimilarity(missing, fromByteText(text.slice(end, end + missing.length)));
      return { index, end: fromByteText(text.slice(0, end)).length, likeness };
    })
    .sort((a, b) => b.likeness - a.likeness || a.index - b.index)
    .slice(0, shownPlaces)
    .map(({ index, end }) => ({ index, end }));
}

/** Offset after the last match: what follows the last mark that replaces a match is what follows the match. */
function lastEnd(expression: Re2, text: string): number {
  const mark = ['\x01', '\x02', '\x03', '\x04'].find((each) => !text.includes(each));
  const marked = mark === undefined ? '' : expression.replaceAll(text, mark);
  return mark === undefined ? 0 : text.length - (marked.length - marked.lastIndexOf(mark) - 1);
}
