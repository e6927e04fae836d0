import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

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
