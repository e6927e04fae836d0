import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { interruptedStatus, interruptedText, interruptible } from './interruption.ts';

/** Where text goes; a terminal knows its width. */
export interface TextSink {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Everything that the command takes from its surroundings. Commands read nothing else, so tests can give their own. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  readonly home: string;
  /** Root of the checkout that this program is part of. */
  readonly checkout: string;
  readonly isRoot: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Runs work with a signal that SIGINT and SIGTERM abort; throws `Interrupted` when they ended it. */
  readonly interruptible: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

export function thisMachine(): Machine {
  return {
    env: process.env,
    directory: process.cwd(),
    home: homedir(),
    checkout: join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..'),
    isRoot: process.getuid?.() === 0,
    now: () => Date.now(),
    stdout: process.stdout,
    stderr: process.stderr,
    interruptible: (work) => interruptible(work, endNow),
  };
}

function endNow(): never {
  process.stderr.write(`\n${interruptedText}`);
  process.exit(interruptedStatus);
}
