import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface CommitInput {
  readonly message: string;
  /** Seconds since 1970. */
  readonly time: number;
  /** Default: the same. */
  readonly authored?: number;
  /** Written before the commit; all other files stay. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

/** A repository with a work tree that the real git fills, with fixed names and times. */
export class GitHistory {
  readonly directory: string;

  /** `branch` is the first one. Servers may be asked for partial clones. */
  constructor(directory: string, branch = 'rawhide') {
    this.directory = directory;
    mkdirSync(directory, { recursive: true });
    this.git(['init', '--quiet', `--initial-branch=${branch}`]);
    this.git(['config', 'uploadpack.allowFilter', 'true']);
    this.git(['config', 'uploadpack.allowReachableSHA1InWant', 'true']);
  }

  /** The output of a command, without the white space around it. */
  git(args: readonly string[], { input, time = 0, authored = time }: GitInput = {}): string {
    const env = {
      ...{ PATH: process.env['PATH'], LC_ALL: 'C', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
      ...{ GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.org', GIT_AUTHOR_DATE: `@${authored} +0000` },
      ...{ GIT_COMMITTER_NAME: 'Bo', GIT_COMMITTER_EMAIL: 'bo@example.org', GIT_COMMITTER_DATE: `@${time} +0000` },
    };
    const output = execFileSync('git', args, { cwd: this.directory, env, input: input ?? '', stdio: 'pipe' });
    return output.toString().trim();
  }

  /** Commits on the current branch and gives the id. */
  commit({ message, time, authored = time, files = {} }: CommitInput): string {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.directory, path)), { recursive: true });
      writeFileSync(join(this.directory, path), content);
    }
    this.git(['add', '--all']);
    this.git(['commit', '--quiet', '--allow-empty', `--message=${message}`], { time, authored });
    return this.git(['rev-parse', 'HEAD']);
  }

  /** Merges a branch into the current one with a merge commit. */
  merge(branch: string, time: number): string {
    this.git(['merge', '--quiet', '--no-ff', '-X', 'theirs', `--message=Merge ${branch}`, branch], { time });
    return this.git(['rev-parse', 'HEAD']);
  }

  /** Makes a branch at a commit and checks it out. */
  branch(name: string, commit = 'HEAD'): void {
    this.git(['checkout', '--quiet', '-B', name, commit]);
  }

  /** Puts a branch onto a commit with a tree made by hand: `git mktree` input, or raw bytes of a tree object. */
  commitTree(branch: string, tree: string | Uint8Array, time: number): string {
    const id =
      typeof tree === 'string'
        ? this.git(['mktree', '--missing'], { input: tree })
        : this.git(['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'], { input: tree });
    const commit = this.git(['commit-tree', id, '-m', 'a tree by hand'], { time });
    this.git(['update-ref', `refs/heads/${branch}`, commit]);
    return commit;
  }

  blob(content: string): string {
    return this.git(['hash-object', '-w', '--stdin'], { input: content });
  }
}

interface GitInput {
  readonly input?: string | Uint8Array;
  readonly time?: number;
  readonly authored?: number;
}

/** The bytes of a tree object, entries in the order given. */
export function treeBytes(entries: readonly { mode: string; name: string | Buffer; id: string }[]): Buffer {
  return Buffer.concat(
    entries.flatMap(({ mode, name, id }) => [
      Buffer.from(`${mode} `),
      Buffer.from(name),
      Buffer.from([0]),
      Buffer.from(id, 'hex'),
    ]),
  );
}
