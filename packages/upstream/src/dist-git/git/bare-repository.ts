import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError, sha256 } from '@slipway/core';
import { damaged, type GitObject, type GitObjectSize, parseObjectSizes } from './git-object.ts';
import type { GitProgram } from './git-program.ts';
import { type ObjectLimits, readObjects } from './read-objects.ts';

/** A commit of a branch with the time of its committer, seconds since 1970. */
export interface DatedCommit {
  readonly commit: string;
  readonly committed: number;
}

/** git's status when what it is asked about does not exist. */
const noneStatus = 1;
/** git's status for wrong usage, and for `--contains` with what is no commit. */
const usageStatus = 129;

/**
 * The cached copy of one upstream repository, without its network: what is asked is answered from what was fetched.
 * Anything that git cannot read there is `UPSTREAM_CACHE_DAMAGED`.
 */
export class BareRepository {
  readonly uri: string;
  /** Has the repository, its lock, and what is remembered about it. */
  readonly root: string;
  readonly path: string;
  readonly #git: GitProgram;

  constructor(uri: string, cacheDirectory: string, git: GitProgram) {
    this.uri = uri;
    this.root = join(cacheDirectory, directoryName(uri));
    this.path = join(this.root, 'repository.git');
    this.#git = git;
  }

  /** Another one after the repository was made anew; undefined while there is none. */
  async generation(): Promise<string | undefined> {
    const found = await stat(join(this.path, 'HEAD')).catch(() => undefined);
    return found === undefined ? undefined : `${found.dev}:${found.ino}:${found.birthtimeMs}`;
  }

  /** The commit that a branch is at; undefined when the branch was never fetched. */
  async tip(branch: string): Promise<string | undefined> {
    const name = `refs/heads/${branch}^{commit}`;
    const output = await this.#ask(['rev-parse', '--verify', '--quiet', '--end-of-options', name], [noneStatus]);
    return output?.trim();
  }

  /** From the branch's tip to its root along first parents; undefined when the branch was never fetched. */
  async firstParents(branch: string): Promise<DatedCommit[] | undefined> {
    const tip = await this.tip(branch);
    if (tip === undefined) {
      return undefined;
    }
    const output = (await this.#ask(['rev-list', '--first-parent', '--timestamp', tip, '--'])) ?? '';
    return lines(output).map((line) => {
      const [committed = '', commit = ''] = line.split(' ');
      return { commit, committed: Number(committed) };
    });
  }

  /** Whether a commit (40 digits) is on a branch that was fetched. */
  async isReachable(commit: string): Promise<boolean> {
    const output = await this.#ask(
      ['for-each-ref', '--count=1', `--contains=${commit}`, 'refs/heads/'],
      [usageStatus, noneStatus],
    );
    return output !== undefined && output !== '';
  }

  /** The commits whose id begins with `prefix` (4 to 40 digits), sorted, on branches or not. */
  async commitsWithPrefix(prefix: string): Promise<string[]> {
    const ids = lines((await this.#ask(['rev-parse', `--disambiguate=${prefix}`])) ?? '');
    const sizes = await this.sizes(ids);
    return sizes.flatMap((entry) => (entry?.type === 'commit' ? [entry.id] : [])).sort();
  }

  /** A commit and all before it, children first; no more than `limit`. */
  async ancestry(commit: string, limit: number): Promise<string[]> {
    return lines((await this.#ask(['rev-list', '--topo-order', `--max-count=${limit}`, commit, '--'])) ?? '');
  }

  /** In order of `ids`; undefined for what was not fetched. */
  async sizes(ids: readonly string[]): Promise<(GitObjectSize | undefined)[]> {
    if (ids.length === 0 || (await this.generation()) === undefined) {
      return ids.map(() => undefined);
    }
    const { directory, args, input } = { directory: this.path, args: ['cat-file', '--batch-check'], input: ids };
    const { status, stdout, stderr } = await this.#git.local({ directory, args, input: `${input.join('\n')}\n` });
    const sizes = parseObjectSizes(stdout);
    if (status !== 0 || sizes.length !== ids.length) {
      throw damaged(lastLine(stderr));
    }
    return sizes;
  }

  /** The objects in order of `ids`. Throws `UPSTREAM_TOO_LARGE`; one that is missing is damage. */
  objects(ids: readonly string[], limits: ObjectLimits): AsyncGenerator<GitObject> {
    return readObjects(ids, limits, {
      sizes: (some) => this.sizes(some),
      read: async (some) => {
        const [args, input] = [['cat-file', '--batch'], `${some.join('\n')}\n`];
        const { status, stdout, stderr } = await this.#git.local({ directory: this.path, args, input });
        if (status !== 0) {
          throw damaged(lastLine(stderr));
        }
        return stdout;
      },
    });
  }

  /** Whether every commit of every branch can be read. */
  async isHealthy(): Promise<boolean> {
    const args = ['rev-list', '--count', '--all'];
    const { status, stderr } = await this.#git.local({ directory: this.path, args });
    return status === 0 && stderr === '';
  }

  /** The output of a command; undefined when it ends with one of `noneStatuses`, or nothing was ever fetched. */
  async #ask(args: readonly string[], noneStatuses: readonly number[] = []): Promise<string | undefined> {
    if ((await this.generation()) === undefined) {
      return undefined;
    }
    const { status, stdout, stderr } = await this.#git.local({ directory: this.path, args });
    if (status !== 0 && !noneStatuses.includes(status)) {
      throw damaged(lastLine(stderr));
    }
    return status === 0 ? stdout.toString() : undefined;
  }
}

/** Branches are part of arguments of git, and of names of files. git-check-ref-format(1). Throws `UPSTREAM_BAD_ADDRESS`. */
export function checkBranchName(branch: string): void {
  const isBad =
    branch.length > 200 ||
    !/^[A-Za-z0-9_]/.test(branch) ||
    /[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/[/.]|\.lock(?:\/|$)|[/.]$/u.test(branch);
  if (isBad) {
    throw new SlipwayError('UPSTREAM_BAD_ADDRESS', `Cannot use ${JSON.stringify(branch)} as a branch`, {
      hint: 'give dist-git-branch the name of a branch, such as f43 or rawhide',
    });
  }
}

/** For people the name of the repository, for programs a digest of the whole address. */
function directoryName(uri: string): string {
  const name = /([A-Za-z0-9._+-]{1,60}?)(?:\.git)?\/*$/.exec(uri.slice(-200))?.[1]?.replace(/^\.+/, '') ?? '';
  return `${name === '' ? 'repository' : name}-${sha256(uri).slice(0, 16)}`;
}

function lines(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

function lastLine(stderr: string): string {
  return stderr.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
}
