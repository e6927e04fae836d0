import { decodeRune } from './byte-text.ts';

/** The alternatives of a brace, and where the pattern goes on. */
export interface GlobChoice {
  readonly alternatives: readonly string[];
  readonly end: number;
}

/** The brace that opens at `open`; undefined when none closes it. Classes have no meaning inside, quoting has. */
export function choiceAt(pattern: string, open: number): GlobChoice | undefined {
  const alternatives: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\') {
      at++;
    } else if (character === '{') {
      depth++;
    } else if ((character === ',' && depth === 1) || (character === '}' && --depth === 0)) {
      alternatives.push(pattern.slice(from, at));
      from = at + 1;
      if (depth === 0) {
        return { alternatives, end: from };
      }
    }
  }
  return undefined;
}

/** Whether a (rest of a) pattern is malformed: a class or brace without end, a brace without beginning, a lone quote. */
export function globFault(pattern: string): boolean {
  let depth = 0;
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '\\' && ++at >= pattern.length) {
      return true;
    }
    if (character === '[') {
      at = classEnd(pattern, at);
      if (at < 0) {
        return true;
      }
    }
    depth += character === '{' ? 1 : character === '}' ? -1 : 0;
    if (depth < 0) {
      return true;
    }
  }
  return depth > 0;
}

/** The index of the bracket that closes the class, or -1; a class needs at least one character. */
function classEnd(pattern: string, open: number): number {
  const first = open + (isNegation(pattern[open + 1]) ? 2 : 1);
  return pattern[first] === ']' ? -1 : unquotedBracket(pattern, first);
}

function unquotedBracket(pattern: string, from: number): number {
  for (let at = from; at < pattern.length; at++) {
    if (pattern[at] === ']') {
      return at;
    }
    at += pattern[at] === '\\' ? 1 : 0;
  }
  return -1;
}

function isNegation(character: string | undefined): boolean {
  return character === '!' || character === '^';
}

export interface ClassVerdict {
  readonly matches: boolean;
  /** Where the pattern goes on: after the class, or for a miss where doublestar stopped reading it. */
  readonly end: number;
}

/** Whether the class that opens at `open` has a code point; undefined when the class has no end. */
export function matchClass(pattern: string, open: number, code: number): ClassVerdict | undefined {
  const negated = isNegation(pattern[open + 1]);
  const first = open + (negated ? 2 : 1);
  if (first >= pattern.length || pattern[first] === ']') {
    return undefined;
  }
  const { found, end } = searchClass(pattern, first, code);
  if (found === negated) {
    return end < pattern.length ? { matches: false, end } : undefined;
  }
  const closing = unquotedBracket(pattern, end);
  return closing < 0 ? undefined : { matches: true, end: closing + 1 };
}

/** Reads members until one is the code point. The first of a range counts for itself before the range does. */
function searchClass(pattern: string, first: number, code: number): { found: boolean; end: number } {
  let low: number | undefined;
  let at = first;
  while (at < pattern.length && pattern[at] !== ']') {
    const isRange = low !== undefined && pattern[at] === '-' && at + 1 < pattern.length && pattern[at + 1] !== ']';
    const [member, width] = memberAt(pattern, at + (isRange ? 1 : 0));
    at += width + (isRange ? 1 : 0);
    if (isRange ? (low as number) <= code && code <= member : member === code) {
      return { found: true, end: at };
    }
    low = isRange ? undefined : member;
  }
  return { found: false, end: at };
}

/** A character of a class, and its size with the backslash that quotes it. */
function memberAt(pattern: string, at: number): readonly [code: number, width: number] {
  const quoted = pattern[at] === '\\' ? 1 : 0;
  const [code, width] = decodeRune(pattern, at + quoted);
  return [code, width + quoted];
}
