import { SlipwayError } from '@slipway/core';
import { perlItem, posixItem, type RuneItem, rangeItem, unicodeItem } from './re2-class.ts';
import { copiesWithin, type Re2Node, repeatLimit } from './re2-syntax.ts';

/** Longer ones are data, not expressions. */
const patternLimit = 64 << 10;
/** RE2's limit on nesting. */
const depthLimit = 1000;

interface Flags {
  /** `i` */
  readonly fold: boolean;
  /** `m` */
  readonly multiLine: boolean;
  /** `s` */
  readonly dotAll: boolean;
  /** `U` */
  readonly ungreedy: boolean;
}

/** Parses RE2 syntax as Go's regexp package has it. Throws `SPEC_BAD_REGEX` for everything that Go refuses. */
export function parseRe2(pattern: string): Re2Node {
  if (pattern.length > patternLimit) {
    throw badRegex(pattern.slice(0, 80), `longer than ${patternLimit} characters`);
  }
  return new Parser(pattern).parse();
}

function badRegex(pattern: string, reason: string): SlipwayError {
  return new SlipwayError('SPEC_BAD_REGEX', `Cannot use the regular expression ${JSON.stringify(pattern)}: ${reason}`, {
    hint: 'write it in RE2 syntax (no look-around, no back-references; escape a literal { or ? with a backslash)',
  });
}

