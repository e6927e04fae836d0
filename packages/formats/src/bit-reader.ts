/** Thrown inside a decoder when the gathered bytes do not suffice: the decoder's driver tells truncated from damaged. */
export class BitsExhausted extends Error {}

/** Reads bits, highest first, from bytes that can be added to. */
export class BitReader {
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** The lowest `#held` bits are not consumed yet. */
  #window = 0;
  #held = 0;

  /** Whole bytes that were not touched yet. */
  get restBytes(): number {
    return this.#bytes.length - this.#at;
  }

  add(bytes: readonly Buffer[]): void {
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), ...bytes]);
    this.#at = 0;
  }

  /** The next `count` bits (at most 24) as a number, without consuming them; zeros beyond the end. */
  peek(count: number): number {
    while (this.#held < count) {
      this.#window = ((this.#window << 8) | (this.#bytes[this.#at] ?? 0)) >>> 0;
      this.#at++;
      this.#held += 8;
    }
    return (this.#window >>> (this.#held - count)) & ((1 << count) - 1);
  }

  /** Consumes bits that were peeked. Throws `BitsExhausted` when they lie beyond the end. */
  skip(count: number): void {
    this.#held -= count;
    if (this.#at > this.#bytes.length && (this.#at - this.#bytes.length) * 8 > this.#held) {
      throw new BitsExhausted();
    }
  }

  read(count: number): number {
    const value = this.peek(count);
    this.skip(count);
    return value;
  }

  /** 48 bits, as bzip2 marks blocks. */
  readMark(): number {
    return this.read(24) * 0x1000000 + this.read(24);
  }

  readUint32(): number {
    return (this.read(16) * 0x10000 + this.read(16)) >>> 0;
  }

  /** Passes over what is left of the current byte. */
  alignToByte(): void {
    this.skip(this.#held % 8);
  }
}
