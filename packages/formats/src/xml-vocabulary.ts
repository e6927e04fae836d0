/** Names that a reader knows, as numbers: found by their bytes, without a string for each occurrence. */
export class XmlVocabulary {
  readonly names: readonly string[];
  readonly #bytes: readonly Buffer[];
  readonly #slots: Int32Array;

  constructor(names: readonly string[]) {
    this.names = names;
    this.#bytes = names.map((name) => Buffer.from(name));
    let size = 16;
    while (size < names.length * 4) {
      size *= 2;
    }
    this.#slots = new Int32Array(size).fill(-1);
    this.#bytes.forEach((bytes, id) => {
      let slot = hashOf(bytes) & (size - 1);
      while (this.#slots[slot] !== -1) {
        slot = (slot + 1) & (size - 1);
      }
      this.#slots[slot] = id;
    });
  }

  /** The number of the name at `start` up to `end`, whose hash by `addToHash` is `hash`; -1 when it is not known. */
  find(window: Buffer, start: number, end: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = this.#slots[slot] as number;
      if (id === -1 || isName(this.#bytes[id] as Buffer, window, start, end)) {
        return id;
      }
    }
  }

  /** The number of a name that the vocabulary has. */
  id(name: string): number {
    return this.names.indexOf(name);
  }
}

export function addToHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

function hashOf(bytes: Buffer): number {
  return bytes.reduce(addToHash, 0);
}

function isName(name: Buffer, window: Buffer, start: number, end: number): boolean {
  if (name.length !== end - start) {
    return false;
  }
  for (let at = 0; at < name.length; at++) {
    if (name[at] !== window[start + at]) {
      return false;
    }
  }
  return true;
}
