import { spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { fileError, hasErrno } from './files.ts';
import { SlipwayError } from './slipway-error.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  /** The whole environment; absent: that of this process. */
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
  const log = options.logFile === undefined ? undefined : await OutputLog.open(options.logFile);
  try {
    return await spawnProgram(command, args, { options, log });
  } finally {
    await log?.close();
  }
}

function spawnProgram(
  command: string,
  args: readonly string[],
  { options, log }: { readonly options: ProgramOptions; readonly log: OutputLog | undefined },
): Promise<ProgramResult> {
  return new Promise<ProgramResult>((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
      killSignal: 'SIGKILL',
      ...(options.timeoutSeconds === undefined ? {} : { timeout: options.timeoutSeconds * 1000 }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    const stdout = new OutputTail();
    const stderr = new OutputTail();
    const keep = (tail: OutputTail) => (chunk: Buffer) => {
      tail.add(chunk);
      log?.write(chunk);
      options.onOutput?.(chunk.toString());
    };
    child.stdout.on('data', keep(stdout));
    child.stderr.on('data', keep(stderr));
    child.on('error', (cause) => reject(startError(command, options, cause)));
    child.on('close', (code, signal) => {
      const status = code ?? (signal === null ? 1 : 128 + 9);
      resolve({ status, stdout: stdout.bytes(), stderr: stderr.bytes().toString() });
    });
    child.stdin.on('error', () => {}); // a program may end without reading its input
    child.stdin.end(options.input);
  });
}

/** The end of an output, bounded. */
class OutputTail {
  readonly #chunks: Buffer[] = [];
  #sizeBytes = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    while (this.#sizeBytes > keptOutputBytes && this.#chunks.length > 1) {
      this.#sizeBytes -= (this.#chunks.shift() as Buffer).length;
    }
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** A log file that is written in order and complete when `close` returns; an interrupted program may still be talking. */
class OutputLog {
  readonly #path: string;
  readonly #file: FileHandle;
  #pending: Promise<unknown> = Promise.resolve();
  #closed = false;
  #failure: unknown;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<OutputLog> {
    try {
      return new OutputLog(path, await open(path, 'a'));
    } catch (cause) {
      throw fileError('write', path, cause);
    }
  }

  write(chunk: Buffer): void {
    if (!this.#closed) {
      this.#pending = this.#pending.then(() => this.#file.writeFile(chunk)).catch((cause) => this.#fail(cause));
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#pending;
    await this.#file.close();
    if (this.#failure !== undefined) {
      throw fileError('write', this.#path, this.#failure);
    }
  }

  #fail(cause: unknown): void {
    this.#failure ??= cause;
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
