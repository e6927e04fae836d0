import { checkLineLengths, type SpecText } from './spec-text.ts';

const percent = 0x25;
const openBrace = 0x7b;
const lineFeed = 0x0a;
/** The lowest byte that begins a white space character outside of ASCII. */
const firstOfSpaces = 0xc2;

/** One edit: `removed` lines from `at` on give way to `inserted` (one that holds LF becomes several lines). */
export interface LineSplice {
  readonly at: number;
  readonly removed: number;
  readonly inserted: readonly string[];
}

export function insertion(at: number, inserted: readonly string[]): LineSplice {
  return { at, removed: 0, inserted };
}

export function removal(at: number, removed = 1): LineSplice {
  return { at, removed, inserted: [] };
}

/**
 * The lines of a spec as one text and the offsets where they start: a line becomes a string of its own only when
 * somebody asks for it, and an edit copies the text around it in one piece.
 */
export class SpecLines {
  readonly #text: string;
  /** Of each line, and the length of the text at the end. */
  readonly #starts: readonly number[];

  /** Throws `SPEC_LINE_TOO_LONG`. */
  constructor(spec: SpecText) {
    this.#text = withPlainLineEnds(spec).text;
    this.#starts = lineStarts(this.#text);
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  /** A byte string without line end. */
  at(index: number): string | undefined {
    const start = this.#starts[index];
    const end = this.#starts[index + 1];
    return start === undefined || end === undefined ? undefined : this.#text.slice(start, end - 1);
  }

  /** False when the line cannot be a header or a conditional: one look at its first bytes settles that for most lines. */
  mayBeDirective(index: number): boolean {
    const start = this.#starts[index] as number;
    const code = this.#text.charCodeAt(start);
    return code === percent
      ? this.#text.charCodeAt(start + 1) !== openBrace
      : (code <= 0x20 && code !== lineFeed) || code >= firstOfSpaces;
  }

  slice(start: number, end: number): string[] {
    return Array.from({ length: end - start }, (_, index) => this.at(start + index) as string);
  }

  /** The text with the edits made. They are in ascending order and do not overlap. */
  spliced(splices: readonly LineSplice[]): SpecText {
    let text = '';
    let copied = 0;
    for (const { at, removed, inserted } of splices) {
      text += this.#text.slice(copied, this.#starts[at]);
      text += inserted.map((line) => `${line}\n`).join('');
      copied = this.#starts[at + removed] as number;
    }
    return { text: text + this.#text.slice(copied) };
  }
}

/** The lines as byte strings. Throws `SPEC_LINE_TOO_LONG`. */
export function specLines(spec: SpecText): string[] {
  const lines = new SpecLines(spec);
  return lines.slice(0, lines.length);
}

/** As azldev reads and writes: one CR less at each line end, and a line end at the end. Throws `SPEC_LINE_TOO_LONG`. */
export function withPlainLineEnds(spec: SpecText): SpecText {
  checkLineLengths(spec);
  const text = spec.text.includes('\r') ? spec.text.replaceAll('\r\n', '\n') : spec.text;
  if (text === '' || text.endsWith('\n')) {
    return { text };
  }
  return { text: `${text.endsWith('\r') ? text.slice(0, -1) : text}\n` };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', end + 1)) {
    starts.push(end + 1);
  }
  return starts;
}
