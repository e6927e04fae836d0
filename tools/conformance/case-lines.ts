export interface CaseLine {
  /** From 1. */
  readonly line: number;
  /** Undefined for a line above the limit. */
  readonly text: string | undefined;
}

/** A case holds a spec and two answers; specs end at 64 MiB. */
const lineLimitBytes = 400 << 20;
const lineFeed = 0x0a;

/** The lines of a file that are not empty, one at a time. */
export async function* readCaseLines(chunks: AsyncIterable<Buffer>): AsyncIterable<CaseLine> {
  const pending = new PendingLine();
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      pending.add(chunk.subarray(from, end));
      yield* pending.take();
      from = end + 1;
    }
    pending.add(chunk.subarray(from));
  }
  yield* pending.take();
}

/** A line as it comes together. */
class PendingLine {
  #pieces: Buffer[] = [];
  #sizeBytes = 0;
  #line = 0;

  add(piece: Buffer): void {
    this.#sizeBytes += piece.length;
    if (this.#sizeBytes > lineLimitBytes) {
      this.#pieces = [];
    } else if (piece.length > 0) {
      this.#pieces.push(piece);
    }
  }

  *take(): Iterable<CaseLine> {
    this.#line++;
    const text = this.#sizeBytes > lineLimitBytes ? undefined : this.#text();
    this.#pieces = [];
    this.#sizeBytes = 0;
    if (text === undefined || text.trim() !== '') {
      yield { line: this.#line, text };
    }
  }

  #text(): string {
    const [only] = this.#pieces;
    return (this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces)).toString('utf8');
  }
}
