/** No known format has more; duplicates are looked for in pairs. */
const maxAttributes = 256;

/** The attributes of one start tag, in document order: each is announced by its name, then added with its value. */
export class XmlAttributeColumns {
  count = 0;
  /** Numbers of the vocabulary, -1 for other names. */
  readonly names = new Int32Array(maxAttributes + 1);
  /** Of the values, between the quotes. */
  readonly starts = new Int32Array(maxAttributes);
  readonly ends = new Int32Array(maxAttributes);
  /** OR of the `byteClass` of the value's bytes. */
  readonly marks = new Uint8Array(maxAttributes);
  /** Where unknown names are, to find the same name twice. */
  readonly #nameStarts = new Int32Array(maxAttributes + 1);
  readonly #nameEnds = new Int32Array(maxAttributes + 1);

  get isFull(): boolean {
    return this.count === maxAttributes;
  }

  /** The place of an attribute, or -1. */
  find(name: number): number {
    for (let at = 0; at < this.count; at++) {
      if (this.names[at] === name) {
        return at;
      }
    }
    return -1;
  }

  /** What the next attribute is called, and where its name is. */
  announce(name: number, nameStart: number, nameEnd: number): void {
    this.names[this.count] = name;
    this.#nameStarts[this.count] = nameStart;
    this.#nameEnds[this.count] = nameEnd;
  }

  /** False when the tag has an attribute of the announced name already. */
  add(window: Buffer, start: number, end: number, marks: number): boolean {
    const next = this.count;
    const name = this.names[next];
    for (let at = 0; at < next; at++) {
      if (this.names[at] === name && (name !== -1 || this.#name(at, window).equals(this.#name(next, window)))) {
        return false;
      }
    }
    this.starts[next] = start;
    this.ends[next] = end;
    this.marks[next] = marks;
    this.count = next + 1;
    return true;
  }

  #name(at: number, window: Buffer): Buffer {
    return window.subarray(this.#nameStarts[at], this.#nameEnds[at]);
  }
}
