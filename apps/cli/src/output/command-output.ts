import type { ListTable } from './list-table.ts';

/** What a command has to say: once for programs, once for people. */
export interface CommandOutput {
  /** One JSON document. */
  readonly json: unknown;
  /** May be a getter: it is only made when it is printed. */
  readonly text: string;
  /** The list in `text`, for commands that also write CSV and Markdown. */
  readonly list?: ListTable;
  /** Exit status when the answer itself is bad news (a check that failed); default 0. */
  readonly status?: number;
}
