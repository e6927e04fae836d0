import { type Chunks, SlipwayError } from '@slipway/core';

export interface TextLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

export interface LineOptions {
  /** For errors. */
  readonly file: string;
  /** Longest line in bytes, by its number. */
  readonly longest: (line: number) => number;
}

const lineFeed = 0x0a;

/**
 * The lines of UTF-8 text, each ended by LF, with a bound on their lengths. Throws `TREE_BAD_MANIFEST` for bytes that
 * are not UTF-8 or an end in the middle of a line, `CORE_LIMIT` for a line that is too long.
 */
export async function* readLines(chunks: Chunks, options: LineOptions): AsyncGenerator<TextLine> {
  const reader = new LineReader(options);
  for await (const chunk of chunks) {
    yield* reader.push(chunk);
  }
  reader.end();
}

class LineReader {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  readonly #options: LineOptions;
  #open: Buffer[] = [];
  #openBytes = 0;
  #number = 1;

  constructor(options: LineOptions) {
    this.#options = options;
  }

  *push(chunk: Uint8Array): Generator<TextLine> {
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      this.#keep(chunk.subarray(start, end));
      yield { number: this.#number, text: this.#take() };
      this.#number++;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
  }

  end(): void {
    if (this.#openBytes > 0) {
      throw new SlipwayError('TREE_BAD_MANIFEST', 'Cannot read the manifest: it ends in the middle of a line', {
        ...{ hint: 'build the image again', at: this.#at() },
      });
    }
  }

  /** The chunk belongs to the producer: what is kept beyond this call is a copy. */
  #keep(bytes: Uint8Array): void {
    this.#openBytes += bytes.length;
    if (this.#openBytes > this.#options.longest(this.#number)) {
      throw new SlipwayError('CORE_LIMIT', 'Cannot read the manifest: a line is too long', { at: this.#at() });
    }
    if (bytes.length > 0) {
      this.#open.push(Buffer.from(bytes));
    }
  }

  #take(): string {
    const bytes = Buffer.concat(this.#open);
    this.#open = [];
    this.#openBytes = 0;
    try {
      return this.#decoder.decode(bytes);
    } catch (cause) {
      throw new SlipwayError('TREE_BAD_MANIFEST', 'Cannot read the manifest: a line is not UTF-8', {
        ...{ at: this.#at(), cause },
      });
    }
  }

  #at() {
    return { file: this.#options.file, line: this.#number };
  }
}
