import type { OverlayMode } from '@slipway/spec';
import { type Command, Option } from 'commander';
import { type ProgressStyle, progressStyles } from './progress/reporter.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly project?: string;
  readonly json?: boolean;
  readonly configFile?: readonly string[];
  readonly mergeComponents?: boolean;
  readonly permissiveConfig?: boolean;
  readonly overlays?: OverlayMode;
  /** False with `--no-default-config`. */
  readonly defaultConfig?: boolean;
  readonly progress: ProgressStyle;
  readonly debug?: boolean;
}

export function addGlobalOptions(program: Command): Command {
  return program
    .option('-C, --project <dir>', 'directory of the project (default: the nearest one upwards, else distros/slipway)')
    .option('--config-file <file>', 'a further project file, which wins; may be repeated', repeated)
    .option('--merge-components', 'files may define one component in parts')
    .option('--permissive-config', 'unknown keys of project files are warnings')
    .option('--no-default-config', 'without the built-in defaults and those of the user')
    .addOption(
      new Option('--overlays <mode>', 'whose overlay semantics hold')
        .choices(['august-2026', 'april-2026'] satisfies OverlayMode[])
        .default('august-2026'),
    )
    .option('--json', 'print one JSON document; errors are JSON on stderr')
    .addOption(
      new Option('--progress <style>', 'how progress is shown on stderr').choices(progressStyles).default('auto'),
    )
    .option('--debug', 'show stack traces of errors');
}

/** The values of an option that may be given several times. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
