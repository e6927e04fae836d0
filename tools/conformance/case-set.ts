/** Where ours and the recorded answer part. */
export interface Difference {
  /** For sets whose cases have several answers. */
  readonly mode?: string;
  readonly what: string;
  /** Both versions of the first place that differs, fit to be printed. */
  readonly expected?: string;
  readonly got?: string;
}

/** What became of one case; without differences it passed. */
export interface CheckedCase {
  /** As the case names itself; empty when it does not. */
  readonly id: string;
  readonly differences: readonly Difference[];
}

/** A kind of cases: judges one parsed line of a file. A malformed case is a difference, not an exception. */
export interface CaseSet {
  check(parsed: unknown): CheckedCase;
}
