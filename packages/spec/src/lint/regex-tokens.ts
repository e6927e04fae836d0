/** A piece of a regular expression as it is written. */
export interface RegexToken {
  readonly kind:
    | 'literal' // a character for itself
    | 'quoted' // the same after a backslash or between \Q and \E
    | 'any' // .
    | 'class' // [...] or an escape such as \d
    | 'assertion' // ^ $ \b ...
    | 'open' // ( with all that belongs to it
    | 'close'
    | 'choice' // |
    | 'repeat' // * + ? {n,m} with a following ?
    | 'silent'; // (?i) \Q \E
  readonly text: string;
  /** The character that a literal or quoted piece stands for. */
  readonly char?: string;
}

const pieces: readonly (readonly [RegexToken['kind'], RegExp])[] = [
  ['repeat', /(?:[*+?]|\{(?:0|[1-9]\d*)(?:,(?:0|[1-9]\d*)?)?\})\??/y],
  ['silent', /\(\?[imsU-]+\)/y],
  ['open', /\((?:\?(?:P?<[0-9A-Za-z_]+>|[imsU-]*:))?/y],
  ['close', /\)/y],
  ['choice', /\|/y],
  ['any', /\./y],
  ['assertion', /[$^]|\\[AzbB]/y],
  ['class', /\\[dswDSW]|\\[pP](?:\{[^}]*\}|[^])/y],
  ['quoted', /\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|[^])/uy],
];

const controls: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The pieces of an expression that `parseRe2` accepts, in order; together they are its text. Takes linear time. */
export function regexTokens(pattern: string): RegexToken[] {
  const tokens: RegexToken[] = [];
  for (let at = 0; at < pattern.length; at += tokens.at(-1)?.text.length ?? 1) {
    if (pattern.startsWith('\\Q', at)) {
      const quoted = quotedTokens(pattern, at);
      tokens.push(...quoted);
      at += quoted.slice(0, -1).reduce((length, { text }) => length + text.length, 0);
    } else {
      tokens.push(pattern[at] === '[' ? classToken(pattern, at) : tokenAt(pattern, at));
    }
  }
  return tokens;
}

function tokenAt(pattern: string, at: number): RegexToken {
  for (const [kind, expression] of pieces) {
    expression.lastIndex = at;
    const text = expression.exec(pattern)?.[0];
    if (text !== undefined) {
      return kind === 'quoted' ? { kind, text, char: charOfEscape(text) } : { kind, text };
    }
  }
  const char = String.fromCodePoint(pattern.codePointAt(at) as number);
  return { kind: 'literal', text: char, char };
}

function charOfEscape(text: string): string {
  const code = /^\\x\{?([0-9A-Fa-f]+)/.exec(text)?.[1];
  if (code !== undefined) {
    return String.fromCodePoint(Number.parseInt(code, 16));
  }
  if (/^\\[0-7]/.test(text)) {
    return String.fromCodePoint(Number.parseInt(text.slice(1), 8));
  }
  return controls[text.slice(1)] ?? text.slice(1);
}

function quotedTokens(pattern: string, at: number): RegexToken[] {
  const end = pattern.indexOf('\\E', at);
  const inner = pattern.slice(at + 2, end < 0 ? pattern.length : end);
  const tokens: RegexToken[] = [{ kind: 'silent', text: '\\Q' }];
  tokens.push(...Array.from(inner, (char): RegexToken => ({ kind: 'quoted', text: char, char })));
  return end < 0 ? tokens : [...tokens, { kind: 'silent', text: '\\E' }];
}

/** From `[` to its bracket; one directly after `[` or `[^`, or behind a backslash, does not end it. */
function classToken(pattern: string, start: number): RegexToken {
  let at = start + (pattern[start + 1] === '^' ? 2 : 1);
  for (let first = true; at < pattern.length && (first || pattern[at] !== ']'); first = false) {
    const posix = pattern.startsWith('[:', at) ? pattern.indexOf(':]', at) : -1;
    at = posix > 0 ? posix + 2 : at + (pattern[at] === '\\' ? 2 : 1);
  }
  return { kind: 'class', text: pattern.slice(start, at + 1) };
}

const special = /[\\.+*?()|[\]{}^$]/g;

/** The expression that matches `text` and nothing else. */
export function quoteRegex(text: string): string {
  return text.replace(special, '\\$&');
}
