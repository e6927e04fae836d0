import { existsSync, realpathSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@slipway/core';

const link = join(homedir(), '.cache/slipway/judge');

/** Why tests with gpg and sq are skipped, or false. */
export const noGpg: string | false =
  existsSync(join(link, 'usr/bin/gpg')) && process.getuid?.() === 0
    ? false
    : 'the tree with gpg, sq and rpm is not installed';

/** A directory in the tree of judges with a GnuPG home of its own, in which gpg and its agent run. */
export class GpgRoom {
  /** As this machine sees it. */
  readonly directory: string;
  readonly #root: string;

  private constructor(root: string, directory: string) {
    this.#root = root;
    this.directory = directory;
  }

  static async open(): Promise<GpgRoom> {
    const root = realpathSync(link);
    const room = new GpgRoom(root, await mkdtemp(join(root, 'tmp/gpg-')));
    // without this the agent measures for seconds how slow a passphrase should be
    await room.run('mkdir -m 700 home; echo s2k-count 65536 >home/gpg-agent.conf');
    return room;
  }

  /** Runs a shell command in the directory; gives what it prints. Throws when it fails. */
  async run(command: string): Promise<string> {
    const inside = this.directory.slice(this.#root.length);
    const script = `cd ${inside}; export GNUPGHOME=$PWD/home\n${command}`;
    const { status, stdout, stderr } = await runProgram('chroot', [this.#root, 'sh', '-ec', script]);
    if (status !== 0) {
      throw new Error(`${command}: ${stderr}${stdout.toString()}`);
    }
    return stdout.toString();
  }

  /** A path of the tree as this machine sees it. */
  outside(path: string): string {
    return join(this.#root, path);
  }

  async close(): Promise<void> {
    await this.run('gpgconf --kill all');
    await rm(this.directory, { recursive: true, force: true });
  }
}
