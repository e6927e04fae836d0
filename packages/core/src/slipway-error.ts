import { type ErrorKind, exitStatus } from './errors/catalogue.ts';
import { type ErrorCode, errorMeaning } from './errors/index.ts';

/** Where in an input a failure is: a text position (1-based) or a byte offset. */
export interface SourcePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** Byte offset in a binary input. */
  readonly offset?: number;
}

export interface ErrorDetails {
  /** What to do about it, as an imperative. */
  readonly hint?: string;
  readonly at?: SourcePosition;
  readonly cause?: unknown;
  /** Facts for programs (`--json`); never secrets. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The one error class: a code from the catalogue, a message "Cannot X: y", the place, and what to do. */
export class SlipwayError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly at: SourcePosition | undefined;
  readonly data: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(redact(message), details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'SlipwayError';
    this.code = code;
    this.hint = details.hint === undefined ? undefined : redact(details.hint);
    this.at = details.at;
    this.data = details.data;
  }

  get kind(): ErrorKind {
    return errorMeaning(this.code).kind;
  }

  get exitStatus(): number {
    return exitStatus[this.kind];
  }

  toJSON(): Record<string, unknown> {
    return { code: this.code, kind: this.kind, message: this.message, hint: this.hint, at: this.at, data: this.data };
  }
}

/** Many failures of one input, reported together (for example all mistakes of a project). */
export class SlipwayErrors extends AggregateError {
  declare errors: SlipwayError[];

  constructor(errors: readonly SlipwayError[]) {
    super(errors, `${errors.length} errors`);
    this.name = 'SlipwayErrors';
  }
}

/** `file:line:column` or `file (offset N)`. */
export function formatPosition(at: SourcePosition): string {
  if (at.line !== undefined) {
    return `${at.file}:${at.line}${at.column === undefined ? '' : `:${at.column}`}`;
  }
  return at.offset === undefined ? at.file : `${at.file} (offset ${at.offset})`;
}

/** Credentials in URLs must not reach logs (user:password@host). */
function redact(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@]+@/gi, '$1***@');
}
