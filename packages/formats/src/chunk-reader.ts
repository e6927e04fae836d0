import { type Chunks, type ErrorCode, SlipwayError } from '@slipway/core';

/**
 * Reads a stream of chunks in pieces of wanted sizes, without copying where a piece lies in one chunk.
 * What it returns is valid until the next read. Errors name `what` and the byte offset.
 */
export class ChunkReader {
  readonly #what: string;
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  #chunkOffset = 0;
  #ended = false;

  constructor(source: Chunks, what: string) {
    this.#what = what;
    this.#iterator =
      Symbol.asyncIterator in source
        ? source[Symbol.asyncIterator]()
        : (source as Iterable<Uint8Array>)[Symbol.iterator]();
  }

  /** Bytes consumed so far. */
  get offset(): number {
    return this.#chunkOffset + this.#at;
  }

  error(code: ErrorCode, why: string, offset = this.offset): SlipwayError {
    return new SlipwayError(code, `Cannot read ${this.#what}: ${why}`, { at: { file: this.#what, offset } });
  }

  /** Exactly `count` bytes; throws `FORMATS_TRUNCATED` when fewer are left. */
  async take(count: number): Promise<Buffer> {
    const bytes = await this.takeUpTo(count);
    if (bytes.length < count) {
      throw this.#truncated();
    }
    return bytes;
  }

  /** `count` bytes, or the fewer that are left (none at the end). */
  async takeUpTo(count: number): Promise<Buffer> {
    if (this.#chunk.length - this.#at >= count) {
      this.#at += count;
      return this.#chunk.subarray(this.#at - count, this.#at);
    }
    const gathered = Buffer.allocUnsafe(count);
    let done = 0;
    while (done < count && (await this.#fill())) {
      const copied = this.#chunk.copy(gathered, done, this.#at, this.#at + count - done);
      done += copied;
      this.#at += copied;
    }
    return gathered.subarray(0, done);
  }

  /** Between 1 and `limit` bytes, as they lie in the current chunk; undefined at the end. */
  async some(limit: number): Promise<Buffer | undefined> {
    if (!(await this.#fill())) {
      return undefined;
    }
    const start = this.#at;
    this.#at = Math.min(start + limit, this.#chunk.length);
    return this.#chunk.subarray(start, this.#at);
  }

  /** Gives the last `count` bytes of the current chunk's consumed part back. */
  unread(count: number): void {
    if (count > this.#at) {
      throw new SlipwayError('CORE_BUG', 'more bytes given back than the chunk has');
    }
    this.#at -= count;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const piece = await this.some(left);
      if (piece === undefined) {
        throw this.#truncated();
      }
      left -= piece.length;
    }
  }

  /** Throws `code` unless only zero bytes are left; the source is read to its end, so that its own checks run. */
  async expectOnlyZeros(code: ErrorCode): Promise<void> {
    for (let piece = await this.some(Infinity); piece !== undefined; piece = await this.some(Infinity)) {
      if (!isZero(piece)) {
        throw this.error(code, 'other bytes follow its end', this.offset - piece.length);
      }
    }
  }

  section(sizeBytes: number): Section {
    return new Section(this, sizeBytes);
  }

  /** Lets the source release what it holds. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#chunk = Buffer.alloc(0);
    await this.#iterator.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#at === this.#chunk.length) {
      if (this.#ended) {
        return false;
      }
      const next = await this.#iterator.next();
      if (next.done === true) {
        this.#ended = true;
        return false;
      }
      this.#chunkOffset += this.#chunk.length;
      this.#chunk = asBuffer(next.value);
      this.#at = 0;
    }
    return true;
  }

  #truncated(): SlipwayError {
    return this.error('FORMATS_TRUNCATED', `it ends after ${this.offset} bytes`);
  }
}

/** The next bytes of a reader as a stream of their own; readable once, and only until the reader moves on. */
export class Section implements AsyncIterable<Uint8Array> {
  readonly #reader: ChunkReader;
  #left: number;
  #closed = false;

  constructor(reader: ChunkReader, sizeBytes: number) {
    this.#reader = reader;
    this.#left = sizeBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    if (this.#closed) {
      throw new SlipwayError('CORE_BUG', 'archive content is read after the reader moved on');
    }
    while (this.#left > 0) {
      const piece = await this.#reader.some(this.#left);
      if (piece === undefined) {
        throw this.#reader.error('FORMATS_TRUNCATED', `it ends after ${this.#reader.offset} bytes`);
      }
      this.#left -= piece.length;
      yield piece;
    }
  }

  /** Skips what was not read. */
  async close(): Promise<void> {
    this.#closed = true;
    const left = this.#left;
    this.#left = 0;
    await this.#reader.skip(left);
  }
}

export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const zeros = Buffer.alloc(1 << 16);

export function isZero(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at += zeros.length) {
    const piece = bytes.subarray(at, at + zeros.length);
    if (zeros.compare(piece, 0, piece.length, 0, piece.length) !== 0) {
      return false;
    }
  }
  return true;
}
