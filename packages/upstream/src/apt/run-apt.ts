import { type ProgramResult, runProgram, SlipwayError } from '@slipway/core';

export interface AptRun {
  /** The private configuration; without it the machine's own is used (for reading it only). */
  readonly configPath?: string;
  readonly cwd?: string;
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What env(1) and sh(1) say when there is no such program. */
const notFoundStatus = 127;

/**
 * Runs one of apt's programs without a terminal, in the C locale so that its messages can be told apart. env(1) sets
 * what differs from the inherited environment, in which proxies may be named. setpriv(1) lets apt end with this process:
 * one that outlives it would hold apt's locks and write into the next run's files.
 */
export async function runApt(program: string, args: readonly string[], run: AptRun): Promise<ProgramResult> {
  const { configPath, cwd, timeoutSeconds, signal } = run;
  const settings = ['LC_ALL=C.UTF-8', 'DEBIAN_FRONTEND=noninteractive'];
  const config = configPath === undefined ? [] : [`APT_CONFIG=${configPath}`];
  const command = ['env', ...settings, ...config, program, ...args];
  const result = await runProgram('setpriv', ['--pdeathsig', 'KILL', ...command], {
    ...(cwd === undefined ? {} : { cwd }),
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (result.status === notFoundStatus) {
    throw new SlipwayError('CORE_TOOL_MISSING', `Cannot run ${program}: it is not installed`, {
      hint: 'the Debian import needs apt: run on Debian or Ubuntu, or install the package apt',
    });
  }
  return result;
}

const networkTrouble =
  /Could not resolve|Temporary failure|Could not connect|Connection (?:failed|refused|timed out|reset)|Failed to fetch|Network is unreachable|[45]\d\d  ?[A-Z]|Unable to connect|does not have a Release file|Certificate verification failed/i;
const signatureTrouble =
  /NO_PUBKEY|BADSIG|EXPKEYSIG|REVKEYSIG|is not signed|signatures were invalid|signatures couldn't be verified|No good signature|Sub-process .*sqv/i;
const digestTrouble =
  /Hash Sum mismatch|File has unexpected size|Hashes of (?:expected|received) file|Mirror sync in progress/i;

/** The error that apt's messages stand for; `doing` completes "Cannot …". */
export function aptError(doing: string, { stdout, stderr, status }: ProgramResult): SlipwayError {
  const output = `${stderr}\n${stdout}`;
  const lines = output.split('\n').filter((line) => /^(?:E|W|Err)[: ]/.test(line));
  const reason = lines.slice(0, 4).join('; ').slice(0, 800) || `apt ended with status ${status}`;
  const error = (code: ConstructorParameters<typeof SlipwayError>[0], hint: string) =>
    new SlipwayError(code, `Cannot ${doing}: ${reason}`, { hint });
  if (/No space left on device|Disk quota exceeded|don't have enough free space/.test(output)) {
    return error('CORE_DISK_FULL', 'free space and run the same command again: it continues');
  }
  if (digestTrouble.test(output)) {
    return error(
      'UPSTREAM_DIGEST_MISMATCH',
      'the mirror gave other bytes than its signed index announces; try again later',
    );
  }
  if (signatureTrouble.test(output)) {
    return error('UPSTREAM_SIGNATURE', 'check the keyring that the machine names for the archive (Signed-By)');
  }
  if (networkTrouble.test(output)) {
    return error('UPSTREAM_NETWORK', 'check the network and the proxy settings of apt, and run the same command again');
  }
  return error('UPSTREAM_TOOL', 'see the messages of apt above');
}
