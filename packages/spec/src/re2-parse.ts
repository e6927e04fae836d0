import { foldOrbit } from './letter-case.ts';
import { rangeItem } from './re2-class.ts';
import { Re2Cursor } from './re2-cursor.ts';
import { readBracket, readCharacterEscape, readClassEscape } from './re2-escape.ts';
import { type Assertion, copiesWithin, isLiteral, type Re2Node, repeatLimit } from './re2-syntax.ts';
import { boundsOf, countPattern, type RepeatCount } from './repeat-count.ts';

/** RE2's limit on the height of the syntax tree; groups without a name or number add nothing to it, but nest too. */
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

const flagNames: ReadonlyMap<string, keyof Flags> = new Map([
  ['i', 'fold'],
  ['m', 'multiLine'],
  ['s', 'dotAll'],
  ['U', 'ungreedy'],
]);

const assertionEscapes: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'text-begin'],
  ['z', 'text-end'],
  ['b', 'word'],
  ['B', 'not-word'],
]);

/** Parses RE2 syntax as Go's regexp package has it. Throws `SPEC_BAD_REGEX` for everything that Go refuses. */
export function parseRe2(pattern: string): Re2Node {
  return new Parser(new Re2Cursor(pattern)).parse();
}

class Parser {
  readonly #cursor: Re2Cursor;
  #depth = 0;
  /** Of each node whose height is not 1, captures counted. */
  readonly #heights = new Map<Re2Node, number>();
  #flags: Flags = { fold: false, multiLine: false, dotAll: false, ungreedy: false };

  constructor(cursor: Re2Cursor) {
    this.#cursor = cursor;
  }

  parse(): Re2Node {
    const node = this.#choice();
    if (!this.#cursor.atEnd) {
      throw this.#cursor.error('unexpected )');
    }
    return node;
  }

