import { decodeRunes, type Runes, toByteText } from './byte-text.ts';
import { Re2Filter } from './re2-filter.ts';
import { Re2Matcher } from './re2-match.ts';
import { parseRe2 } from './re2-parse.ts';
import { compileRe2 } from './re2-program.ts';
import { requiredText } from './re2-required.ts';

/**
 * A compiled RE2 expression (Go's dialect, golang.org/s/re2syntax), executed by an automaton of our own: JavaScript's
 * RegExp differs in what repeated empty matches prefer, and can take exponential time.
 */
export class Re2 {
  readonly #required: string;
  readonly #filter: Re2Filter;
  readonly #matcher: Re2Matcher;

  /** Throws `SPEC_BAD_REGEX`. */
  constructor(pattern: string) {
    const node = parseRe2(pattern);
    const program = compileRe2(node);
    this.#required = requiredText(node);
    this.#filter = new Re2Filter(program);
    this.#matcher = new Re2Matcher(program);
  }

  /**
   * Replaces every match in a byte string by `replacement` as it stands (no `$1`). An empty match directly after a
   * match is passed over, as in Go's ReplaceAllLiteral. Throws `CORE_LIMIT` for a search that takes the square of its
   * text.
   */
  replaceAll(byteText: string, replacement: string): string {
    if (!byteText.includes(this.#required) || !this.#filter.mayMatch(byteText)) {
      return byteText;
    }
    const runes = decodeRunes(byteText);
    this.#matcher.begin(runes.codes);
    const literal = toByteText(replacement);
    const pieces: string[] = [];
    let copied = 0;
    let search = 0;
    while (search <= runes.codes.length) {
      const match = this.#matcher.find(search);
      if (match === undefined) {
        break;
      }
      const [start, end] = match;
      pieces.push(byteText.slice(offset(runes, copied), offset(runes, start)));
      if (end > copied || start === 0) {
        pieces.push(literal);
      }
      copied = end;
      search = end > search ? end : search + 1;
    }
    return pieces.length === 0 ? byteText : pieces.join('') + byteText.slice(offset(runes, copied));
  }
}

function offset({ offsets }: Runes, index: number): number {
  return offsets === undefined ? index : (offsets[index] as number);
}
