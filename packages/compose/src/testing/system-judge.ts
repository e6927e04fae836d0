import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { type JudgeResult, judgesMissing, judgeTree } from '../../../../test/support/judge-tree.ts';

/** Why tests with this program of the judge tree cannot run here, or false. */
export function judgeProgramMissing(program: string): string | false {
  return judgesMissing() || (existsSync(join(judgeTree, program)) ? false : `${program} is not in the tree of judges`);
}

/** Mounts /proc where only the judge sees it, then becomes it: systemd's tools reopen files through /proc. */
const withProc = 'mount --make-rprivate / && mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';

/** Runs a program of the judge tree that needs /proc; paths are those of the tree. */
export function judgeWithProc(program: string, args: readonly string[]): JudgeResult {
  const namespaces = ['--mount', '--pid', '--fork'];
  const result = spawnSync('unshare', [...namespaces, 'sh', '-c', withProc, judgeTree, program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { PATH: '/usr/sbin:/usr/bin', HOME: '/root', LANG: 'C.UTF-8' },
  });
  return { status: result.status ?? 1, stdout: result.stdout, stderr: result.stderr };
}

export interface JudgeDirectory {
  /** As this machine sees it. */
  readonly outside: string;
  /** As programs of the judge tree see it. */
  readonly inside: string;
  /** Writes a file, making its directories. */
  put(path: string, content: string | Uint8Array): void;
}

/** A directory below the judge tree's /tmp that goes when the test ends. */
export function judgeDirectory(t: TestContext): JudgeDirectory {
  const outside = mkdtempSync(join(judgeTree, 'tmp/compose-'));
  t.after(() => rmSync(outside, { recursive: true, force: true }));
  return {
    outside,
    inside: outside.slice(judgeTree.length),
    put(path, content) {
      const place = join(outside, path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, content);
    },
  };
}
