import { withRoom } from './growable-columns.ts';
import { hashBytes } from './string-hash.ts';

/** Numbers strings by their bytes: equal ones get equal numbers; 0 is the empty string. */
export class StringTableBuilder {
  #bytes: Buffer = Buffer.allocUnsafeSlow(1 << 20);
  #length = 0;
  /** Where string n begins; the next one begins where it ends. */
  #starts = new Uint32Array(1 << 15);
  #count = 0;
  /** Open addressing, two numbers a slot: string number + 1 or 0 for a free one, and the hash of the string. */
  #slots = new Uint32Array(1 << 17);

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
    let slot = (hash << 1) & mask;
    for (let mark = this.#slots[slot] as number; mark !== 0; mark = this.#slots[slot] as number) {
      if (this.#slots[slot + 1] === hash && this.#equals(mark - 1, source, start, end)) {
        return mark - 1;
      }
      slot = (slot + 2) & mask;
    }
    this.#append(source, start, end);
    this.#slots[slot] = this.#count;
    this.#slots[slot + 1] = hash;
    if (this.#count * 4 > this.#slots.length) {
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

  #append(source: Buffer, start: number, end: number): void {
    this.#bytes = withRoom(this.#bytes, this.#length + end - start);
    const bytes = this.#bytes;
    let length = this.#length;
    for (let at = start; at < end; at++) {
      bytes[length++] = source[at] as number;
    }
    this.#length = length;
    this.#count++;
    this.#starts = withRoom(this.#starts, this.#count + 1);
    this.#starts[this.#count] = length;
  }

  #rehash(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    const mask = slots.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] !== 0) {
        let slot = ((old[from + 1] as number) << 1) & mask;
        while (slots[slot] !== 0) {
          slot = (slot + 2) & mask;
        }
        slots[slot] = old[from] as number;
        slots[slot + 1] = old[from + 1] as number;
      }
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
