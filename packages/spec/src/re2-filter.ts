import type { Re2Program, Re2State } from './re2-program.ts';

/** More states do not pay: the matcher itself is linear too. */
const stateLimit = 500;
/** For building them: states of the program that are looked at. */
const workLimit = 1 << 20;
const lastAscii = 127;

/** Numbers of deterministic states; the first two are answers. */
const [unknown, accepted] = [0, 1];

/**
 * Tells fast that a text has no match: a deterministic automaton whose states are sets of the program's states and are
 * built as texts ask for them. It lets `$`, `\b` and `(?m)^` hold everywhere, and gives up at the first byte that is not
 * ASCII and when it grows too large; then the answer is "perhaps", and the matcher decides.
 */
export class Re2Filter {
  readonly #program: Re2Program;
  readonly #transitions: Int32Array[] = [new Int32Array(0), new Int32Array(0)];
  readonly #members: (readonly number[])[] = [[], []];
  readonly #numbers = new Map<string, number>();
  readonly #atBegin: number;
  #work = 0;

  constructor(program: Re2Program) {
    this.#program = program;
    this.#atBegin = this.#numberOf(this.#closure([program.start], true));
  }

  mayMatch(text: string): boolean {
    let state = this.#atBegin;
    for (let at = 0; at < text.length && state !== accepted; at++) {
      const code = text.charCodeAt(at);
      if (code > lastAscii) {
        return true;
      }
      const next = (this.#transitions[state] as Int32Array)[code] as number;
      state = next === unknown ? this.#build(state, code) : next;
    }
    return state === accepted;
  }

  #build(from: number, code: number): number {
    const { states, start } = this.#program;
    const reached = [start];
    for (const index of this.#members[from] as readonly number[]) {
      const state = states[index] as Re2State;
      if (state.kind === 'rune' && state.set.has(code)) {
        reached.push(state.next);
      }
    }
    const to = this.#numberOf(this.#closure(reached, false));
    (this.#transitions[from] as Int32Array)[code] = to;
    return to;
  }

  /** The states that read, and that are reached without reading; undefined when a match is. */
  #closure(from: readonly number[], atBegin: boolean): number[] | undefined {
    const reading: number[] = [];
    const seen = new Set<number>();
    const todo = [...from];
    for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
      const state = this.#program.states[index] as Re2State;
      if (state.kind === 'match') {
        return undefined;
      }
      if (seen.has(index)) {
        continue;
      }
      seen.add(index);
      if (state.kind === 'rune') {
        reading.push(index);
      } else if (state.kind === 'split') {
        todo.push(state.first, state.second);
      } else if (atBegin || state.assertion !== 'text-begin') {
        todo.push(state.next);
      }
    }
    this.#work += seen.size;
    return reading.sort((a, b) => a - b);
  }

  #numberOf(members: readonly number[] | undefined): number {
    if (members === undefined || this.#work > workLimit || this.#members.length > stateLimit) {
      return accepted;
    }
    const key = members.join();
    const known = this.#numbers.get(key);
    if (known !== undefined) {
      return known;
    }
    this.#numbers.set(key, this.#members.length);
    this.#transitions.push(new Int32Array(lastAscii + 1));
    return this.#members.push(members) - 1;
  }
}
