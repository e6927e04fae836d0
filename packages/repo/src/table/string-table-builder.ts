import { withRoom } from './growable-columns.ts';
import { hashBytes } from './string-hash.ts';

/** Numbers strings by their bytes: equal ones get equal numbers; 0 is the empty string. */
export class StringTableBuilder {
  #bytes: Buffer = Buffer.allocUnsafeSlow(1 << 20);
  #length = 0;
  /** Where string n begins; the next one begins where it ends. */
  #starts = new Uint32Array(1 << 15);
  #hashes = new Uint32Array(1 << 15);
  #count = 0;
  /** Open addressing: 0 for a free slot, else string number + 1. */
  #slots = new Uint32Array(1 << 16);

  constructor() {
    this.add(this.#bytes, 0, 0);
  }

  get count(): number {
    return this.#count;
  }

  addText(text: string): number {
    const bytes = Buffer.from(text);
    return this.add(bytes, 0, bytes.length);
  }

  add(source: Buffer, start: number, end: number): number {
    const hash = hashBytes(source, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let mark = this.#slots[slot] as number; mark !== 0; mark = this.#slots[slot] as number) {
      const id = mark - 1;
      if (this.#hashes[id] === hash && this.#equals(id, source, start, end)) {
        return id;
      }
      slot = (slot + 1) & mask;
    }
    this.#slots[slot] = this.#append(source, { start, end, hash }) + 1;
    if (this.#count * 2 > this.#slots.length) {
      this.#rehash();
    }
    return this.#count - 1;
  }

  #equals(id: number, source: Buffer, start: number, end: number): boolean {
    const bytes = this.#bytes;
    const from = this.#starts[id] as number;
    if ((this.#starts[id + 1] as number) - from !== end - start) {
      return false;
    }
    for (let at = start; at < end; at++) {
      if (bytes[from + at - start] !== source[at]) {
        return false;
      }
    }
    return true;
  }

  #append(source: Buffer, { start, end, hash }: { start: number; end: number; hash: number }): number {
    const id = this.#count++;
    this.#bytes = withRoom(this.#bytes, this.#length + end - start);
    for (let at = start; at < end; at++) {
      this.#bytes[this.#length++] = source[at] as number;
    }
    this.#starts = withRoom(this.#starts, id + 2);
    this.#hashes = withRoom(this.#hashes, id + 1);
    this.#starts[id + 1] = this.#length;
    this.#hashes[id] = hash;
    return id;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let id = 0; id < this.#count; id++) {
      let slot = (this.#hashes[id] as number) & mask;
      while (slots[slot] !== 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }

  /** The columns, without copying. */
  finish(): { readonly bytes: Buffer; readonly starts: Uint32Array; readonly slots: Uint32Array } {
    return {
      bytes: this.#bytes.subarray(0, this.#length),
      starts: this.#starts.subarray(0, this.#count + 1),
      slots: this.#slots,
    };
  }
}
