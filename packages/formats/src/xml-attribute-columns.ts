/** No known format has more; duplicates are looked for in pairs. */
const maxAttributes = 256;

/** Where an attribute is in the window. */
export interface XmlAttributeSpan {
  /** Number of the vocabulary, -1 for others. */
  readonly name: number;
  readonly nameStart: number;
  readonly nameEnd: number;
  /** Of the value, between the quotes. */
  readonly start: number;
  readonly end: number;
  /** OR of the `byteClass` of the value's bytes. */
  readonly marks: number;
}

/** The attributes of one start tag, in document order. */
export class XmlAttributeColumns {
  count = 0;
  readonly names = new Int32Array(maxAttributes);
  readonly starts = new Int32Array(maxAttributes);
  readonly ends = new Int32Array(maxAttributes);
  readonly marks = new Uint8Array(maxAttributes);
  /** Where unknown names are, to find the same name twice. */
  readonly #nameStarts = new Int32Array(maxAttributes);
  readonly #nameEnds = new Int32Array(maxAttributes);

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

  /** False when the tag has an attribute of that name already. */
  add(window: Buffer, span: XmlAttributeSpan): boolean {
    for (let at = 0; at < this.count; at++) {
      if (this.names[at] === span.name && (span.name !== -1 || this.#isNamed(at, window, span))) {
        return false;
      }
    }
    const at = this.count++;
    this.names[at] = span.name;
    this.starts[at] = span.start;
    this.ends[at] = span.end;
    this.marks[at] = span.marks;
    this.#nameStarts[at] = span.nameStart;
    this.#nameEnds[at] = span.nameEnd;
    return true;
  }

  #isNamed(at: number, window: Buffer, { nameStart, nameEnd }: XmlAttributeSpan): boolean {
    const known = window.subarray(this.#nameStarts[at], this.#nameEnds[at]);
    return known.equals(window.subarray(nameStart, nameEnd));
  }
}
