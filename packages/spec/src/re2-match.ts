import { formatCount, SlipwayError } from '@slipway/core';
import type { Re2Program, Re2State } from './re2-program.ts';
import type { Assertion } from './re2-syntax.ts';
import { RuneTest } from './rune-test.ts';

/** Half-open, in code points. */
export type Match = readonly [start: number, end: number];

/** Some seconds for what is more than linear, in everything that is searched with one expression. */
const extraSteps = 50_000_000;
/** For each character that is searched. */
const stepsPerCharacter = 64;
/** Before 32 bits are used up. */
const lastGeneration = 2 ** 30;

/**
 * Finds leftmost-first matches in time proportional to text times states, whatever the expression (Pike's method:
 * all states at once, in order of preference).
 */
export class Re2Matcher {
  readonly #states: readonly Re2State[];
  readonly #start: number;
  /** At which step each state was last added. */
  readonly #seen: Int32Array;
  #generation = 0;
  #stepsLeft = extraSteps;
  readonly #stack: number[] = [];
  /** What can begin a match; undefined when a match can be empty. */
  readonly #first: RuneTest | undefined;
  #text: Int32Array = new Int32Array(0);
  #active: Threads;
  #following: Threads;

  constructor(program: Re2Program) {
    this.#states = program.states;
    this.#start = program.start;
    this.#seen = new Int32Array(program.states.length);
    this.#first = firstRunes(program);
    this.#active = new Threads();
    this.#following = new Threads();
  }

  /** A text that will be searched, any number of times. */
  begin(text: Int32Array): void {
    this.#text = text;
    this.#stepsLeft += stepsPerCharacter * text.length;
    if (this.#generation > lastGeneration) {
      this.#generation = 0;
      this.#seen.fill(0);
    }
  }

  /** The first match in the text that begins at `from` or later; assertions see the text before `from`. Throws `CORE_LIMIT`. */
  find(from: number): Match | undefined {
    this.#active.size = 0;
    let match: Match | undefined;
    for (let at = from; at <= this.#text.length; at++) {
      if (this.#active.size === 0) {
        if (match !== undefined) {
          break;
        }
        at = this.#skipAhead(at);
        this.#generation++; // what failed at the place before may hold here
      }
      if (match === undefined) {
        this.#follow(this.#active, this.#start, at, at);
      }
      this.#generation++;
      this.#checkSteps();
      match = this.#step(at) ?? match;
      [this.#active, this.#following] = [this.#following, this.#active];
    }
    return match;
  }

  /** All matches of a text can take the square of its length (`a.*b|a`), as in Go. */
  #checkSteps(): void {
    if (this.#stepsLeft < 0) {
      throw new SlipwayError('CORE_LIMIT', `Cannot finish a search within ${formatCount(extraSteps)} steps`, {
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
  #step(at: number): Match | undefined {
    const active = this.#active;
    const following = this.#following;
    following.size = 0;
    const code = at < this.#text.length ? (this.#text[at] as number) : -1;
    for (let index = 0; index < active.size; index++) {
      const state = this.#states[active.states[index] as number] as Re2State;
      if (state.kind === 'match') {
        return [active.begins[index] as number, at];
      }
      if (state.kind === 'rune' && code >= 0 && state.set.has(code)) {
        this.#follow(following, state.next, at + 1, active.begins[index] as number);
      }
    }
    this.#stepsLeft -= active.size;
    return undefined;
  }

  /** Adds a state and all that it leads to without reading, best first; a state that is there already stays the better. */
  #follow(threads: Threads, from: number, at: number, begin: number): void {
    const stack = this.#stack;
    for (let index: number | undefined = from; index !== undefined; index = stack.pop()) {
      if (this.#seen[index] === this.#generation) {
        continue;
      }
      this.#seen[index] = this.#generation;
      const reached = this.#states[index] as Re2State;
      if (reached.kind === 'rune' || reached.kind === 'match') {
        threads.push(index, begin);
      } else if (reached.kind === 'split') {
        this.#stepsLeft--;
        stack.push(reached.second, reached.first);
      } else if (holds(reached.assertion, this.#text, at)) {
        stack.push(reached.next);
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
