/** More than any table of strings of a distribution needs; its databases have about 3 MB. */
const firstCapacityBytes = 1 << 20;

/**
 * NUL-terminated byte strings (one `latin1` character is one byte), each stored once: a string that ends another one
 * is that one's tail. Offsets are those of systemd's string buffers: offset 0 is the empty string, and a string is
 * found at the first stored string that ends with it. Tails are found by a tree over the reversed strings, in which
 * a string hangs where its walk from the last byte backwards first leaves the tree.
 */
export class StringTable {
  #bytes: Buffer = Buffer.alloc(firstCapacityBytes);
  #length = 1;
  /** Of each tree node: where its string ends, and how long it is. Node 0 is the root. */
  readonly #ends: number[] = [0];
  readonly #lengths: number[] = [0];
  /** Children by `node * 256 + byte`. */
  readonly #children = new Map<number, number>();
  readonly #known = new Map<string, number>([['', 0]]);

  /** The offset of the string, which is stored when no stored string ends with it. */
  add(text: string): number {
    let offset = this.#known.get(text);
    if (offset === undefined) {
      offset = this.#findOrAppend(text);
      this.#known.set(text, offset);
    }
    return offset;
  }

  /** All strings, as they are stored. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #findOrAppend(text: string): number {
    let node = 0;
    for (let depth = 0; ; depth++) {
      const offset = (this.#ends[node] as number) - text.length;
      if (depth === text.length || ((this.#lengths[node] as number) >= text.length && this.#holds(text, offset))) {
        return offset;
      }
      const edge = node * 256 + text.charCodeAt(text.length - 1 - depth);
      const child = this.#children.get(edge);
      if (child === undefined) {
        this.#children.set(edge, this.#ends.length);
        return this.#append(text);
      }
      node = child;
    }
  }

  #holds(text: string, offset: number): boolean {
    for (let at = 0; at < text.length; at++) {
      if (this.#bytes[offset + at] !== text.charCodeAt(at)) {
        return false;
      }
    }
    return true;
  }

  #append(text: string): number {
    const offset = this.#length;
    const end = offset + text.length;
    while (end + 1 > this.#bytes.length) {
      const grown = Buffer.alloc(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.write(text, offset, 'latin1');
    this.#ends.push(end);
    this.#lengths.push(text.length);
    this.#length = end + 1;
    return offset;
  }
}
