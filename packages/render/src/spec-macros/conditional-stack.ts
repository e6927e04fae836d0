import { SlipwayError } from '@slipway/core';
import { MacroScope } from './macro-scope.ts';

/** Whether the lines of a branch are part of the spec; `unknown` when only rpm can tell. */
export type BranchState = 'taken' | 'unknown' | 'skipped';

interface Branch {
  readonly state: BranchState;
  readonly scope: MacroScope;
}

interface Conditional {
  readonly outer: MacroScope;
  readonly outerState: BranchState;
  readonly outerCause: string | undefined;
  readonly finished: Branch[];
  current: Branch;
  /** One of the branches so far surely applies when none before it did: no other can. */
  exhausted: boolean;
  /** The first condition that could not be decided. */
  cause: string | undefined;
}

export interface Condition {
  readonly holds: boolean | undefined;
  /** What it depends on when it is not decided. */
  readonly cause?: string;
}

/** Nobody writes so many conditionals into each other, and each makes looking up a macro slower. */
const depthLimit = 100;

/** Where a walk through a spec is: the conditionals around the line, and the macros that hold there. */
export class ConditionalStack {
  readonly #open: Conditional[] = [];
  #scope: MacroScope;
  #state: BranchState = 'taken';
  #cause: string | undefined;

  constructor(scope: MacroScope) {
    this.#scope = scope;
  }

  get scope(): MacroScope {
    return this.#scope;
  }

  get state(): BranchState {
    return this.#state;
  }

  /** What decides whether the line counts, where that is unknown. */
  get cause(): string | undefined {
    return this.#cause;
  }

  /** `%if`. Throws `CORE_LIMIT`. */
  open(condition: Condition): void {
    if (this.#open.length >= depthLimit) {
      throw new SlipwayError(
        'CORE_LIMIT',
        `Cannot read a spec with more than ${depthLimit} conditionals in each other`,
      );
    }
    const conditional: Conditional = {
      outer: this.#scope,
      outerState: this.#state,
      outerCause: this.#cause,
      finished: [],
      current: { state: stateOf(condition), scope: new MacroScope(this.#scope) },
      exhausted: condition.holds === true,
      cause: condition.cause,
    };
    this.#open.push(conditional);
    this.#enter(conditional);
  }

  /** `%elif`, or `%else` with a condition that holds. Outside of a conditional it means nothing, as for rpm an error. */
  branch(condition: Condition): void {
    const conditional = this.#open.at(-1);
    if (conditional !== undefined) {
      conditional.finished.push(conditional.current);
      conditional.cause ??= condition.cause;
      conditional.current = {
        state: stateAfter(conditional, stateOf(condition)),
        scope: new MacroScope(conditional.outer),
      };
      conditional.exhausted ||= condition.holds === true;
      this.#enter(conditional);
    }
  }

  /** `%endif`. */
  close(): void {
    this.branch({ holds: true }); // the case in which no branch applies; after an %else it never does
    const conditional = this.#open.pop();
    if (conditional !== undefined) {
      const { outer, finished, current, cause } = conditional;
      const possible = [...finished, current].filter(({ state }) => state !== 'skipped').map(({ scope }) => scope);
      outer.merge(possible, cause ?? '');
      this.#scope = outer;
      this.#state = conditional.outerState;
      this.#cause = conditional.outerCause;
    }
  }

  #enter({ current, outerState, outerCause, cause }: Conditional): void {
    this.#scope = current.scope;
    this.#state = outerState === 'taken' ? current.state : current.state === 'skipped' ? 'skipped' : outerState;
    this.#cause = outerCause ?? cause;
  }
}

function stateOf({ holds }: Condition): BranchState {
  return holds === undefined ? 'unknown' : holds ? 'taken' : 'skipped';
}

/** A branch applies only when none before it did. */
function stateAfter({ finished, exhausted }: Conditional, own: BranchState): BranchState {
  if (exhausted) {
    return 'skipped';
  }
  return own === 'taken' && finished.some(({ state }) => state === 'unknown') ? 'unknown' : own;
}
