const [unknown, outside, inside] = [0, 1, 2];

/** A set of code points that asks only once for each of ASCII. */
export class RuneTest {
  readonly #contains: (code: number) => boolean;
  readonly #answers = new Uint8Array(128);

  constructor(contains: (code: number) => boolean) {
    this.#contains = contains;
  }

  has(code: number): boolean {
    if (code >= 128) {
      return this.#contains(code);
    }
    if (this.#answers[code] === unknown) {
      this.#answers[code] = this.#contains(code) ? inside : outside;
    }
    return this.#answers[code] === inside;
  }
}
