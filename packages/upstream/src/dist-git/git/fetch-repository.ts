import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, nearestNames, removeLeftTemporaries, replaceAtomically, SlipwayError } from '@slipway/core';
import type { Lanes } from '../lanes.ts';
import type { BareRepository } from './bare-repository.ts';
import { isRefusedById } from './git-failure.ts';
import { damaged } from './git-object.ts';
import type { GitProgram, RemoteCommand } from './git-program.ts';
import type { RepositoryLock } from './repository-lock.ts';

export interface RepositoryFetcherOptions {
  readonly repository: BareRepository;
  readonly git: GitProgram;
  readonly lock: RepositoryLock;
  readonly lanes: Lanes;
  /** Called when a branch was found to have lost commits. */
  readonly onRewritten: () => Promise<void>;
}

/** A partial clone (partial-clone.txt of git): commits and trees come with a branch, contents when they are asked for. */
const partialClone = {
  'remote.origin.promisor': 'true',
  'remote.origin.partialclonefilter': 'blob:none',
};
const quietFetch = [
  ...['fetch', '--progress', '--no-tags', '--no-write-fetch-head', '--recurse-submodules=no', '--no-auto-maintenance'],
];
const filtered = '--filter=blob:none'; // servers that cannot filter ignore it and send everything
const allBranches = '+refs/heads/*:refs/heads/*';

/**
 * Brings what is missing into the cached copy of an upstream repository. Only one process writes there at a time; git
 * moves a branch only when all of its objects have come, so a fetch that is cut short leaves nothing that is trusted.
 */
export class RepositoryFetcher {
  readonly #options: RepositoryFetcherOptions;

  constructor(options: RepositoryFetcherOptions) {
    this.#options = options;
  }

  /** Throws `UPSTREAM_NO_BRANCH` with the nearest names, and what `GitProgram.remote` throws. */
  async fetchBranch(branch: string): Promise<void> {
    try {
      await this.#fetchRefs([filtered, 'origin', `+refs/heads/${branch}:refs/heads/${branch}`]);
    } catch (failure) {
      throw failure instanceof SlipwayError && failure.code === 'UPSTREAM_NO_BRANCH'
        ? await this.#noBranch(branch)
        : failure;
    }
  }

  async fetchAllBranches(): Promise<void> {
    await this.#fetchRefs([filtered, '--prune', 'origin', allBranches]);
  }

  /** Brings objects (contents of files) by their ids, all in one exchange. */
  async fetchObjects(ids: readonly string[]): Promise<void> {
    const input = `${ids.join('\n')}\n`;
    const config = { 'fetch.negotiationAlgorithm': 'noop' };
    try {
      await this.#alone(() => this.#run({ args: ['--stdin', filtered, 'origin'], input, config }));
    } catch (failure) {
      if (!isRefusedById(failure)) {
        throw failure;
      }
      await this.#fetchRefs(['--refetch', '--no-filter', 'origin', allBranches]);
    }
  }

  /** Removes the repository when it is still the one that was found to be damaged. */
  async discard(generation: string | undefined): Promise<void> {
    const { repository, lock } = this.#options;
    await lock.run(async () => {
      if ((await repository.generation()) === generation) {
        await removeDirectory(repository.path);
      }
    });
  }

