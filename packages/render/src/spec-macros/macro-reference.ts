/** One use of a macro in a text, as rpm's expandMacro reads it (rpmio/macro.c). Offsets are into the text. */
export type MacroReference =
  /** `%%`, or a percent sign that begins nothing. */
  | { readonly kind: 'percent'; readonly end: number }
  /** `%(…)` or `%[…]`: a shell command, an expression. */
  | { readonly kind: 'shell' | 'expression'; readonly body: string; readonly end: number }
  /** A bracket that is never closed: rpm refuses the spec. */
  | { readonly kind: 'unclosed'; readonly end: number }
  | NamedReference;

export interface NamedReference {
  readonly kind: 'name';
  readonly name: string;
  /** `%{?name}`: nothing when it is undefined. */
  readonly tested: boolean;
  /** `%{!?name}`: the other way round. */
  readonly negated: boolean;
  readonly braced: boolean;
  /** What follows a colon, in braces. */
  readonly body?: string;
  /** What follows a blank, in braces. */
  readonly args?: string;
  readonly end: number;
}

const closing: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' };

/** Reads what begins at the percent sign at `at`. */
export function parseMacroReference(text: string, at: number): MacroReference {
  const next = text[at + 1] ?? '';
  if (next === '%') {
    return { kind: 'percent', end: at + 2 };
  }
  if (closing[next] === undefined) {
    return parseBareName(text, at);
  }
  const end = matchingBracket(text, at + 1);
  if (end < 0) {
    return { kind: 'unclosed', end: text.length };
  }
  const inner = text.slice(at + 2, end);
  if (next !== '{') {
    return { kind: next === '(' ? 'shell' : 'expression', body: inner, end: end + 1 };
  }
  return parseBraced(inner, end + 1);
}

const bareName = /[!?]*([A-Za-z_][A-Za-z0-9_]*)/y;

function parseBareName(text: string, at: number): MacroReference {
  bareName.lastIndex = at + 1;
  const match = bareName.exec(text);
  return match === null
    ? { kind: 'percent', end: at + 1 }
    : { kind: 'name', name: match[1] as string, ...flagsOf(match[0]), braced: false, end: bareName.lastIndex };
}

const bracedName = /^[!?]*([A-Za-z0-9_*#-]+)(?:([:\s])([^]*))?$/;

function parseBraced(inner: string, end: number): MacroReference {
  const match = bracedName.exec(inner);
  if (match === null) {
    return { kind: 'name', name: inner.slice(0, 40), ...flagsOf(''), braced: true, args: '', end };
  }
  const [all, name, separator, rest] = match;
  const tail = separator === undefined ? {} : separator === ':' ? { body: rest ?? '' } : { args: rest ?? '' };
  return { kind: 'name', name: name as string, ...flagsOf(all), braced: true, ...tail, end };
}

function flagsOf(reference: string): { tested: boolean; negated: boolean } {
  if (!/^[!?]/.test(reference)) {
    return { tested: false, negated: false };
  }
  const flags = /^[!?]*/.exec(reference)?.[0] ?? '';
  return { tested: flags.includes('?'), negated: (flags.split('!').length - 1) % 2 === 1 };
}

/** Index of the bracket that closes the one at `open`, -1 when none does. A backslash hides the next character. */
function matchingBracket(text: string, open: number): number {
  const [opener, closer] = [text[open] as string, closing[text[open] as string] as string];
  let depth = 0;
  for (let index = open; index < text.length; index++) {
    const character = text[index];
    if (character === '\\') {
      index++;
    } else if (character === opener) {
      depth++;
    } else if (character === closer && --depth === 0) {
      return index;
    }
  }
  return -1;
}
