import { withRoom } from './growable-columns.ts';

/** Room for the flags beside the string id of the EVR in one number. */
const flagBits = 3;

/** Numbers relations: equal ones get equal numbers. */
export class RelationTableBuilder {
  /** Name, then EVR and flags: side by side, because a look-up reads both. */
  #keys = new Uint32Array(1 << 15);
  #count = 0;
  /** Open addressing: 0 for a free slot, else relation number + 1. */
  #slots = new Uint32Array(1 << 15);

  add(name: number, flags: number, evr: number): number {
    const rest = ((evr << flagBits) | flags) >>> 0;
    const mask = this.#slots.length - 1;
    let slot = slotHash(name, rest) & mask;
    for (let mark = this.#slots[slot] as number; mark !== 0; mark = this.#slots[slot] as number) {
      const at = (mark - 1) * 2;
      if (this.#keys[at] === name && this.#keys[at + 1] === rest) {
        return mark - 1;
      }
      slot = (slot + 1) & mask;
    }
    const id = this.#count++;
    this.#keys = withRoom(this.#keys, this.#count * 2);
    this.#keys[id * 2] = name;
    this.#keys[id * 2 + 1] = rest;
    this.#slots[slot] = this.#count;
    if (this.#count * 2 > this.#slots.length) {
      this.#rehash();
    }
    return id;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    for (let id = 0; id < this.#count; id++) {
      let slot = slotHash(this.#keys[id * 2] as number, this.#keys[id * 2 + 1] as number) & (slots.length - 1);
      while (slots[slot] !== 0) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = id + 1;
    }
    this.#slots = slots;
  }

  finish(): { readonly names: Uint32Array; readonly evrs: Uint32Array; readonly flags: Uint8Array } {
    const [names, evrs] = [new Uint32Array(this.#count), new Uint32Array(this.#count)];
    const flags = new Uint8Array(this.#count);
    for (let id = 0; id < this.#count; id++) {
      const rest = this.#keys[id * 2 + 1] as number;
      names[id] = this.#keys[id * 2] as number;
      evrs[id] = rest >>> flagBits;
      flags[id] = rest & ((1 << flagBits) - 1);
    }
    return { names, evrs, flags };
  }
}

function slotHash(name: number, rest: number): number {
  const mixed = Math.imul(name, 0x9e3779b1) ^ Math.imul(rest, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
