/** What the walk through a format wants next: bytes to look at, or bytes to pass over. */
export type WalkStep = { readonly look: number } | { readonly pass: number };

/** Follows the structure of a format without decoding it: each `look` is answered with its bytes. */
export type Walk = Generator<WalkStep, void, Buffer>;

/** Feeds a walk with pieces of any size. */
export class ByteWalk {
  readonly #walk: Walk;
  #next: IteratorResult<WalkStep, void>;
  #seen: Buffer = Buffer.alloc(0);
  #left: number;

  constructor(walk: Walk) {
    this.#walk = walk;
    this.#next = walk.next();
    this.#left = this.#wanted();
  }

  get done(): boolean {
    return this.#next.done === true;
  }

  /** How many bytes of `piece` belong to what is walked. */
  advance(piece: Buffer): number {
    let at = 0;
    while (!this.done && (at < piece.length || this.#left === 0)) {
      const part = piece.subarray(at, at + this.#left);
      at += part.length;
      this.#left -= part.length;
      this.#look(part);
      if (this.#left === 0) {
        this.#next = this.#walk.next(this.#seen);
        this.#seen = Buffer.alloc(0);
        this.#left = this.#wanted();
      }
    }
    return at;
  }

  #look(part: Buffer): void {
    if (this.#next.done !== true && 'look' in this.#next.value) {
      this.#seen = Buffer.concat([this.#seen, part]);
    }
  }

  #wanted(): number {
    if (this.#next.done === true) {
      return 0;
    }
    return 'look' in this.#next.value ? this.#next.value.look : this.#next.value.pass;
  }
}
