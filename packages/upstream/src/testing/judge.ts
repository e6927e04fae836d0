import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runProgram } from '@slipway/core';

/** The tree with the newest Debian tools, made once per machine; tests that need it skip visibly without it. */
const judgeLink = join(homedir(), '.cache/slipway/judge');

export const judgeSkip: string | false =
  existsSync(join(judgeLink, 'usr/bin/rpm')) && process.getuid?.() === 0
    ? false
    : 'the judge tree with rpm, dnf5 and createrepo_c is absent, or chroot is not permitted';

/** A fresh directory inside the judge tree. */
export interface Judge {
  readonly root: string;
  /** The directory as this process sees it. */
  readonly outside: string;
  /** The directory as the tools see it. */
  readonly inside: string;
  write(name: string, content: string | Uint8Array): Promise<void>;
  copy(path: string, name?: string): Promise<void>;
  /** Runs a tool and gives its stdout; throws with its output when it fails. */
  run(command: string, args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

export async function openJudge(name: string): Promise<Judge> {
  const root = await realpath(judgeLink);
  const outside = await mkdtemp(join(root, 'tmp', `upstream-${name}-`));
  const inside = `/tmp/${basename(outside)}`;
  return {
    root,
    outside,
    inside,
    async write(file, content) {
      await mkdir(dirname(join(outside, file)), { recursive: true });
      await writeFile(join(outside, file), content);
    },
    async copy(path, file = basename(path)) {
      await copyFile(path, join(outside, file));
    },
    async run(command, args) {
      const result = await runProgram('chroot', [root, command, ...args], { timeoutSeconds: 120 });
      if (result.status !== 0) {
        throw new Error(`${command} ${args.join(' ')}: status ${result.status}\n${result.stdout}${result.stderr}`);
      }
      return result.stdout.toString();
    },
    close: () => rm(outside, { recursive: true, force: true }),
  };
}
