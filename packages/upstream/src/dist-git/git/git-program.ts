import { gitEnvironment, type ProgramResult, runProgram, SlipwayError } from '@slipway/core';
import { IdleWatch } from '../idle-watch.ts';
import { type UpstreamOptions } from '../upstream-options.ts';
import { withRetries } from '../with-retries.ts';
import { gitFailure } from './git-failure.ts';

export interface GitCommand {
  /** The bare repository. */
  readonly directory: string;
  readonly args: readonly string[];
  readonly input?: string;
}

export interface RemoteCommand extends GitCommand {
  /** Known to git as `origin`. */
  readonly uri: string;
  readonly config?: Readonly<Record<string, string>>;
  /** Done before every attempt: the one before may have been killed. */
  readonly prepare?: () => Promise<void>;
}

/** Times `timeoutSeconds`: what one command may take as a whole. */
const wholeRunFactor = 60;
/** Bytes a second below which http counts as standing still; servers that prepare a pack send little more. */
const leastHttpSpeed = 1;
/** A pack; the whole history of Fedora's kernel has less than 1 GB. */
const packLimitBytes = 4 * 2 ** 30;
/** What sh(1), setpriv(1) and timeout(1) say when there is no such program. */
const notFoundStatus = 127;
const missingHint = 'install git, util-linux and coreutils';

/** The `git` program, apart from all configuration of the machine. */
export class GitProgram {
  readonly #options: UpstreamOptions;
  readonly #packLimitBytes: number;

  constructor(options: UpstreamOptions, limitBytes = packLimitBytes) {
    this.#options = options;
    this.#packLimitBytes = limitBytes;
  }

  /** How long one command may take, seconds. */
  get wholeRunSeconds(): number {
    return this.#options.timeoutSeconds * wholeRunFactor;
  }

  /** Runs a command that only looks at the repository: it cannot reach any remote. */
  async local({ directory, args, input }: GitCommand): Promise<ProgramResult> {
    const { environment = {}, signal } = this.#options;
    const result = await runProgram('git', args, {
      env: gitEnvironment({ inherited: environment, directory, network: false }),
      timeoutSeconds: this.wholeRunSeconds,
      missingHint,
      ...(input === undefined ? {} : { input }),
      ...(signal === undefined ? {} : { signal }),
    });
    return found(result);
  }

  /**
   * Runs a command that talks to the remote, again when the network fails, and gives its stdout. Throws
   * `UPSTREAM_NETWORK`, `UPSTREAM_NO_REPOSITORY`, `UPSTREAM_NO_BRANCH`, `UPSTREAM_TOO_LARGE`, `CORE_DISK_FULL`.
   */
  async remote(command: RemoteCommand): Promise<string> {
    return withRetries(this.#options, async () => {
      await command.prepare?.();
      const result = await this.#watched(command);
      if (result.status !== 0) {
        throw gitFailure(command.uri, result);
      }
      return result.stdout.toString();
    });
  }

  async #watched(command: RemoteCommand): Promise<ProgramResult> {
    const { timeoutSeconds, signal } = this.#options;
    const watch = new IdleWatch(timeoutSeconds, this.wholeRunSeconds, signal);
    try {
      return found(await this.#spawn(command, watch));
    } catch (cause) {
      if (watch.reason !== undefined) {
        throw new SlipwayError('UPSTREAM_NETWORK', `Cannot fetch ${command.uri}: ${watch.reason}`, {
          hint: 'check the network and run the same command again',
          cause,
        });
      }
      throw cause instanceof SlipwayError && cause.code === 'CORE_CANCELLED'
        ? new SlipwayError('CORE_CANCELLED', `Cannot fetch ${command.uri}: the run was interrupted`, { cause })
        : cause;
    } finally {
      watch.stop();
    }
  }

  /**
   * The shell is what is killed when this process ends or gives up; timeout(1) hears of its death and ends git together
   * with the programs that git started, which would go on writing where the next run writes. prlimit(1): no file, so no
   * pack, becomes larger.
   */
  #spawn({ directory, uri, args, input, config }: RemoteCommand, watch: IdleWatch): Promise<ProgramResult> {
    const { environment = {}, timeoutSeconds } = this.#options;
    const waiting = ['--pdeathsig', 'KILL', 'sh', '-c', '"$@"; exit $?', 'sh'];
    const bounded = ['setpriv', '--pdeathsig', 'TERM', 'timeout', '--signal=KILL', String(this.wholeRunSeconds)];
    const limited = ['prlimit', `--fsize=${this.#packLimitBytes}`, 'git', ...args];
    const settings = {
      'remote.origin.url': uri,
      'http.lowSpeedLimit': String(leastHttpSpeed),
      'http.lowSpeedTime': String(Math.ceil(timeoutSeconds)),
      ...config,
    };
    return runProgram('setpriv', [...waiting, ...bounded, ...limited], {
      env: gitEnvironment({ inherited: environment, directory, network: true, config: settings }),
      signal: watch.signal,
      onOutput: () => watch.touch(),
      missingHint,
      ...(input === undefined ? {} : { input }),
    });
  }
}

function found(result: ProgramResult): ProgramResult {
  if (result.status === notFoundStatus) {
    throw new SlipwayError('CORE_TOOL_MISSING', 'Cannot run git: it is not installed', { hint: missingHint });
  }
  return result;
}
