/** An Int32Array that grows by doubling: columns of the pool and of the rule table. */
export class GrowableInt32Array {
  #items = new Int32Array(1024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Appends and returns the index of the item. */
  push(value: number): number {
    if (this.#length === this.#items.length) {
      const grown = new Int32Array(this.#items.length * 2);
      grown.set(this.#items);
      this.#items = grown;
    }
    this.#items[this.#length] = value;
    return this.#length++;
  }

  at(index: number): number {
    return this.#items[index] as number;
  }

  /** The items so far, as a view that later growth leaves behind. */
  view(start = 0, end = this.#length): Int32Array {
    return this.#items.subarray(start, end);
  }
}