class Parser {
  readonly #pattern: string;
  readonly #runes: readonly string[];
  #at = 0;
  #depth = 0;
  #flags: Flags = { fold: false, multiLine: false, dotAll: false, ungreedy: false };

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#runes = Array.from(pattern);
  }

  parse(): Re2Node {
    if (!this.#pattern.isWellFormed()) {
      throw this.#error('it is not well-formed Unicode');
    }
    const node = this.#choice();
    if (this.#at < this.#runes.length) {
      throw this.#error('unexpected )');
    }
    return node;
  }

  #error(reason: string): SlipwayError {
    return badRegex(this.#pattern, reason);
  }

  #peek(ahead = 0): string | undefined {
    return this.#runes[this.#at + ahead];
  }

  #next(): string {
    const rune = this.#runes[this.#at++];
    if (rune === undefined) {
      throw this.#error('it ends too early');
    }
    return rune;
  }

  #skip(text: string): boolean {
    const runes = Array.from(text);
    const matches = runes.every((rune, index) => this.#peek(index) === rune);
    this.#at += matches ? runes.length : 0;
    return matches;
  }

  #choice(): Re2Node {
    const branches = [this.#sequence()];
    while (this.#skip('|')) {
      branches.push(this.#sequence());
    }
    return branches.length === 1 ? (branches[0] as Re2Node) : { kind: 'choice', branches };
  }

  #sequence(): Re2Node {
    const parts: Re2Node[] = [];
    let afterRepeat = false;
    for (let rune = this.#peek(); rune !== undefined && rune !== '|' && rune !== ')'; rune = this.#peek()) {
      const count = this.#repeatCount();
      if (count !== undefined) {
        this.#repeat(parts, count, afterRepeat);
        afterRepeat = true;
      } else {
        parts.push(...this.#atom());
        afterRepeat = false;
      }
    }
    return parts.length === 0
      ? { kind: 'empty' }
      : parts.length === 1
        ? (parts[0] as Re2Node)
        : { kind: 'sequence', parts };
  }

  #repeat(parts: Re2Node[], [min, max]: readonly [number, number], afterRepeat: boolean): void {
    const greedy = this.#skip('?') === this.#flags.ungreedy;
    const body = parts.pop();
    if (body === undefined) {
      throw this.#error('nothing to repeat');
    }
    if (afterRepeat) {
      throw this.#error('repetition of a repetition');
    }
    const node: Re2Node = { kind: 'repeat', body, min, max, greedy };
    if (min > repeatLimit || (Number.isFinite(max) && max > repeatLimit) || !copiesWithin(node, repeatLimit)) {
      throw this.#error(`more than ${repeatLimit} repetitions`);
    }
    if (max < min) {
      throw this.#error('a repetition whose end is below its start');
    }
    parts.push(node);
  }

  /** Reads `*`, `+`, `?` or `{n,m}`; a brace that is no repetition stays a literal. */
  #repeatCount(): readonly [min: number, max: number] | undefined {
    switch (this.#peek()) {
      case '*':
        this.#at++;
        return [0, Number.POSITIVE_INFINITY];
      case '+':
        this.#at++;
        return [1, Number.POSITIVE_INFINITY];
      case '?':
        this.#at++;
        return [0, 1];
      case '{':
        return this.#braces();
      default:
        return undefined;
    }
  }

  #braces(): readonly [number, number] | undefined {
    let end = this.#at + 1;
    while (/^[0-9,]$/.test(this.#runes[end] ?? '')) {
      end++;
    }
    const text = this.#runes.slice(this.#at, end + 1).join('');
    const parts = /^\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}$/.exec(text);
    if (parts === null) {
      return undefined;
    }
    this.#at = end + 1;
    const min = Number(parts[1]);
    const max = parts[2] === undefined ? min : parts[3] === undefined ? Number.POSITIVE_INFINITY : Number(parts[3]);
    return [min, Number.isFinite(max) || parts[3] === undefined ? max : repeatLimit + 1];
  }

  /** One element of a sequence; flags alone and `\Q\E` give none, `\Q…\E` gives many. */
  #atom(): Re2Node[] {
    const rune = this.#next();
    switch (rune) {
      case '(':
        return this.#group();
      case '[':
        return [this.#bracket()];
      case '\\':
        return this.#escaped();
      case '.':
        return [{ kind: 'rune', set: { negated: true, items: this.#flags.dotAll ? [] : [rangeItem(10, 10, false)] } }];
      case '^':
        return [{ kind: 'assertion', assertion: this.#flags.multiLine ? 'line-begin' : 'text-begin' }];
      case '$':
        return [{ kind: 'assertion', assertion: this.#flags.multiLine ? 'line-end' : 'text-end' }];
      default:
        return [this.#literal(rune)];
    }
  }

  #literal(rune: string): Re2Node {
    const code = rune.codePointAt(0) as number;
    return { kind: 'rune', set: { negated: false, items: [rangeItem(code, code, this.#flags.fold)] } };
  }

  #group(): Re2Node[] {
    const outer = this.#flags;
    if (this.#skip('?')) {
      const name = this.#groupName();
      if (!name && this.#groupFlags() === ')') {
        return [];
      }
    }
    if (++this.#depth >= depthLimit) {
      throw this.#error(`more than ${depthLimit} nested groups`);
    }
    const node = this.#choice();
    if (!this.#skip(')')) {
      throw this.#error('missing )');
    }
    this.#depth--;
    this.#flags = outer;
    return [node];
  }

  /** `(?P<name>` or `(?<name>`; the name itself has no use here. */
  #groupName(): boolean {
    if (!this.#skip('P<') && !this.#skip('<')) {
      return false;
    }
    let name = '';
    for (let rune = this.#next(); rune !== '>'; rune = this.#next()) {
      name += rune;
    }
    if (!/^[0-9A-Za-z_]+$/.test(name)) {
      throw this.#error(`bad group name ${JSON.stringify(name)}`);
    }
    return true;
  }

  /** Reads `i`, `m`, `s`, `U` and `-` up to `:` or `)`, and sets the flags; gives the closing character. */
  #groupFlags(): string {
    const names: Readonly<Record<string, keyof Flags>> = { i: 'fold', m: 'multiLine', s: 'dotAll', U: 'ungreedy' };
    let on = true;
    let seen = false;
    for (let rune = this.#next(); ; rune = this.#next()) {
      const flag = Object.hasOwn(names, rune) ? names[rune] : undefined;
      if (flag !== undefined) {
        this.#flags = { ...this.#flags, [flag]: on };
        seen = true;
      } else if (rune === '-' && on) {
        on = false;
        seen = false;
      } else if ((rune === ':' || rune === ')') && (on || seen)) {
        return rune;
      } else {
        throw this.#error('RE2 has no such group');
      }
    }
  }

  #escaped(): Re2Node[] {
    const assertions: Readonly<Record<string, Re2Node>> = {
      A: { kind: 'assertion', assertion: 'text-begin' },
      z: { kind: 'assertion', assertion: 'text-end' },
      b: { kind: 'assertion', assertion: 'word' },
      B: { kind: 'assertion', assertion: 'not-word' },
    };
    const letter = this.#peek() ?? '';
    if (Object.hasOwn(assertions, letter)) {
      this.#at++;
      return [assertions[letter] as Re2Node];
    }
    if (this.#skip('Q')) {
      return this.#quoted();
    }
    const item = this.#classEscape();
    return [item ? { kind: 'rune', set: { negated: false, items: [item] } } : this.#literal(this.#characterEscape())];
  }

  #quoted(): Re2Node[] {
    const literals: Re2Node[] = [];
    while (this.#at < this.#runes.length && !this.#skip('\\E')) {
      literals.push(this.#literal(this.#next()));
    }
    return literals;
  }

  /** After the backslash: `\d`, `\W`, `\pL`, `\P{Han}` …; undefined, with nothing read, for anything else. */
  #classEscape(): RuneItem | undefined {
    const letter = this.#peek() ?? '';
    if (/^[dswDSW]$/.test(letter)) {
      this.#at++;
      return perlItem(letter, this.#flags.fold);
    }
    if (letter !== 'p' && letter !== 'P') {
      return undefined;
    }
    this.#at++;
    let name = this.#next();
    if (name === '{') {
      name = '';
      for (let rune = this.#next(); rune !== '}'; rune = this.#next()) {
        name += rune;
      }
    }
    const item = unicodeItem(name, this.#flags.fold, letter === 'P');
    if (item === undefined) {
      throw this.#error(`no Unicode class ${JSON.stringify(name)}`);
    }
    return item;
  }

  /** After the backslash: the one character that is meant. */
  #characterEscape(): string {
    const rune = this.#next();
    const controls: Readonly<Record<string, string>> = { a: '\x07', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
    if (Object.hasOwn(controls, rune)) {
      return controls[rune] as string;
    }
    if (rune === 'x') {
      return this.#hexEscape();
    }
    if (rune === '0' || (/^[1-7]$/.test(rune) && /^[0-7]$/.test(this.#peek() ?? ''))) {
      let digits = rune;
      while (digits.length < 3 && /^[0-7]$/.test(this.#peek() ?? '')) {
        digits += this.#next();
      }
      return String.fromCodePoint(Number.parseInt(digits, 8));
    }
    if ((rune.codePointAt(0) as number) < 128 && !/^[0-9A-Za-z]$/.test(rune)) {
      return rune;
    }
    throw this.#error(`RE2 has no escape \\${rune}`);
  }

  #hexEscape(): string {
    let digits = '';
    if (this.#skip('{')) {
      for (let rune = this.#next(); rune !== '}'; rune = this.#next()) {
        digits += rune;
      }
    } else {
      digits = this.#next() + this.#next();
    }
    const code = /^[0-9A-Fa-f]+$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    if (!(code <= 0x10ffff)) {
      throw this.#error(`bad hexadecimal escape ${JSON.stringify(digits)}`);
    }
    return String.fromCodePoint(code);
  }

  #bracket(): Re2Node {
    const negated = this.#skip('^');
    const items: RuneItem[] = [];
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      items.push(this.#posixClass() ?? this.#bracketEscape() ?? this.#range());
    }
    this.#at++;
    return { kind: 'rune', set: { negated, items } };
  }

  #posixClass(): RuneItem | undefined {
    if (this.#peek() !== '[' || this.#peek(1) !== ':') {
      return undefined;
    }
    const rest = this.#runes.slice(this.#at + 2);
    const end = rest.findIndex((rune, index) => rune === ':' && rest[index + 1] === ']');
    if (end < 0) {
      return undefined;
    }
    const name = rest.slice(0, end).join('');
    const item = posixItem(name, this.#flags.fold);
    if (item === undefined) {
      throw this.#error(`no character class [:${name}:]`);
    }
    this.#at += end + 4;
    return item;
  }

  #bracketEscape(): RuneItem | undefined {
    if (this.#peek() !== '\\') {
      return undefined;
    }
    this.#at++;
    const item = this.#classEscape();
    if (item === undefined) {
      this.#at--;
    }
    return item;
  }

  #range(): RuneItem {
    const low = this.#bracketCharacter();
    let high = low;
    if (this.#peek() === '-' && this.#peek(1) !== undefined && this.#peek(1) !== ']') {
      this.#at++;
      high = this.#bracketCharacter();
    }
    if (high < low) {
      throw this.#error('a range whose end is before its start');
    }
    return rangeItem(low, high, this.#flags.fold);
  }

  #bracketCharacter(): number {
    const rune = this.#next();
    return (rune === '\\' ? this.#characterEscape() : rune).codePointAt(0) as number;
  }
}
