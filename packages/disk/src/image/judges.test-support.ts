import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type ProgramResult, runProgram } from '@slipway/core';

/** For `{ skip }`: false when every program can be started, otherwise the reason. */
export function unlessInstalled(...programs: readonly string[]): string | false {
  const directories = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'];
  const missing = programs.find((program) => !directories.some((directory) => existsSync(join(directory, program))));
  return missing === undefined ? false : `${missing} is not installed`;
}

export async function inTemporaryDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-disk-'));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** A Debian tree with newer tools than the machine may have; entered with chroot, so only for root. */
export const judgeTree = join(homedir(), '.cache/slipway/judge');

export function unlessInJudgeTree(...paths: readonly string[]): string | false {
  if (process.getuid?.() !== 0) {
    return 'the judge tree needs root';
  }
  const missing = paths.find((path) => !existsSync(join(judgeTree, path)));
  return missing === undefined ? false : `${missing} is not in ~/.cache/slipway/judge`;
}

export interface JudgeRun {
  /** Copied into a fresh directory of the tree, which is the working directory of the program. */
  readonly files: readonly string[];
  readonly command: readonly [string, ...string[]];
  /** Mounts /proc in the tree, which systemd's programs look into; no other process sees it. */
  readonly withProc?: boolean;
  /** Runs before the directory is removed; `directory` is its path outside. */
  readonly collect?: (directory: string) => Promise<void>;
}

/** Runs a program in the judge tree. */
export async function runInJudgeTree({ files, command, withProc, collect }: JudgeRun): Promise<ProgramResult> {
  const tree = await realpath(judgeTree);
  await mkdir(join(tree, 'tmp'), { recursive: true });
  const directory = await mkdtemp(join(tree, 'tmp/slipway-disk-'));
  try {
    for (const file of files) {
      await cp(file, join(directory, basename(file)));
    }
    const inside = `/tmp/${basename(directory)}`;
    const entered = ['chroot', tree, 'sh', '-c', `cd "$1" && shift && exec "$@"`, 'sh', inside, ...command];
    const [program = '', ...args] = withProc ? [...mountingProc(tree), ...entered] : entered;
    const result = await runProgram(program, args);
    await collect?.(directory);
    return result;
  } finally {
    await rm(directory, { recursive: true });
  }
}

function mountingProc(tree: string): readonly string[] {
  return ['unshare', '--mount', 'sh', '-c', `mount -t proc proc ${tree}/proc && exec "$@"`, 'sh'];
}