  async #fetchRefs(args: readonly string[]): Promise<void> {
    await this.#alone(async () => {
      await this.#prepare();
      const before = await this.#tips();
      await this.#run({ args });
      await this.#noteRewritten(before);
    });
  }

  /** Runs `fetch` while nobody else writes to the repository. */
  async #alone(fetch: () => Promise<void>): Promise<void> {
    const { lock, lanes } = this.#options;
    await lanes.run(() => lock.run(fetch));
  }

  async #run({ args, input, config }: Pick<RemoteCommand, 'args' | 'input' | 'config'>): Promise<void> {
    const { repository, git } = this.#options;
    await git
      .remote({
        ...{ directory: repository.path, uri: repository.uri, args: [...quietFetch, ...args] },
        ...{ config: { ...partialClone, ...config }, prepare: () => this.#prepare() },
        ...(input === undefined ? {} : { input }),
      })
      .catch((failure: unknown) => this.#explain(failure));
  }

  /** Makes the repository if there is none, and removes what a killed git left: its locks would stop the next one. */
  async #prepare(): Promise<void> {
    const { repository, git } = this.#options;
    await removeLeftTemporaries(repository.root, { isMine: true, depth: 0 });
    if ((await repository.generation()) !== undefined) {
      await removeLocks(repository.path);
      return;
    }
    await removeDirectory(repository.path);
    await replaceAtomically(repository.path, async (directory) => {
      const args = ['init', '--bare', '--quiet', '--template=', '--initial-branch=none'];
      const { status, stderr } = await git.local({ directory, args });
      if (status !== 0) {
        throw new SlipwayError('UPSTREAM_TOOL', `Cannot make ${repository.path}: ${stderr.trim().slice(0, 300)}`);
      }
    });
  }

  /** A failure of the network, unless it is the cached copy that git cannot work with. */
  async #explain(failure: unknown): Promise<never> {
    const isUnclear = failure instanceof SlipwayError && failure.code === 'UPSTREAM_NETWORK';
    if (isUnclear && !isRefusedById(failure) && !(await this.#options.repository.isHealthy())) {
      throw damaged(failure.message);
    }
    throw failure;
  }

  async #tips(): Promise<ReadonlyMap<string, string>> {
    const { repository, git } = this.#options;
    const args = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads/'];
    const { stdout } = await git.local({ directory: repository.path, args });
    const lines = stdout.toString().split('\n').filter(Boolean);
    return new Map(lines.map((line) => [line.slice(41), line.slice(0, 40)]));
  }

  /** Commits that no branch has any more may not be remembered as reachable. */
  async #noteRewritten(before: ReadonlyMap<string, string>): Promise<void> {
    const after = await this.#tips();
    const moved = [...before].filter(([name, id]) => after.get(name) !== id).map(([, id]) => id);
    const kept = await Promise.all(moved.map((id) => this.#options.repository.isReachable(id)));
    if (kept.includes(false)) {
      await this.#options.onRewritten();
    }
  }

  async #noBranch(branch: string): Promise<SlipwayError> {
    const { repository, git } = this.#options;
    const args = ['ls-remote', '--heads', '--refs', 'origin'];
    const output = await git.remote({ directory: repository.path, uri: repository.uri, args });
    const names = output.split('\n').flatMap((line) => line.split('\trefs/heads/')[1] ?? []);
    const near = nearestNames(branch, names);
    const suggestions = near.length > 0 ? near : names.sort().slice(0, 5);
    return new SlipwayError('UPSTREAM_NO_BRANCH', `Cannot find the branch ${branch} in ${repository.uri}`, {
      hint:
        suggestions.length === 0
          ? 'the repository has no branches'
          : `${near.length > 0 ? 'did you mean' : 'it has'} ${suggestions.join(', ')}${near.length > 0 ? '?' : ''}`,
      data: { branch, near },
    });
  }
}

/** Locks and unfinished packs; whoever made them was killed, for nobody else holds our lock. */
async function removeLocks(path: string): Promise<void> {
  const packs = join(path, 'objects/pack');
  const unfinished = (await readdir(packs).catch(() => [])).filter((name) => name.startsWith('tmp_'));
  const inRefs = await readdir(join(path, 'refs'), { recursive: true }).catch(() => []);
  const left = [
    ...unfinished.map((name) => join(packs, name)),
    ...inRefs.filter((name) => name.endsWith('.lock')).map((name) => join(path, 'refs', name)),
    ...['packed-refs.lock', 'config.lock', 'HEAD.lock', 'shallow.lock'].map((name) => join(path, name)),
  ];
  await Promise.all(left.map(removeDirectory));
}

async function removeDirectory(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true }).catch((cause) => Promise.reject(fileError('write', path, cause)));
}
