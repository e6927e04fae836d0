/** The elements that are open: known ones by number, others by the bytes of their names. */
export class XmlOpenElements {
  readonly #maxDepth: number;
  readonly #ids: Int32Array;
  readonly #starts: Int32Array;
  /** Names of the unknown ones, one after the other. */
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
    if (id === -1) {
      this.#append(window, start, end);
    }
    return true;
  }

  #append(window: Buffer, start: number, end: number): void {
    const needed = this.#length + end - start;
    if (needed > this.#bytes.length) {
      this.#bytes = Buffer.concat([this.#bytes], needed * 2);
    }
    window.copy(this.#bytes, this.#length, start, end);
    this.#length = needed;
  }

  /** Whether the innermost element has this name. */
  isTop(id: number, window: Buffer, start: number, end: number): boolean {
    const top = this.#depth - 1;
    if (top < 0 || this.#ids[top] !== id) {
      return false;
    }
    return id !== -1 || this.#bytes.subarray(this.#starts[top], this.#length).equals(window.subarray(start, end));
  }

  /** Closes the innermost element and gives its number. */
  pop(): number {
    this.#depth--;
    this.#length = this.#starts[this.#depth] as number;
    return this.#ids[this.#depth] as number;
  }
}
