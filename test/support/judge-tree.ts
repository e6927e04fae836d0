import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

/** A Debian testing root with rpm 6, dnf5 and createrepo_c, made by tools/prepare-judges.ts. */
export const judgeTree = join(homedir(), '.cache/slipway/judge');

/** Why tests with the judge tree cannot run here, or false. */
export function judgesMissing(): string | false {
  if (process.getuid?.() !== 0) {
    return 'the tree of judges needs root (chroot)';
  }
  return existsSync(join(judgeTree, 'usr/bin/rpm'))
    ? false
    : 'the tree of judges is not built (tools/prepare-judges.ts)';
}

export interface JudgeResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program inside the tree; paths are those of the tree. */
export function judge(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): JudgeResult {
  const result = spawnSync('chroot', [judgeTree, program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: '/usr/sbin:/usr/bin', HOME: '/root', LANG: 'C.UTF-8', ...env },
  });
  return { status: result.status ?? 1, stdout: result.stdout, stderr: result.stderr };
}

/** A fresh directory inside the tree. */
export interface JudgeRoom {
  /** The directory as this process sees it. */
  readonly outside: string;
  /** The directory as the tools see it. */
  readonly inside: string;
  /** Copies a file or directory in; hard links where that is possible, so the tools must not write to it. */
  copyIn(path: string, name?: string): void;
  close(): void;
}

export function openJudgeRoom(name: string): JudgeRoom {
  const outside = mkdtempSync(join(realpathSync(judgeTree), 'tmp', `slipway-${name}-`));
  return {
    outside,
    inside: `/tmp/${basename(outside)}`,
    copyIn(path, target = basename(path)) {
      const place = join(outside, target);
      if (spawnSync('cp', ['-al', path, place]).status !== 0) {
        rmSync(place, { recursive: true, force: true });
        const copy = spawnSync('cp', ['-a', '--reflink=auto', path, place], { encoding: 'utf8' });
        if (copy.status !== 0) {
          throw new Error(`cp ${path}: ${copy.stderr}`);
        }
      }
    },
    close: () => rmSync(outside, { recursive: true, force: true }),
  };
}
