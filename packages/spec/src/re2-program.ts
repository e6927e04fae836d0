import { formatCount, SlipwayError } from '@slipway/core';
import { containsRune, type RuneSet } from './re2-class.ts';
import { type Assertion, isNullable, type Re2Node } from './re2-syntax.ts';
import { RuneTest } from './rune-test.ts';

/** A state of the automaton; numbers are indexes of other states. */
export type Re2State =
  | { readonly kind: 'match' }
  | { readonly kind: 'rune'; readonly set: RuneTest; readonly next: number }
  | { readonly kind: 'assertion'; readonly assertion: Assertion; readonly next: number }
  /** `first` is tried before `second`. */
  | { kind: 'split'; first: number; second: number };

export interface Re2Program {
  readonly states: readonly Re2State[];
  readonly start: number;
}

/** Some tens of megabytes; repetition multiplies, so a short expression can ask for more. Go stops at three times as many. */
const stateLimit = 1_000_000;

/** Copies of a repeated set share their answers. */
const tests = new WeakMap<RuneSet, RuneTest>();

/** Builds the automaton whose priorities give Go's leftmost-first match. Throws `SPEC_BAD_REGEX` when it gets too large. */
export function compileRe2(node: Re2Node): Re2Program {
  const states: Re2State[] = [{ kind: 'match' }];
  return { start: compileNode(states, node, 0), states };
}

function addState(states: Re2State[], state: Re2State): number {
  if (states.length >= stateLimit) {
    throw new SlipwayError(
      'SPEC_BAD_REGEX',
      `Cannot use a regular expression of more than ${formatCount(stateLimit)} states`,
      {
        hint: 'use smaller repetition counts',
      },
    );
  }
  return states.push(state) - 1;
}

/** Adds the states of `node`, which go on to `next`; gives the first of them. */
function compileNode(states: Re2State[], node: Re2Node, next: number): number {
  switch (node.kind) {
    case 'empty':
      return next;
    case 'rune':
      return addState(states, { kind: 'rune', set: testOf(node.set), next });
    case 'assertion':
      return addState(states, { kind: 'assertion', assertion: node.assertion, next });
    case 'sequence':
      return node.parts.reduceRight((after, part) => compileNode(states, part, after), next);
    case 'choice':
      return node.branches
        .map((branch) => compileNode(states, branch, next))
        .reduceRight((second, first) => addState(states, { kind: 'split', first, second }));
    case 'repeat':
      return compileRepeat(states, node, next);
  }
}

function testOf(set: RuneSet): RuneTest {
  const test = tests.get(set) ?? new RuneTest((code) => containsRune(set, code));
  tests.set(set, test);
  return test;
}

type Repeat = Re2Node & { kind: 'repeat' };

/** `x{2,}` is `xx+`, `x{2,4}` is `xx(x(x)?)?` (as RE2 simplifies). */
function compileRepeat(states: Re2State[], { body, min, max, greedy }: Repeat, next: number): number {
  let at = next;
  if (max === Number.POSITIVE_INFINITY) {
    at = min === 0 ? compileStar(states, { body, greedy }, next) : compilePlus(states, { body, greedy }, next);
  } else {
    for (let copy = min; copy < max; copy++) {
      at = split(states, compileNode(states, body, at), { otherwise: next, greedy });
    }
  }
  const required = max === Number.POSITIVE_INFINITY ? min - 1 : min;
  for (let copy = 0; copy < required; copy++) {
    at = compileNode(states, body, at);
  }
  return at;
}

interface Loop {
  readonly body: Re2Node;
  readonly greedy: boolean;
}

/** A body that can be empty needs `(x+)?`, or the order of empty and other iterations comes out wrong (Go issue 46123). */
function compileStar(states: Re2State[], loop: Loop, next: number): number {
  if (isNullable(loop.body)) {
    return split(states, compilePlus(states, loop, next), { otherwise: next, greedy: loop.greedy });
  }
  const at = split(states, next, { otherwise: next, greedy: loop.greedy });
  pointBack(states, at, { to: compileNode(states, loop.body, at), greedy: loop.greedy });
  return at;
}

function compilePlus(states: Re2State[], loop: Loop, next: number): number {
  const again = split(states, next, { otherwise: next, greedy: loop.greedy });
  const start = compileNode(states, loop.body, again);
  pointBack(states, again, { to: start, greedy: loop.greedy });
  return start;
}

function split(
  states: Re2State[],
  into: number,
  { otherwise, greedy }: { otherwise: number; greedy: boolean },
): number {
  const [first, second] = greedy ? [into, otherwise] : [otherwise, into];
  return addState(states, { kind: 'split', first, second });
}

function pointBack(states: Re2State[], at: number, { to, greedy }: { to: number; greedy: boolean }): void {
  const state = states[at] as Re2State & { kind: 'split' };
  state[greedy ? 'first' : 'second'] = to;
}
