import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine, TextSink } from '../../apps/cli/src/machine/machine.ts';
import { runCli } from '../../apps/cli/src/run-cli.ts';

export const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Keeps what is written. */
export class RecordingSink implements TextSink {
  text = '';
  readonly isTTY: boolean;
  readonly columns: number;

  constructor(isTTY = false, columns = 80) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

export interface CliResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in this process, in a directory, with nothing of the real environment. */
export async function slipway(args: readonly string[], machine: Partial<Machine> = {}): Promise<CliResult> {
  const stdout = new RecordingSink();
  const stderr = new RecordingSink();
  const status = await runCli(args, {
    env: {},
    directory: checkout,
    home: '/home/somebody',
    checkout,
    isRoot: false,
    now: () => 0,
    interruptible: (work) => work(new AbortController().signal),
    ...machine,
    stdout,
    stderr,
  });
  return { status, stdout: stdout.text, stderr: stderr.text };
}
