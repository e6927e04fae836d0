/** What a command has to say: once for programs, once for people. */
export interface CommandOutput {
  /** One JSON document. */
  readonly json: unknown;
  readonly text: string;
}
