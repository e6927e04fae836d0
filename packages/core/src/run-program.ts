import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { hasErrno } from './files.ts';
import { SlipwayError } from './slipway-error.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Ends the program with SIGKILL after this time. */
  readonly timeoutSeconds?: number;
  readonly signal?: AbortSignal;
  /** Also write stdout and stderr, interleaved, to this file. */
  readonly logFile?: string;
  readonly onOutput?: (text: string) => void;
  /** What to do when the program is not installed. */
  readonly missingHint?: string;
}

export interface ProgramResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** stdout and stderr are kept up to this size each; more is dropped from the front. */
const keptOutputBytes = 64 << 20;

/**
 * Runs a program without a shell and waits for it. A non-zero status is a result, not an error.
 * Throws `CORE_TOOL_MISSING` when it cannot be started.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<ProgramResult> {
  const log = options.logFile === undefined ? undefined : createWriteStream(options.logFile, { flags: 'a' });
  try {
    return await new Promise<ProgramResult>((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: options.cwd,
        env: options.env ?? process.env,
        stdio: ['pipe', 'pipe', 'pipe'],
        killSignal: 'SIGKILL',
        ...(options.timeoutSeconds === undefined ? {} : { timeout: options.timeoutSeconds * 1000 }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      const keep = (kept: Buffer[]) => (chunk: Buffer) => {
        keepTail(kept, chunk);
        // an interrupted program may still be talking
        if (log !== undefined && !log.writableEnded) {
          log.write(chunk);
        }
        options.onOutput?.(chunk.toString());
      };
      child.stdout.on('data', keep(stdout));
      child.stderr.on('data', keep(stderr));
      child.on('error', (cause) => reject(startError(command, options, cause)));
      child.on('close', (code, signal) => {
        const status = code ?? (signal === null ? 1 : 128 + 9);
        resolve({ status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
      });
      child.stdin.on('error', () => {}); // a program may end without reading its input
      child.stdin.end(options.input);
    });
  } finally {
    log?.end();
  }
}

function keepTail(kept: Buffer[], chunk: Buffer): void {
  kept.push(chunk);
  let size = kept.reduce((sum, part) => sum + part.length, 0);
  while (size > keptOutputBytes && kept.length > 1) {
    size -= (kept.shift() as Buffer).length;
  }
}

function startError(command: string, options: ProgramOptions, cause: Error): Error {
  if (cause.name === 'AbortError') {
    return new SlipwayError('CORE_CANCELLED', `Cannot finish ${command}: the run was interrupted`, { cause });
  }
  if (hasErrno(cause, 'ENOENT', 'EACCES')) {
    return new SlipwayError('CORE_TOOL_MISSING', `Cannot run ${command}: it is not installed`, {
      hint: options.missingHint ?? `install the Debian package that has ${command}`,
      cause,
    });
  }
  return new SlipwayError('CORE_TOOL_FAILED', `Cannot run ${command}: ${cause.message}`, { cause });
}
