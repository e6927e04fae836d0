import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, SlipwayError, TaskCache, type TaskSpec } from '@slipway/core';
import { BareRepository } from './git/bare-repository.ts';
import { RepositoryFetcher } from './git/fetch-repository.ts';
import { GitProgram } from './git/git-program.ts';
import { RepositoryLock } from './git/repository-lock.ts';
import type { Lanes } from './lanes.ts';
import type { UpstreamOptions } from './upstream-options.ts';

/** What is missing offline, and for whom. */
export interface Need {
  readonly what: string;
  readonly component: string;
}

/** What all repositories of a run share. */
export interface FetchRoom {
  readonly lanes: Lanes;
  /** Called after every exchange with a remote. */
  readonly onFetched: (component: string) => void;
}

/**
 * One upstream repository: its cached copy, how to bring more into it, and what was found out before. In the life of
 * this object every branch is fetched at most once.
 */
export class UpstreamRepository {
  readonly bare: BareRepository;
  readonly #options: UpstreamOptions;
  readonly #onFetched: FetchRoom['onFetched'];
  readonly #fetcher: RepositoryFetcher;
  readonly #known: TaskCache;
  readonly #fetches = new Map<string, Promise<void>>();
  /** Commits that were seen in the cached copy. */
  readonly #present = new Set<string>();

  constructor(uri: string, options: UpstreamOptions, { lanes, onFetched }: FetchRoom) {
    const git = new GitProgram(options);
    this.#options = options;
    this.#onFetched = onFetched;
    this.bare = new BareRepository(uri, join(options.cacheDirectory, 'dist-git'), git);
    const lock = new RepositoryLock({
      path: join(this.bare.root, 'lock'),
      wait: options.wait,
      patienceSeconds: git.wholeRunSeconds,
    });
    const onRewritten = () => this.forget();
    this.#fetcher = new RepositoryFetcher({ repository: this.bare, git, lock, lanes, onRewritten });
    this.#known = new TaskCache(join(this.bare.root, 'known'), options.store);
  }

  /** The commit that was found for `question` before. */
  async recall(question: unknown): Promise<string | undefined> {
    return (await this.#known.peek(this.#task(question)))?.value;
  }

  async remember(question: unknown, commit: string): Promise<string> {
    return (await this.#known.run(this.#task(question), async () => commit)).value;
  }

  async forget(): Promise<void> {
    const path = join(this.bare.root, 'known');
    await rm(path, { recursive: true, force: true }).catch((cause) => Promise.reject(fileError('write', path, cause)));
  }

  /** Throws `UPSTREAM_OFFLINE`, or what `RepositoryFetcher` throws. */
  fetchBranch(branch: string, need: Need): Promise<void> {
    return this.#once(`branch ${branch}`, need, () => this.#fetcher.fetchBranch(branch));
  }

  fetchAllBranches(need: Need): Promise<void> {
    return this.#once('all branches', need, () => this.#fetcher.fetchAllBranches());
  }

  /** Sees to it that a commit (40 digits) is there. Throws `UPSTREAM_COMMIT_UNREACHABLE`. */
  async requireCommit(commit: string, need: Need): Promise<void> {
    if (!/^[0-9a-f]{40}$/.test(commit)) {
      throw new SlipwayError('CORE_BUG', `${JSON.stringify(commit.slice(0, 80))} is not a resolved commit`);
    }
    if (this.#present.has(commit) || (await this.#has(commit))) {
      return;
    }
    await this.fetchAllBranches(need);
    if (!(await this.#has(commit))) {
      throw new SlipwayError(
        'UPSTREAM_COMMIT_UNREACHABLE',
        `Cannot find the commit ${commit} on any branch of ${this.bare.uri}`,
        { hint: 'upstream rewrote its history, or the commit is of another package', data: { commit } },
      );
    }
  }

  /** Brings those of the objects that were not fetched yet, in one exchange. */
  async fetchMissing(ids: readonly string[], need: Need): Promise<void> {
    const sizes = await this.bare.sizes(ids);
    const missing = ids.filter((_, index) => sizes[index] === undefined);
    if (missing.length > 0) {
      await this.#fetch(need, () => this.#fetcher.fetchObjects(missing));
    }
  }

  /** Runs `work`; when it finds the cached copy damaged, once more with a new one. */
  async healing<T>(need: Need, work: () => Promise<T>): Promise<T> {
    const generation = await this.bare.generation();
    try {
      return await work();
    } catch (failure) {
      if (!(failure instanceof SlipwayError) || failure.code !== 'UPSTREAM_CACHE_DAMAGED') {
        throw failure;
      }
      if (this.#options.offline) {
        throw this.#offline(need, failure);
      }
      await this.#fetcher.discard(generation);
      this.#fetches.clear();
      this.#present.clear();
      return work();
    }
  }

  async #has(commit: string): Promise<boolean> {
    const has = (await this.bare.sizes([commit]))[0]?.type === 'commit';
    if (has) {
      this.#present.add(commit);
    }
    return has;
  }

  #once(name: string, need: Need, fetch: () => Promise<void>): Promise<void> {
    const running = this.#fetches.get(name) ?? this.#fetch(need, fetch);
    this.#fetches.set(name, running);
    running.catch(() => this.#fetches.delete(name));
    return running;
  }

  async #fetch(need: Need, fetch: () => Promise<void>): Promise<void> {
    if (this.#options.offline) {
      throw this.#offline(need);
    }
    await fetch();
    this.#onFetched(need.component);
  }

  #offline({ what, component }: Need, cause?: unknown): SlipwayError {
    return new SlipwayError(
      'UPSTREAM_OFFLINE',
      `Cannot go on offline: ${what} of ${this.bare.uri} is not in the cache`,
      {
        hint: `run once with the network: slipway component render ${component}`,
        data: { component, missing: what },
        ...(cause === undefined ? {} : { cause }),
      },
    );
  }

  #task(question: unknown): TaskSpec<string> {
    const { code } = this.#options;
    return { kind: 'commit', name: JSON.stringify(question), inputs: question, code, objects: () => [] };
  }
}
