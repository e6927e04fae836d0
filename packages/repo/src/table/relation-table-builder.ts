import { withRoom } from './growable-columns.ts';

/** Numbers relations: equal ones get equal numbers. */
export class RelationTableBuilder {
  #names = new Uint32Array(1 << 14);
  #evrs = new Uint32Array(1 << 14);
  #flags = new Uint8Array(1 << 14);
  #count = 0;
  /** Open addressing: 0 for a free slot, else relation number + 1. */
  #slots = new Uint32Array(1 << 15);

  add(name: number, flags: number, evr: number): number {
    let slot = this.#slotOf(name, flags, evr);
    for (let mark = this.#slots[slot] as number; mark !== 0; mark = this.#slots[slot] as number) {
      const id = mark - 1;
      if (this.#names[id] === name && this.#evrs[id] === evr && this.#flags[id] === flags) {
        return id;
      }
      slot = (slot + 1) & (this.#slots.length - 1);
    }
    const id = this.#count++;
    this.#names = withRoom(this.#names, id + 1);
    this.#evrs = withRoom(this.#evrs, id + 1);
    this.#flags = withRoom(this.#flags, id + 1);
    this.#names[id] = name;
    this.#evrs[id] = evr;
    this.#flags[id] = flags;
    this.#slots[slot] = id + 1;
    if (this.#count * 2 > this.#slots.length) {
      this.#rehash();
    }
    return id;
  }

  #slotOf(name: number, flags: number, evr: number): number {
    const mixed = Math.imul(name, 0x9e3779b1) ^ Math.imul(evr + flags, 0x85ebca6b);
    return (mixed ^ (mixed >>> 15)) & (this.#slots.length - 1);
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let id = 0; id < this.#count; id++) {
      let slot = this.#slotOf(this.#names[id] as number, this.#flags[id] as number, this.#evrs[id] as number);
      while (this.#slots[slot] !== 0) {
        slot = (slot + 1) & (this.#slots.length - 1);
      }
      this.#slots[slot] = id + 1;
    }
  }

  /** The columns, without copying. */
  finish(): { readonly names: Uint32Array; readonly evrs: Uint32Array; readonly flags: Uint8Array } {
    return {
      names: this.#names.subarray(0, this.#count),
      evrs: this.#evrs.subarray(0, this.#count),
      flags: this.#flags.subarray(0, this.#count),
    };
  }
}