  #choice(): Re2Node {
    const branches = [this.#sequence()];
    while (this.#cursor.skip('|')) {
      branches.push(this.#sequence());
    }
    return branches.length === 1 ? (branches[0] as Re2Node) : this.#above({ kind: 'choice', branches }, branches);
  }

  #sequence(): Re2Node {
    const parts: Re2Node[] = [];
    let afterRepeat = false;
    for (
      let rune = this.#cursor.peek();
      rune !== undefined && rune !== '|' && rune !== ')';
      rune = this.#cursor.peek()
    ) {
      const count = this.#repeatCount();
      if (count !== undefined) {
        this.#repeat(parts, count, afterRepeat);
      } else {
        parts.push(...this.#atom());
      }
      afterRepeat = count !== undefined;
    }
    return parts.length === 0
      ? { kind: 'empty' }
      : parts.length === 1
        ? (parts[0] as Re2Node)
        : this.#above({ kind: 'sequence', parts }, parts.every(isLiteral) ? [] : parts);
  }

  /** Keeps the height of a node that stands above others. */
  #above(node: Re2Node, below: readonly Re2Node[]): Re2Node {
    const height = below.reduce((highest, each) => Math.max(highest, this.#heights.get(each) ?? 1), 0) + 1;
    if (height > depthLimit) {
      throw this.#cursor.error(`nested more than ${depthLimit} deep`);
    }
    this.#heights.set(node, height);
    return node;
  }

  /** Reads `*`, `+`, `?` or `{n,m}`; a brace that is no repetition stays a literal. */
  #repeatCount(): RepeatCount | undefined {
    const unlimited = Number.POSITIVE_INFINITY;
    switch (this.#cursor.peek()) {
      case '*':
        this.#cursor.next();
        return [0, unlimited];
      case '+':
        this.#cursor.next();
        return [1, unlimited];
      case '?':
        this.#cursor.next();
        return [0, 1];
      case '{': {
        const found = this.#cursor.match(countPattern);
        return found && boundsOf(found);
      }
      default:
        return undefined;
    }
  }

  #repeat(parts: Re2Node[], [min, max]: RepeatCount, afterRepeat: boolean): void {
    const greedy = this.#cursor.skip('?') === this.#flags.ungreedy;
    const body = parts.pop();
    if (body === undefined || afterRepeat) {
      throw this.#cursor.error(body === undefined ? 'nothing to repeat' : 'repetition of a repetition');
    }
    const node: Re2Node = { kind: 'repeat', body, min, max, greedy };
    if (min > repeatLimit || !copiesWithin(node, repeatLimit)) {
      throw this.#cursor.error(`more than ${repeatLimit} repetitions`);
    }
    if (max < min) {
      throw this.#cursor.error('a repetition whose end is below its start');
    }
    parts.push(this.#above(node, [body]));
  }

  /** One element of a sequence; flags alone and `\Q\E` give none, `\Q…\E` gives many. */
  #atom(): Re2Node[] {
    const rune = this.#cursor.next();
    switch (rune) {
      case '(':
        return this.#group();
      case '[':
        return [readBracket(this.#cursor, this.#flags.fold)];
      case '\\':
        return this.#escaped();
      case '.':
        return [{ kind: 'rune', set: { negated: true, items: this.#flags.dotAll ? [] : [rangeItem(10, 10, false)] } }];
      case '^':
        return [{ kind: 'assertion', assertion: this.#flags.multiLine ? 'line-begin' : 'text-begin' }];
      case '$':
        return [{ kind: 'assertion', assertion: this.#flags.multiLine ? 'line-end' : 'text-end' }];
      default:
        return [this.#literal(rune.codePointAt(0) as number)];
    }
  }

  #literal(code: number): Re2Node {
    const fold = this.#flags.fold && foldOrbit(code).length > 0;
    const set = { negated: false, items: [rangeItem(code, code, fold)] };
    return fold ? { kind: 'rune', set } : { kind: 'rune', set, literal: code };
  }

  #escaped(): Re2Node[] {
    const assertion = assertionEscapes.get(this.#cursor.peek() ?? '');
    if (assertion !== undefined) {
      this.#cursor.next();
      return [{ kind: 'assertion', assertion }];
    }
    if (this.#cursor.skip('Q')) {
      return this.#quoted();
    }
    const item = readClassEscape(this.#cursor, this.#flags.fold);
    return [
      item
        ? { kind: 'rune', set: { negated: false, items: [item] } }
        : this.#literal(readCharacterEscape(this.#cursor)),
    ];
  }

  #quoted(): Re2Node[] {
    const literals: Re2Node[] = [];
    while (!this.#cursor.atEnd && !this.#cursor.skip('\\E')) {
      literals.push(this.#literal(this.#cursor.next().codePointAt(0) as number));
    }
    return literals;
  }

  /** After `(`. Flags hold to the end of the group that they are in. */
  #group(): Re2Node[] {
    const outer = this.#flags;
    const captures = !this.#cursor.skip('?') || this.#groupName();
    if (!captures && this.#groupFlags() === ')') {
      return [];
    }
    if (++this.#depth > depthLimit) {
      throw this.#cursor.error(`more than ${depthLimit} nested groups`);
    }
    const node = this.#choice();
    if (!this.#cursor.skip(')')) {
      throw this.#cursor.error('missing )');
    }
    this.#depth--;
    this.#flags = outer;
    return [captures ? this.#above(node, [node]) : node];
  }

  /** `(?P<name>` or `(?<name>`; the name itself has no use here. */
  #groupName(): boolean {
    if (!this.#cursor.skip('P<') && !this.#cursor.skip('<')) {
      return false;
    }
    const name = this.#cursor.until('>');
    if (!/^[0-9A-Za-z_]+$/.test(name)) {
      throw this.#cursor.error(`bad group name ${JSON.stringify(name)}`);
    }
    return true;
  }

  /** Reads `i`, `m`, `s`, `U` and `-` up to `:` or `)`, and sets the flags; gives the closing character. */
  #groupFlags(): string {
    let on = true;
    let seen = false;
    for (let rune = this.#cursor.next(); ; rune = this.#cursor.next()) {
      const flag = flagNames.get(rune);
      if (flag !== undefined) {
        this.#flags = { ...this.#flags, [flag]: on };
        seen = true;
      } else if (rune === '-' && on) {
        on = false;
        seen = false;
      } else if ((rune === ':' || rune === ')') && (on || seen)) {
        return rune;
      } else {
        throw this.#cursor.error('RE2 has no such group');
      }
    }
  }
}
