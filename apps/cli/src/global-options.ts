import { type Command, Option } from 'commander';
import { type ProgressStyle, progressStyles } from './progress/reporter.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly project?: string;
  readonly json?: boolean;
  readonly progress: ProgressStyle;
  readonly debug?: boolean;
}

export function addGlobalOptions(program: Command): Command {
  return program
    .option('-C, --project <dir>', 'directory of the project (default: the nearest one upwards, else distros/slipway)')
    .option('--json', 'print one JSON document; errors are JSON on stderr')
    .addOption(
      new Option('--progress <style>', 'how progress is shown on stderr').choices(progressStyles).default('auto'),
    )
    .option('--debug', 'show stack traces of errors');
}
