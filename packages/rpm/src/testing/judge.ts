import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

const root = join(homedir(), '.cache/slipway/judge');

/** Why tests with the newest RPM tools are skipped, or false. */
export const noJudge: string | false =
  existsSync(join(root, 'usr/bin/rpm')) && process.getuid?.() === 0
    ? false
    : 'the tree with the RPM tools is not there';

/** A directory in the tree of the newest RPM tools, in which they run. */
export class Judge {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(): Promise<Judge> {
    return new Judge(await mkdtemp(join(root, 'tmp/rpm-test-')));
  }

  /** The directory as this machine sees it. */
  get directory(): string {
    return this.#directory;
  }

  async add(path: string): Promise<void> {
    await cp(path, join(this.#directory, basename(path)));
  }

  /** Runs a shell command in the directory; resolves with its outcome whatever that is. */
  run(command: string): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
    const inside = `/tmp/${basename(this.#directory)}`;
    const arguments_ = [root, 'sh', '-c', `cd ${inside} && ${command}`];
    return new Promise((resolve) => {
      execFile('chroot', arguments_, { maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 255;
        resolve({ status, stdout, stderr });
      });
    });
  }

  async close(): Promise<void> {
    await rm(this.#directory, { recursive: true, force: true });
  }
}
