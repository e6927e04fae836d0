import { SlipwayError } from '@slipway/core';

/** Longer ones are data, not expressions. */
const patternLimit = 64 << 10;

/** Longer than any count or name of a class; without an end to it a hostile expression would take the square of its length. */
const farReach = 200;

/** A regular expression that is read from left to right, one code point after the other. */
export class Re2Cursor {
  readonly #pattern: string;
  readonly #runes: readonly string[];
  #at = 0;

  /** Throws `SPEC_BAD_REGEX` for text that is too long or no Unicode. */
  constructor(pattern: string) {
    this.#pattern = pattern.slice(0, patternLimit);
    if (pattern.length > patternLimit) {
      throw this.error(`longer than ${patternLimit} characters`);
    }
    if (!pattern.isWellFormed()) {
      throw this.error('it is not well-formed Unicode');
    }
    this.#runes = Array.from(pattern);
  }

  error(reason: string): SlipwayError {
    const shown = JSON.stringify(this.#pattern.slice(0, 200));
    return new SlipwayError('SPEC_BAD_REGEX', `Cannot use the regular expression ${shown}: ${reason}`, {
      hint: 'write it in RE2 syntax (no look-around, no back-references; escape a literal { or ? with a backslash)',
    });
  }

  get atEnd(): boolean {
    return this.#at >= this.#runes.length;
  }

  /** Undefined at the end. */
  peek(ahead = 0): string | undefined {
    return this.#runes[this.#at + ahead];
  }

  next(): string {
    const rune = this.#runes[this.#at++];
    if (rune === undefined) {
      throw this.error('it ends too early');
    }
    return rune;
  }

  /** Reads `text` if it comes next. */
  skip(text: string): boolean {
    const runes = Array.from(text);
    const matches = runes.every((rune, index) => this.peek(index) === rune);
    this.#at += matches ? runes.length : 0;
    return matches;
  }

  /** Reads up to and over `end`; gives what was before it. */
  until(end: string): string {
    let text = '';
    for (let rune = this.next(); rune !== end; rune = this.next()) {
      text += rune;
    }
    return text;
  }

  /** Reads what `pattern` matches from here on, or nothing; looks at `reach` code points. */
  match(pattern: RegExp, reach = farReach): RegExpExecArray | undefined {
    const found = pattern.exec(this.#runes.slice(this.#at, this.#at + reach).join(''));
    this.#at += found === null ? 0 : Array.from(found[0]).length;
    return found ?? undefined;
  }
}
