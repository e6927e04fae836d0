import type { ProgressUnit, Stage } from '@slipway/core';
import { SlipwayError } from '@slipway/core';
import type { Workspace } from './workspace.ts';

export interface StageReport {
  readonly stage: Stage;
  readonly seconds: number;
  readonly summary: string;
  /** Nothing had to be done. */
  readonly upToDate: boolean;
  /** Works in memory in every run and keeps nothing that could be out of date. */
  readonly transient?: true;
}

export interface StageResult<T> {
  readonly value: T;
  readonly report: StageReport;
}

/** What a stage tells while and after it works. */
export interface StageWork<T> {
  readonly value: T;
  readonly summary: string;
  readonly upToDate: boolean;
  readonly transient?: true;
}

export type Advance = (unit: ProgressUnit, done: number, total?: number, item?: string) => void;

/** Runs one stage with its start, progress and end events. Interruption is noticed between stages and by programs. */
export async function runStage<T>(
  workspace: Workspace,
  stage: Stage,
  work: (advance: Advance) => Promise<StageWork<T>>,
): Promise<StageResult<T>> {
  if (workspace.signal?.aborted) {
    throw new SlipwayError('CORE_CANCELLED', 'Cannot finish: the run was interrupted', {
      hint: 'run the same command again: it continues',
    });
  }
  const start = workspace.now();
  workspace.progress({ type: 'stage-start', stage });
  const { value, ...outcome } = await work((unit, done, total, item) =>
    workspace.progress({
      type: 'advance',
      stage,
      unit,
      done,
      ...(total === undefined ? {} : { total }),
      ...(item === undefined ? {} : { item }),
    }),
  );
  const seconds = (workspace.now() - start) / 1000;
  workspace.progress({ type: 'stage-end', stage, seconds, summary: outcome.summary });
  return { value, report: { stage, seconds, ...outcome } };
}
