import { type ProgramOptions, type ProgramResult, runProgram } from './run-program.ts';

export interface GitOptions extends Omit<ProgramOptions, 'inherits'> {
  /** Further variables, such as `GIT_INDEX_FILE`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Settings for this run (`-c name=value`). */
  readonly config?: Readonly<Record<string, string>>;
}

/**
 * What holds for every run: no settings of the user or the machine, no questions, no hooks, no daemon that outlives the
 * run, no translation of messages. Directories of other owners are read: a checkout may be mounted into a container.
 */
const settings: Readonly<Record<string, string>> = {
  'safe.directory': '*',
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'protocol.ext.allow': 'never',
  'advice.detachedHead': 'false',
};

const environment: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
};

/**
 * Runs git (git(1)) so that the same repository gives the same answer to everyone. A non-zero status is a result, not an
 * error. Names from outside belong behind `--end-of-options` or `--`. Throws `CORE_TOOL_MISSING`.
 */
export function runGit(args: readonly string[], options: GitOptions = {}): Promise<ProgramResult> {
  const { env, config, ...rest } = options;
  const given = Object.entries({ ...settings, ...config }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return runProgram('git', ['--no-pager', ...given, ...args], {
    missingHint: 'install the Debian package git',
    ...rest,
    env: { ...environment, ...env },
    inherits: (variable) => !variable.startsWith('GIT_'),
  });
}
