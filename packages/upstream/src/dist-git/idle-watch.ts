/** Aborts work that shows no sign of life for a while, or that takes too long as a whole. */
export class IdleWatch {
  readonly signal: AbortSignal;
  readonly #abort = new AbortController();
  readonly #idle: NodeJS.Timeout;
  readonly #whole: NodeJS.Timeout;
  #reason: string | undefined;

  constructor(idleSeconds: number, wholeSeconds: number, outer?: AbortSignal) {
    this.#idle = setTimeout(() => this.#expire(`nothing came for ${idleSeconds} seconds`), idleSeconds * 1000);
    this.#whole = setTimeout(() => this.#expire(`it took more than ${wholeSeconds} seconds`), wholeSeconds * 1000);
    this.signal = outer === undefined ? this.#abort.signal : AbortSignal.any([this.#abort.signal, outer]);
  }

  /** Why the work was given up; undefined when it was not, or by the outer signal. */
  get reason(): string | undefined {
    return this.#reason;
  }

  touch(): void {
    this.#idle.refresh();
  }

  stop(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#whole);
  }

  #expire(reason: string): void {
    this.#reason ??= reason;
    this.#abort.abort();
  }
}
