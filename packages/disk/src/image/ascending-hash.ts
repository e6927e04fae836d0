import { createHash, type Hash } from 'node:crypto';

const zeros = Buffer.alloc(1 << 20);

/** SHA-256 of a file whose parts come by ascending offset; what is between them counts as zeros. */
export class AscendingHash {
  readonly #hash = createHash('sha256');
  #position = 0;

  update(offset: number, bytes: Uint8Array): void {
    this.#skipTo(offset);
    this.#hash.update(bytes);
    this.#position += bytes.length;
  }

  /** The state after all of the file, not yet finished: more bytes can follow in a `copy()`. */
  finish(sizeBytes: number): Hash {
    this.#skipTo(sizeBytes);
    return this.#hash;
  }

  #skipTo(offset: number): void {
    for (; this.#position < offset; this.#position += zeros.length) {
      this.#hash.update(zeros.subarray(0, offset - this.#position));
    }
    this.#position = offset;
  }
}
