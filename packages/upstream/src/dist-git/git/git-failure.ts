import { type ErrorCode, type ProgramResult, SlipwayError } from '@slipway/core';

interface FailureKind {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly hint: string;
}

/** git's words in the C locale, the most telling first. */
const failureKinds: readonly FailureKind[] = [
  {
    pattern: /transport '[^'\n]{0,100}' not allowed/,
    code: 'UPSTREAM_BAD_ADDRESS',
    hint: 'give dist-git-base-uri an https, http, git, ssh or file address',
  },
  {
    pattern: /No space left on device|Disk quota exceeded/,
    code: 'CORE_DISK_FULL',
    hint: 'free space (or set SLIPWAY_CACHE to a larger disk) and run the same command again: it continues',
  },
  {
    pattern: /died of signal 25|File too large/,
    code: 'UPSTREAM_TOO_LARGE',
    hint: 'check the address: no dist-git repository is as large',
  },
  {
    pattern: /couldn't find remote ref/,
    code: 'UPSTREAM_NO_BRANCH',
    hint: 'check dist-git-branch of the distribution version',
  },
  {
    pattern: /repository '[^\n]{0,2000}' not found|does not appear to be a git repository|repository not exported/,
    code: 'UPSTREAM_NO_REPOSITORY',
    hint: 'check dist-git-base-uri, and the name of the component: upstream-name says when it differs upstream',
  },
];

/** Trying again does not help against these. */
const finalTrouble =
  /Authentication failed|could not read (?:Username|Password)|Permission denied|error: 40[13]|Server does not allow request|not our ref/;

/** Asking for an object by its name was refused, as servers without protocol version 2 do. */
export function isRefusedById(failure: unknown): boolean {
  return failure instanceof SlipwayError && failure.data?.['refusedById'] === true;
}

/** The error that the messages of a failed git command stand for; what it does not know is trouble of the network. */
export function gitFailure(uri: string, { status, stderr }: Pick<ProgramResult, 'status' | 'stderr'>): SlipwayError {
  const said = stderr.slice(-20_000);
  const message = `Cannot fetch ${uri}: ${reasonOf(said) || `git ended with status ${status}`}`;
  const kind = failureKinds.find(({ pattern }) => pattern.test(said));
  if (kind !== undefined) {
    return new SlipwayError(kind.code, message, { hint: kind.hint });
  }
  const refusedById = /Server does not allow request|not our ref/.test(said);
  return new SlipwayError('UPSTREAM_NETWORK', message, {
    hint: 'check the address, the network and the proxy settings, and run the same command again: it continues',
    data: { final: finalTrouble.test(said), refusedById },
  });
}

/** The lines in which git names a reason, without the progress before them. */
function reasonOf(said: string): string {
  const lines = said.split(/[\r\n]+/).filter((line) => /^(?:fatal|error): /.test(line));
  return lines.slice(0, 3).join('; ').slice(0, 600);
}
