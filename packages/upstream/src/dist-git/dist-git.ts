import { join } from 'node:path';
import { TaskCache } from '@slipway/core';
import { HistoryBlobs } from './history-blobs.ts';
import { Lanes } from './lanes.ts';
import { readHistory, type UpstreamCommit } from './read-history.ts';
import { readTree } from './read-tree.ts';
import { type CommitRequest, type ResolvedCommit, resolveCommit } from './resolve-commit.ts';
import type { UpstreamOptions } from './upstream-options.ts';
import { type FetchRoom, type Need, UpstreamRepository } from './upstream-repository.ts';
import { type StoredTree, UpstreamTree } from './upstream-tree.ts';

/** A commit and all before it, newest first: children before parents. */
export interface UpstreamHistory {
  readonly commits: readonly UpstreamCommit[];
  /** The bytes of a `spec` or `changelog` of these commits. */
  readBlob(id: string): Promise<Buffer>;
}

/** Sizes of what `history` gives. */
const blobLimits = { objectBytes: 16 << 20, totalBytes: 1 << 28, what: 'the specs of a history' };

/**
 * Upstream's dist-git repositories, by way of one cache of partial clones that all components, runs and processes share.
 * What is asked again is answered without git: commits are chosen once, and files and histories of a commit never
 * change. An object is one run: it fetches a branch at most once.
 */
export class DistGit {
  readonly #options: UpstreamOptions;
  readonly #room: FetchRoom;
  readonly #tasks: TaskCache;
  readonly #repositories = new Map<string, UpstreamRepository>();

  constructor(options: UpstreamOptions) {
    this.#options = options;
    let done = 0;
    const onFetched = (item: string) =>
      options.progress?.({ type: 'advance', stage: 'render', unit: 'steps', done: ++done, item });
    this.#room = { lanes: new Lanes(options.concurrency), onFetched };
    this.#tasks = new TaskCache(join(options.cacheDirectory, 'dist-git-contents'), options.store);
  }

  /**
   * The commit that a component is taken from. Throws `UPSTREAM_COMMIT_UNREACHABLE`, `UPSTREAM_AMBIGUOUS_COMMIT`,
   * `UPSTREAM_NO_COMMIT`, `UPSTREAM_NO_BRANCH`, `UPSTREAM_NO_REPOSITORY`, `UPSTREAM_NETWORK`, `UPSTREAM_OFFLINE`.
   */
  async resolveCommit(request: CommitRequest): Promise<ResolvedCommit> {
    const repository = this.#repository(request.uri);
    const need = { what: 'what the choice of the commit needs', component: request.component };
    return repository.healing(need, () => resolveCommit(repository, request, this.#options));
  }

  /** The files of a commit (40 digits). Throws `UPSTREAM_BAD_TREE`, `UPSTREAM_TOO_LARGE` and as `resolveCommit`. */
  async readTree(uri: string, commit: string): Promise<UpstreamTree> {
    const { store, code } = this.#options;
    const { value } = await this.#tasks.run<StoredTree>(
      { kind: 'upstream-tree', name: commit, inputs: { commit }, code, objects: ({ contents }) => [contents] },
      () =>
        this.#withCommit(uri, commit, (repository, { component }) =>
          readTree(repository, { commit, component }, store),
        ),
    );
    return new UpstreamTree(commit, value, store);
  }

  /** What came before a commit (40 digits); `specName` is the name of the spec's file. Errors as `readTree`. */
  async history(uri: string, commit: string, specName: string): Promise<UpstreamHistory> {
    const { store, code } = this.#options;
    const { value: commits } = await this.#tasks.run<readonly UpstreamCommit[]>(
      { kind: 'upstream-history', name: commit, inputs: { commit, specName }, code, objects: () => [] },
      () => this.#withCommit(uri, commit, (repository) => readHistory(repository, commit, specName)),
    );
    const readBlobs = (ids: readonly string[], all: readonly string[]) =>
      this.#withCommit(uri, commit, (repository, need) => fetchBlobs(repository, need, { ids, all }));
    const blobs = new HistoryBlobs({ commits, store, tasks: this.#tasks, code, readBlobs });
    return { commits, readBlob: (id) => blobs.read(id) };
  }

  /** Runs `read` with a repository that has the commit. */
  async #withCommit<T>(
    uri: string,
    commit: string,
    read: (repository: UpstreamRepository, need: Need) => Promise<T>,
  ): Promise<T> {
    const repository = this.#repository(uri);
    const need = { what: `the commit ${commit}`, component: packageName(uri) };
    return repository.healing(need, async () => {
      await repository.requireCommit(commit, need);
      return read(repository, need);
    });
  }

  #repository(uri: string): UpstreamRepository {
    const known = this.#repositories.get(uri) ?? new UpstreamRepository(uri, this.#options, this.#room);
    this.#repositories.set(uri, known);
    return known;
  }
}

async function fetchBlobs(
  repository: UpstreamRepository,
  need: Need,
  { ids, all }: { readonly ids: readonly string[]; readonly all: readonly string[] },
): Promise<Buffer[]> {
  await repository.fetchMissing(all, { ...need, what: 'the specs of the history' });
  const blobs: Buffer[] = [];
  for await (const { bytes } of repository.bare.objects(ids, blobLimits)) {
    blobs.push(bytes);
  }
  return blobs;
}

function packageName(uri: string): string {
  const last = uri.split('/').findLast((part) => part !== '') ?? uri;
  return last.replace(/\.git$/, '');
}
