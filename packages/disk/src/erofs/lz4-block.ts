const minMatchBytes = 4;
/** The last sequence of a block: no match begins in the last 12 bytes, and the last 5 are literals. */
const noMatchBytes = 12;
const lastLiteralBytes = 5;
const maxDistance = 0xffff;
const hashBits = 14;
/** Knuth's multiplicative hash, as LZ4 itself uses it. */
const hashFactor = 2654435761;
/** After 2^6 positions without a match the steps grow by one, and again: content that has none is passed quickly. */
const skipBits = 6;
const longRun = 15;

/**
 * Compresses into the LZ4 block format (lz4_Block_format.md), greedily with one candidate for each position: what LZ4's
 * fast mode does, and much the same size. The output depends on the input alone.
 */
export class Lz4Compressor {
  /** For each hash the position after the last one with it; 0 for none. */
  readonly #positions = new Int32Array(1 << hashBits);
  readonly #output: Uint8Array;
  #length = 0;
  #limit = 0;

  constructor(maxOutputBytes: number) {
    this.#output = new Uint8Array(maxOutputBytes);
  }

  /** The compressed bytes, valid until the next call, or undefined when there are more than `limitBytes`. */
  compress(input: Uint8Array, limitBytes: number): Uint8Array | undefined {
    this.#positions.fill(0);
    this.#length = 0;
    this.#limit = Math.min(limitBytes, this.#output.length);
    const positions = this.#positions;
    const view = new DataView(input.buffer, input.byteOffset, input.length);
    const lastMatch = input.length - noMatchBytes;
    let literals = 0;
    let at = 0;
    for (let misses = 1 << skipBits; at <= lastMatch; ) {
      const word = view.getInt32(at, true);
      const hash = Math.imul(word, hashFactor) >>> (32 - hashBits);
      const candidate = (positions[hash] as number) - 1;
      positions[hash] = at + 1;
      if (candidate < 0 || at - candidate > maxDistance || view.getInt32(candidate, true) !== word) {
        at += misses++ >>> skipBits;
        continue;
      }
      const length = matchLength(view, candidate, at);
      if (!this.#putSequence(input, literals, at) || !this.#putMatch(at - candidate, length)) {
        return undefined;
      }
      at += length;
      literals = at;
      misses = 1 << skipBits;
    }
    return this.#putSequence(input, literals, input.length) ? this.#output.subarray(0, this.#length) : undefined;
  }

  /** A token and the literals from `start` to `end`; false when they do not fit. */
  #putSequence(input: Uint8Array, start: number, end: number): boolean {
    const count = end - start;
    // A token, the bytes of a long count, the literals, and the distance of a match.
    if (this.#length + count + Math.floor(count / 255) + 4 > this.#limit + (end === input.length ? 2 : 0)) {
      return false;
    }
    const output = this.#output;
    this.#token = this.#length;
    output[this.#length++] = Math.min(count, longRun) << 4;
    if (count >= longRun) {
      this.#putLongCount(count - longRun);
    }
    if (count < 32) {
      for (let at = start; at < end; at++) {
        output[this.#length++] = input[at] as number;
      }
    } else {
      output.set(input.subarray(start, end), this.#length);
      this.#length += count;
    }
    return true;
  }

  #token = 0;

  #putMatch(distance: number, length: number): boolean {
    const count = length - minMatchBytes;
    if (this.#length + 3 + Math.floor(count / 255) > this.#limit) {
      return false;
    }
    const output = this.#output;
    output[this.#length++] = distance & 0xff;
    output[this.#length++] = distance >>> 8;
    output[this.#token] = (output[this.#token] as number) | Math.min(count, longRun);
    if (count >= longRun) {
      this.#putLongCount(count - longRun);
    }
    return true;
  }

  #putLongCount(rest: number): void {
    let left = rest;
    for (; left >= 255; left -= 255) {
      this.#output[this.#length++] = 255;
    }
    this.#output[this.#length++] = left;
  }
}

/** Of at least four bytes, which the caller has compared. */
function matchLength(view: DataView, earlier: number, at: number): number {
  const end = view.byteLength - lastLiteralBytes;
  let length = minMatchBytes;
  while (at + length + 4 <= end && view.getInt32(earlier + length, true) === view.getInt32(at + length, true)) {
    length += 4;
  }
  while (at + length < end && view.getUint8(earlier + length) === view.getUint8(at + length)) {
    length++;
  }
  return length;
}
