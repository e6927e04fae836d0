import { SlipwayError, SlipwayErrors } from '@slipway/core';
import { CommanderError } from 'commander';

/** How a run that did not succeed ends. */
export interface Failure {
  readonly errors: readonly SlipwayError[];
  readonly exitStatus: number;
  /** The exception itself, for `--debug`. */
  readonly cause: unknown;
}

/** What any exception means to the user: errors that are not from the catalogue are bugs of Slipway. */
export function failureOf(cause: unknown): Failure {
  const errors = errorsOf(cause);
  return { errors, exitStatus: errors[0]?.exitStatus ?? 70, cause };
}

function errorsOf(cause: unknown): readonly SlipwayError[] {
  if (cause instanceof SlipwayErrors && cause.errors.length > 0) {
    return cause.errors;
  }
  if (cause instanceof SlipwayError) {
    return [cause];
  }
  return [cause instanceof CommanderError ? usageError(cause) : bug(cause)];
}

/** commander words its errors `error: unknown option '--x'` and puts a suggestion on the next line. */
function usageError(cause: CommanderError): SlipwayError {
  const [reason = '', suggestion] = cause.message.replace(/^error: /, '').split('\n');
  const guess = suggestion?.match(/Did you mean (.+)\?/)?.[1];
  return new SlipwayError('CLI_USAGE', `Cannot run the command: ${reason.replace(/\.$/, '')}`, {
    hint: guess === undefined ? 'see slipway --help' : `did you mean ${guess}?`,
  });
}

function bug(cause: unknown): SlipwayError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SlipwayError('CORE_BUG', `Cannot go on: ${reason}`, {
    hint: 'this is a mistake in Slipway; run the command again with --debug and report what it prints',
    cause,
  });
}
