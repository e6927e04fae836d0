import { decodeRunes } from './byte-text.ts';

/** Alternatives multiply; more than this is an attack, not a list of names. */
const alternativeLimit = 1000;

type Kind =
  | { readonly kind: 'rune'; readonly code: number }
  /** `?` */
  | { readonly kind: 'any' }
  /** `*` */
  | { readonly kind: 'star' }
  /** `**` as a whole path component, with the slash after it if there is one. */
  | { readonly kind: 'tree'; readonly last: boolean }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] }
  /** An open class or brace, or a backslash at the end. */
  | { readonly kind: 'malformed' };

/** `rest` is the pattern from this token on, with the seams of its alternatives: doublestar leaves those unresolved. */
export type GlobToken = Kind & { readonly rest: string };

/** Stands where alternatives were put in: doublestar takes that for the beginning of a component. No byte has this code. */
const seam = '\u0100';

/** The token lists of all choices of alternatives, in order. `tooMany` makes the error for patterns that explode. */
export function parseGlob(pattern: string, tooMany: () => Error): GlobToken[][] {
  const done: string[] = [];
  const todo = [pattern];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const choices = firstChoice(next);
    if (choices === undefined) {
      done.push(next);
    } else {
      todo.push(...choices.reverse());
    }
    if (done.length + todo.length > alternativeLimit) {
      throw tooMany();
    }
  }
  return done.map(parseTokens);
}

/** The texts with the first `{…}` resolved; undefined when there is none, or something malformed before it. */
function firstChoice(text: string): string[] | undefined {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') {
      at++;
    } else if (text[at] === '[') {
      at = classEnd(text, at);
    } else if (text[at] === '{') {
      return choicesAt(text, at);
    }
    if (at < 0) {
      return undefined;
    }
  }
  return undefined;
}

function choicesAt(text: string, open: number): string[] | undefined {
  const parts: string[] = [];
  let depth = 0;
  let from = open + 1;
  for (let at = open; at < text.length; at++) {
    if (text[at] === '\\') {
      at++;
    } else if (text[at] === '{') {
      depth++;
    } else if ((text[at] === ',' && depth === 1) || (text[at] === '}' && --depth === 0)) {
      parts.push(text.slice(from, at));
      from = at + 1;
      if (depth === 0) {
        return parts.map((part) => text.slice(0, open) + seam + part + text.slice(at + 1));
      }
    }
  }
  return undefined;
}

/** The index of the closing bracket, or -1; a class needs at least one character. */
function classEnd(text: string, open: number): number {
  const first = open + (text[open + 1] === '^' || text[open + 1] === '!' ? 2 : 1);
  for (let at = first; at < text.length; at++) {
    if (text[at] === ']') {
      return at > first ? at : -1;
    }
    at += text[at] === '\\' ? 1 : 0;
  }
  return -1;
}

/** Whether doublestar calls this (rest of a) pattern malformed. */
export function globFault(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\' && ++at >= text.length) {
      return true;
    }
    if (character === '[') {
      at = classEnd(text, at);
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

function parseTokens(text: string): GlobToken[] {
  const tokens: GlobToken[] = [];
  let componentBegins = true;
  for (let at = 0; at < text.length; ) {
    if (text[at] === seam) {
      componentBegins = true;
      at++;
      continue;
    }
    const [token, width] = tokenAt(text, { at, componentBegins });
    tokens.push({ ...token, rest: text.slice(at) });
    at += width;
    componentBegins = token.kind === 'tree' || (token.kind === 'rune' && token.code === 0x2f);
  }
  return tokens;
}

function tokenAt(
  text: string,
  { at, componentBegins }: { at: number; componentBegins: boolean },
): readonly [Kind, number] {
  switch (text[at]) {
    case '*':
      return starAt(text, { at, componentBegins });
    case '?':
      return [{ kind: 'any' }, 1];
    case '[': {
      const end = classEnd(text, at);
      return end < 0 ? [{ kind: 'malformed' }, text.length - at] : [classOf(text.slice(at + 1, end)), end + 1 - at];
    }
    case '{':
      return [{ kind: 'malformed' }, text.length - at];
    case '\\': {
      const [code, width] = runeAt(text, at + 1);
      return width === 0 ? [{ kind: 'malformed' }, 1] : [{ kind: 'rune', code }, width + 1];
    }
    default: {
      const [code, width] = runeAt(text, at);
      return [{ kind: 'rune', code }, width];
    }
  }
}

function starAt(
  text: string,
  { at, componentBegins }: { at: number; componentBegins: boolean },
): readonly [Kind, number] {
  if (text[at + 1] !== '*') {
    return [{ kind: 'star' }, 1];
  }
  const after = text[at + 2];
  if (!componentBegins || (after !== undefined && after !== '/')) {
    return [{ kind: 'star' }, 2];
  }
  return [{ kind: 'tree', last: after === undefined }, after === undefined ? 2 : 3];
}

/** The character at a byte, and its size in bytes: 0 at the end. */
function runeAt(text: string, at: number): readonly [code: number, width: number] {
  const { codes, offsets } = decodeRunes(text.slice(at, at + 4).split(seam, 1)[0] as string);
  return codes.length === 0 ? [0, 0] : [codes[0] as number, offsets?.[1] ?? 1];
}

function classOf(text: string): Kind {
  const negated = text.startsWith('^') || text.startsWith('!');
  const codes = decodeRunes(negated ? text.slice(1) : text).codes;
  const ranges: [number, number][] = [];
  let rangeMayFollow = false;
  for (let at = 0; at < codes.length; at++) {
    if (rangeMayFollow && codes[at] === 0x2d && at + 1 < codes.length) {
      at += codes[at + 1] === 0x5c ? 2 : 1;
      (ranges.at(-1) as [number, number])[1] = codes[at] as number;
      rangeMayFollow = false;
    } else {
      at += codes[at] === 0x5c ? 1 : 0;
      ranges.push([codes[at] as number, codes[at] as number]);
      rangeMayFollow = true;
    }
  }
  return { kind: 'class', negated, ranges };
}
