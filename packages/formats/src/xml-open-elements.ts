/** The names of the elements that are open, in one buffer. */
export class XmlOpenElements {
  readonly #maxDepth: number;
  readonly #ids: Int32Array;
  readonly #starts: Int32Array;
  #bytes: Buffer = Buffer.alloc(256);
  #length = 0;
  #depth = 0;

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
    this.#ids = new Int32Array(maxDepth);
    this.#starts = new Int32Array(maxDepth);
  }

  get depth(): number {
    return this.#depth;
  }

  /** False when it would be too deep. */
  push(id: number, window: Buffer, start: number, end: number): boolean {
    if (this.#depth === this.#maxDepth) {
      return false;
    }
    this.#ids[this.#depth] = id;
    this.#starts[this.#depth] = this.#length;
    this.#depth++;
    if (this.#length + end - start > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], (this.#length + end - start) * 2);
    }
    for (let at = start; at < end; at++) {
      this.#bytes[this.#length++] = window[at] as number;
    }
    return true;
  }

  /** Whether the innermost element has this name. */
  isTop(window: Buffer, start: number, end: number): boolean {
    const from = this.#starts[this.#depth - 1] ?? 0;
    if (this.#depth === 0 || this.#length - from !== end - start) {
      return false;
    }
    for (let at = start; at < end; at++) {
      if (this.#bytes[from + at - start] !== window[at]) {
        return false;
      }
    }
    return true;
  }

  /** Closes the innermost element and gives its number. */
  pop(): number {
    this.#depth--;
    this.#length = this.#starts[this.#depth] as number;
    return this.#ids[this.#depth] as number;
  }
}
