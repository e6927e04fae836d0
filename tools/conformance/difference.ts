/** Where ours and the recorded answer part. */
export interface Difference {
  /** For sets whose cases have several answers. */
  readonly mode?: string;
  readonly what: string;
  /** Both versions of the first place that differs, fit to be printed. */
  readonly expected?: string;
  readonly got?: string;
}

/** What differs in one line, and below it both versions if there are two. */
export function formatDifference({ mode, what, expected, got }: Difference): string {
  const versions = expected === undefined ? '' : `\n  expected ${expected}\n  got      ${got ?? ''}`;
  return `${mode === undefined ? '' : `in ${mode}, `}${what}${versions}`;
}
