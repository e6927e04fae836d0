import { formatCount, SlipwayError } from '@slipway/core';
import type { Re2Program, Re2State } from './re2-program.ts';
import type { Assertion } from './re2-syntax.ts';
import { RuneTest } from './rune-test.ts';

/** Half-open, in code points. */
export type Match = readonly [start: number, end: number];

/** Some seconds, for everything that is searched with one expression. */
const stepLimit = 500_000_000;

/**
 * Finds leftmost-first matches in time proportional to text times states, whatever the expression (Pike's method:
 * all states at once, in order of preference).
 */
export class Re2Matcher {
  readonly #states: readonly Re2State[];
  readonly #start: number;
  /** Where in the text each state was last added; text positions are counted over all searches. */
  readonly #seen: Int32Array;
  #generation = 0;
  readonly #stack: number[] = [];
  /** What can begin a match; undefined when a match can be empty. */
  readonly #first: RuneTest | undefined;
  #steps = 0;
  #text: Int32Array = new Int32Array(0);

  constructor(program: Re2Program) {
    this.#states = program.states;
    this.#start = program.start;
    this.#seen = new Int32Array(program.states.length).fill(-1);
    this.#first = firstRunes(program);
  }

  /** The first match that begins at `from` or later; assertions see the text before `from`. */
  find(text: Int32Array, from: number): Match | undefined {
    this.#text = text;
    let active = new Threads();
    let following = new Threads();
    let match: Match | undefined;
    for (let at = from; at <= text.length; at++) {
      if (active.size === 0) {
        if (match !== undefined) {
          break;
        }
        at = this.#skipAhead(at);
      }
      if (match === undefined) {
        this.#add(active, { at, begin: at, first: active.size === 0 });
      }
      this.#generation++;
      this.#count(active.size);
      match = this.#step(active, following, at) ?? match;
      [active, following] = [following, active];
      following.size = 0;
    }
    return match;
  }

  /** All matches of a text can take the square of its length (`a.*b|a`), as in Go. */
  #count(steps: number): void {
    this.#steps += steps + 1;
    if (this.#steps > stepLimit) {
      throw new SlipwayError('CORE_LIMIT', `Cannot finish a search within ${formatCount(stepLimit)} steps`, {
        hint: 'simplify the regular expression: less repetition of what can be long',
      });
    }
  }

  /** Where the next match could begin: positions whose character cannot begin one are passed over. */
  #skipAhead(from: number): number {
    const first = this.#first;
    if (first === undefined) {
      return from;
    }
    let at = from;
    while (at < this.#text.length && !first.has(this.#text[at] as number)) {
      at++;
    }
    return at;
  }

  /** Advances every thread over the character at `at`; gives the match that ends there, if the best thread has one. */
  #step(active: Threads, following: Threads, at: number): Match | undefined {
    const code = at < this.#text.length ? (this.#text[at] as number) : -1;
    for (let index = 0; index < active.size; index++) {
      const state = this.#states[active.states[index] as number] as Re2State;
      const begin = active.begins[index] as number;
      if (state.kind === 'match') {
        return [begin, at];
      }
      if (state.kind === 'rune' && code >= 0 && state.set.has(code)) {
        this.#follow(following, state.next, { at: at + 1, begin });
      }
    }
    return undefined;
  }

  #add(active: Threads, { at, begin, first }: { at: number; begin: number; first: boolean }): void {
    if (first) {
      this.#generation++;
    }
    this.#follow(active, this.#start, { at, begin });
  }

  /** Adds a state and all that it leads to without reading, best first; a state that is there already stays the better. */
  #follow(threads: Threads, state: number, { at, begin }: { at: number; begin: number }): void {
    const stack = this.#stack;
    stack.push(state);
    while (stack.length > 0) {
      const index = stack.pop() as number;
      if (this.#seen[index] === this.#generation) {
        continue;
      }
      this.#seen[index] = this.#generation;
      const reached = this.#states[index] as Re2State;
      if (reached.kind === 'split') {
        stack.push(reached.second, reached.first);
      } else if (reached.kind === 'assertion') {
        if (holds(reached.assertion, this.#text, at)) {
          stack.push(reached.next);
        }
      } else {
        threads.push(index, begin);
      }
    }
  }
}

/** States in order of preference, each with the place where its match began. */
class Threads {
  readonly states: number[] = [];
  readonly begins: number[] = [];
  size = 0;

  push(state: number, begin: number): void {
    this.states[this.size] = state;
    this.begins[this.size] = begin;
    this.size++;
  }
}

function holds(assertion: Assertion, text: Int32Array, at: number): boolean {
  switch (assertion) {
    case 'text-begin':
      return at === 0;
    case 'text-end':
      return at === text.length;
    case 'line-begin':
      return at === 0 || text[at - 1] === 10;
    case 'line-end':
      return at === text.length || text[at] === 10;
    case 'word':
      return isWord(text[at - 1]) !== isWord(text[at]);
    case 'not-word':
      return isWord(text[at - 1]) === isWord(text[at]);
  }
}

function isWord(code: number | undefined): boolean {
  return (
    code !== undefined &&
    ((code >= 0x30 && code <= 0x39) ||
      (code >= 0x41 && code <= 0x5a) ||
      code === 0x5f ||
      (code >= 0x61 && code <= 0x7a))
  );
}

function firstRunes({ states, start }: Re2Program): RuneTest | undefined {
  const first: RuneTest[] = [];
  const seen = new Set<number>();
  const todo = [start];
  for (let index = todo.pop(); index !== undefined; index = todo.pop()) {
    const state = states[index] as Re2State;
    if (state.kind === 'match') {
      return undefined;
    }
    if (seen.has(index)) {
      continue;
    }
    seen.add(index);
    if (state.kind === 'split') {
      todo.push(state.first, state.second);
    } else if (state.kind === 'assertion') {
      todo.push(state.next);
    } else {
      first.push(state.set);
    }
  }
  return new RuneTest((code) => first.some((set) => set.has(code)));
}
