import { withRoom } from './growable-columns.ts';
import { detailFields, detailNumbers, recordHeadBytes } from './package-details.ts';

/** Records are handed on in blocks of about this size. */
const blockBytes = 1 << 20;
const initialTextBytes = 1 << 16;

/**
 * Gathers the texts of one package at a time, in the order of the document, and writes its record. Texts are appended
 * in parts to the one that `begin` opened.
 */
export class DetailsWriter {
  /** The texts of the package so far; spans refer to it until `finishRecord`. */
  text: Buffer = Buffer.allocUnsafeSlow(initialTextBytes);
  length = 0;
  #begun = 0;
  readonly #starts = new Uint32Array(detailFields.length);
  readonly #ends = new Uint32Array(detailFields.length);
  readonly numbers = new Float64Array(detailNumbers.length);
  readonly #block = Buffer.allocUnsafeSlow(blockBytes);
  #blockLength = 0;
  #written = 0;
  readonly #sink: (block: Buffer) => void;

  /** A block is only valid during the call. */
  constructor(sink: (block: Buffer) => void) {
    this.#sink = sink;
  }

  get begun(): number {
    return this.#begun;
  }

  begin(): void {
    this.#begun = this.length;
  }

  append(source: Buffer, start: number, end: number): void {
    this.text = withRoom(this.text, this.length + end - start);
    if (end - start > 24) {
      source.copy(this.text, this.length, start, end);
      this.length += end - start;
      return;
    }
    for (let at = start; at < end; at++) {
      this.text[this.length++] = source[at] as number;
    }
  }

  appendText(text: string): void {
    this.text = withRoom(this.text, this.length + text.length * 3);
    this.length += this.text.write(text, this.length);
  }

  /** What was appended since `begin` is this field. */
  keep(field: number): void {
    this.#starts[field] = this.#begun;
    this.#ends[field] = this.length;
  }

  /** What was appended since `begin` was only of use for a moment. */
  drop(): void {
    this.length = this.#begun;
  }

  field(field: number): { readonly start: number; readonly end: number } {
    return { start: this.#starts[field] as number, end: this.#ends[field] as number };
  }

  /** Writes the record and begins the next one; gives the place after it among all records. */
  finishRecord(): number {
    const size = recordHeadBytes + this.#textBytes();
    const room = size <= blockBytes ? this.#room(size) : Buffer.allocUnsafe(size);
    this.#writeRecord(room);
    if (size > blockBytes) {
      this.flush();
      this.#sink(room);
    }
    this.#written += size;
    this.numbers.fill(0);
    this.#starts.fill(0);
    this.#ends.fill(0);
    this.length = 0;
    return this.#written;
  }

  #textBytes(): number {
    return this.#ends.reduce((sum, end, field) => sum + end - (this.#starts[field] as number), 0);
  }

  #room(size: number): Buffer {
    if (this.#blockLength + size > blockBytes) {
      this.flush();
    }
    const room = this.#block.subarray(this.#blockLength, this.#blockLength + size);
    this.#blockLength += size;
    return room;
  }

  #writeRecord(room: Buffer): void {
    this.numbers.forEach((value, at) => room.writeDoubleLE(value, at * 8));
    let at = recordHeadBytes;
    for (let field = 0; field < detailFields.length; field++) {
      const [start, end] = [this.#starts[field] as number, this.#ends[field] as number];
      room.writeUInt32LE(end - start, detailNumbers.length * 8 + field * 4);
      this.text.copy(room, at, start, end);
      at += end - start;
    }
  }

  /** Hands on what is complete. */
  flush(): void {
    if (this.#blockLength > 0) {
      this.#sink(this.#block.subarray(0, this.#blockLength));
      this.#blockLength = 0;
    }
  }
}
