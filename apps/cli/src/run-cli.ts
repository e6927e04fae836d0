import { CommanderError } from 'commander';
import { failureOf } from './errors/failure.ts';
import { formatFailure, formatFailureJson } from './errors/format-failure.ts';
import { Interrupted, interruptedStatus, interruptedText } from './machine/interruption.ts';
import type { Machine } from './machine/machine.ts';
import { paintFor } from './output/paint.ts';
import { createProgram } from './program.ts';

/** Runs one command and gives the exit status: 0, that of the kind of error, or 130 after an interruption. */
export async function runCli(args: readonly string[], machine: Machine): Promise<number> {
  let status = 0;
  const finish = (own: number) => {
    status = own;
  };
  try {
    await createProgram(machine, finish).parseAsync(args, { from: 'user' });
    return status;
  } catch (cause) {
    if (cause instanceof CommanderError && cause.exitCode === 0) {
      return 0; // --help and --version
    }
    return cause instanceof Interrupted ? reportInterruption(machine) : reportFailure(cause, args, machine);
  }
}

function reportInterruption(machine: Machine): number {
  machine.stderr.write(interruptedText);
  return interruptedStatus;
}

/** The options may be what is wrong, so these two are looked for in the words themselves. */
function reportFailure(cause: unknown, args: readonly string[], machine: Machine): number {
  const failure = failureOf(cause);
  const debug = args.includes('--debug');
  const isSilent = cause instanceof CommanderError && cause.code === 'commander.help';
  if (isSilent) {
    return failure.exitStatus;
  }
  const text = args.includes('--json')
    ? formatFailureJson(failure, debug)
    : formatFailure(failure, {
        paint: paintFor(machine.stderr, machine.env),
        directory: machine.directory,
        debug,
      });
  machine.stderr.write(text);
  return failure.exitStatus;
}
