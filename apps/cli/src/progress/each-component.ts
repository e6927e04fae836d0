import { availableParallelism } from 'node:os';
import { mapConcurrently, type ProgressListener, plural, SlipwayError, SlipwayErrors, type Stage } from '@slipway/core';
import type { Component } from '@slipway/project';

export interface ComponentFailure {
  readonly component: string;
  readonly error: SlipwayError;
}

interface Running {
  readonly stage: Stage;
  readonly progress: ProgressListener;
  readonly signal: AbortSignal;
  /** Milliseconds. */
  readonly now: () => number;
}

/**
 * Does `work` for every component, several at once, and says how far it is. Results and failures are in the order of
 * the components: one that fails does not keep the others from theirs. Throws `CORE_CANCELLED`, and bugs as they are.
 */
export async function eachComponent<T>(
  components: readonly Component[],
  { stage, progress, signal, now }: Running,
  work: (component: Component) => Promise<T>,
): Promise<{ results: T[]; failures: ComponentFailure[] }> {
  const [started, total] = [now(), components.length];
  let done = 0;
  progress({ type: 'stage-start', stage });
  const attempt = async (component: Component) => {
    const outcome = await tryOne(component, work);
    progress({ type: 'advance', stage, unit: 'packages', done: ++done, total, item: component.name });
    return outcome;
  };
  const outcomes = await mapConcurrently(components, 2 * availableParallelism(), attempt, signal);
  progress({ type: 'stage-end', stage, seconds: (now() - started) / 1000, summary: plural(total, 'component') });
  return {
    results: outcomes.flatMap((outcome) => ('result' in outcome ? [outcome.result] : [])),
    failures: outcomes.flatMap((outcome) => ('error' in outcome ? [outcome] : [])),
  };
}

/** The exit status of the first failure, as if it were the only component; without failures `otherwise`. */
export function statusOf(failures: readonly ComponentFailure[], otherwise: 0 | 1): number {
  return failures[0]?.error.exitStatus ?? otherwise;
}

async function tryOne<T>(
  component: Component,
  work: (component: Component) => Promise<T>,
): Promise<{ readonly result: T } | ComponentFailure> {
  try {
    return { result: await work(component) };
  } catch (failure) {
    return { component: component.name, error: errorOfComponent(failure) };
  }
}

/** The first error about one component. Interruptions and bugs are about the whole run: they are thrown. */
export function errorOfComponent(failure: unknown): SlipwayError {
  const error = failure instanceof SlipwayErrors ? failure.errors[0] : failure;
  if (!(error instanceof SlipwayError) || error.code === 'CORE_CANCELLED' || error.kind === 'bug') {
    throw failure;
  }
  return error;
}
