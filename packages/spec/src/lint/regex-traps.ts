import { quoteRegex, type RegexToken } from './regex-tokens.ts';

/** A piece of an expression that reads like text of a spec and means something else. */
export interface RegexTrap {
  /** Indexes of the tokens that want a backslash. */
  readonly tokens: readonly number[];
  /** What the piece does instead: completes "in `regex`, ...". */
  readonly effect: string;
}

type Tokens = readonly RegexToken[];

/** All traps of an expression, in order. Each rule looks at a bounded distance, or once at the text between two brackets. */
export function regexTraps(tokens: Tokens): RegexTrap[] {
  return tokens.flatMap((_, at) => trapRules.flatMap((rule) => rule(tokens, at) ?? []));
}

type TrapRule = (tokens: Tokens, at: number) => RegexTrap | undefined;

const trapRules: readonly TrapRule[] = [
  macroOperator,
  repeatedBrace,
  idleGroup,
  shellTest,
  fileGlob,
  plusInName,
  queryMark,
];

/** As `pattern`, with the pieces of the traps taken literally. */
export function withoutTraps(tokens: Tokens, traps: readonly RegexTrap[]): string {
  const quoted = new Set(traps.flatMap((trap) => trap.tokens));
  return tokens.map(({ text }, index) => (quoted.has(index) ? quoteRegex(text) : text)).join('');
}

/** `%{?name}`, `%{!?name}`: the question mark makes the brace (or exclamation mark) before it optional. */
function macroOperator(tokens: Tokens, at: number): RegexTrap | undefined {
  if (tokens[at]?.char !== '%' || tokens[at + 1]?.text !== '{') {
    return undefined;
  }
  const mark = tokens[at + 2]?.text === '!' ? at + 3 : at + 2;
  const operator = tokens[mark];
  if (operator?.kind !== 'repeat' || !/^[?*+]/.test(operator.text)) {
    return undefined;
  }
  const close = mark + tokens.slice(mark, mark + longestMacro).findIndex(({ char }) => char === '}');
  const isMeant = close > mark && tokens[close + 1]?.kind === 'repeat';
  const shown = `${tokens[mark - 1]?.text ?? ''}${operator.text}`;
  const effect = `"${shown}" repeats or drops the "${tokens[mark - 1]?.text ?? ''}" and matches no "${operator.text}"`;
  return isMeant ? undefined : { tokens: [at + 1, mark, ...(close < mark ? [] : [close])], effect };
}

const longestMacro = 200;

/** `%{name}+devel`: one brace or more, no plus sign. */
function repeatedBrace(tokens: Tokens, at: number): RegexTrap | undefined {
  const next = tokens[at + 1];
  if (tokens[at]?.char !== '}' || next?.text !== '+' || next.kind !== 'repeat' || !isLetter(tokens[at + 2])) {
    return undefined;
  }
  const body = tokens.slice(Math.max(0, at - longestMacro), at);
  const isMacro = body[body.findLastIndex(({ char }) => char === '{') - 1]?.char === '%';
  return isMacro ? { tokens: [at + 1], effect: '"}+" is one closing brace or more, and matches no "+"' } : undefined;
}

/** `pkgconfig(highs)`, `%(date)`, `so()(64bit)`: a group with plain text in it does nothing. */
function idleGroup(tokens: Tokens, at: number): RegexTrap | undefined {
  const isOpen = tokens[at]?.text === '(' && tokens[at]?.kind === 'open';
  const afterEmpty = tokens[at - 1]?.kind === 'close' && tokens[at - 2]?.text === '(';
  if (!isOpen || !(afterEmpty || /^[\w%]$/.test(tokens[at - 1]?.char ?? ''))) {
    return undefined;
  }
  let close = at + 1;
  while (tokens[close]?.char !== undefined || tokens[close]?.kind === 'any') {
    close++;
  }
  if (tokens[close]?.kind !== 'close' || tokens[close + 1]?.kind === 'repeat') {
    return undefined;
  }
  const inside = tokens
    .slice(at, close + 1)
    .map(({ text }) => text)
    .join('');
  return { tokens: [at, close], effect: `"${inside}" is a group and matches its contents without the parentheses` };
}

/** `[ -e file ]` is one character of those. */
function shellTest(tokens: Tokens, at: number): RegexTrap | undefined {
  const text = tokens[at]?.text ?? '';
  const isTest = tokens[at]?.kind === 'class' && /^\[ \S[^]*\S \]$/.test(text) && text.slice(2, -2).includes(' ');
  return isTest ? { tokens: [at], effect: `"${text}" is one character out of a class` } : undefined;
}

/** `lib/*.so`: any number of slashes. */
function fileGlob(tokens: Tokens, at: number): RegexTrap | undefined {
  const [star, next, after] = [tokens[at + 1], tokens[at + 2], tokens[at + 3]];
  const isSuffix = (next?.kind === 'any' || next?.char === '.') && isLetter(after);
  const isTrap =
    tokens[at]?.char === '/' && star?.text === '*' && (next === undefined || next.char === ' ' || isSuffix);
  return isTrap ? { tokens: [at + 1], effect: '"/*" is any number of slashes, and matches no "*"' } : undefined;
}

/** `rust-foo+default`: the letter before the plus sign, once or more. */
function plusInName(tokens: Tokens, at: number): RegexTrap | undefined {
  const isTrap =
    tokens[at]?.text === '+' &&
    tokens[at]?.kind === 'repeat' &&
    [at - 2, at - 1, at + 1].every((near) => isLetter(tokens[near]));
  const letter = tokens[at - 1]?.text ?? '';
  return isTrap ? { tokens: [at], effect: `"${letter}+" is "${letter}" once or more, and matches no "+"` } : undefined;
}

/** `https://example.org/?p=x`: an optional slash. */
function queryMark(tokens: Tokens, at: number): RegexTrap | undefined {
  if (tokens[at]?.text !== '?' || tokens[at]?.kind !== 'repeat' || !isLetter(tokens[at + 1])) {
    return undefined;
  }
  const near = (from: number, to: number) =>
    tokens
      .slice(Math.max(0, from), to)
      .map(({ text }) => text)
      .join('');
  const isTrap = /:\/\/[^\s"']*$/.test(near(at - longestMacro, at)) && /^\w+=/.test(near(at + 1, at + 20));
  const before = tokens[at - 1]?.text ?? '';
  return isTrap ? { tokens: [at], effect: `"${before}?" is an optional "${before}", and matches no "?"` } : undefined;
}

function isLetter(token: RegexToken | undefined): boolean {
  return token?.kind === 'literal' && /^[A-Za-z]$/.test(token.text);
}
