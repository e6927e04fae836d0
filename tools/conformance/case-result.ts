/** One case of a conformance set: passed when nothing differs. */
export interface CaseResult {
  /** File, line or case id: what a person looks for. */
  readonly name: string;
  /** What differs, a short line each. */
  readonly differences: readonly string[];
}
