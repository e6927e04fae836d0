import type { CaseResult } from './case-result.ts';

export interface SetOptions {
  /** Where the files are that cases name. */
  readonly root: string;
  /** Which of several recorded answers to compare with, for the sets that have modes; default all. */
  readonly mode?: string;
}

/**
 * Judges the cases of files or directories one after the other. A malformed case is a difference, not an exception;
 * throws an Error for paths and options that no case can be read with.
 */
export type CaseSet = (paths: readonly string[], options: SetOptions) => AsyncIterable<CaseResult>;
