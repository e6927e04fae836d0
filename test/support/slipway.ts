import { join } from 'node:path';
import { type ProgramOptions, type ProgramResult, runProgram } from '@slipway/core';

export const checkout = join(import.meta.dirname, '..', '..');

/** Runs the command as a user does. */
export const slipway = (args: readonly string[], options: ProgramOptions = {}): Promise<ProgramResult> =>
  runProgram(join(checkout, 'slipway'), args, { cwd: checkout, timeoutSeconds: 60, ...options });
