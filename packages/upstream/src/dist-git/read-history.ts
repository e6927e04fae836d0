import { SlipwayError } from '@slipway/core';
import { type CommitObject, type CommitPerson, parseCommit } from './git/commit-object.ts';
import { parseTree } from './git/tree-object.ts';
import type { UpstreamRepository } from './upstream-repository.ts';

/** A commit of upstream's history, as release and changelog are computed from. */
export interface UpstreamCommit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly author: CommitPerson;
  /** Seconds since 1970. */
  readonly authored: number;
  /** Seconds since 1970. */
  readonly committed: number;
  readonly message: string;
  /** Its tree: a merge that has that of a parent changed nothing. */
  readonly tree: string;
  /** Blob of the spec in this commit; undefined where there is none. */
  readonly spec?: string;
  /** Blob of the file `changelog`. */
  readonly changelog?: string;
}

/** Fedora's kernel has some 20,000. */
const commitLimit = 100_000;
const changelogName = 'changelog';

/**
 * The commit and all before it, children before parents, with what each had as spec and changelog. Throws
 * `UPSTREAM_TOO_LARGE`, `UPSTREAM_BAD_OBJECT`.
 */
export async function readHistory(
  repository: UpstreamRepository,
  commit: string,
  specName: string,
): Promise<UpstreamCommit[]> {
  const ids = await repository.bare.ancestry(commit, commitLimit + 1);
  if (ids.length > commitLimit) {
    throw new SlipwayError('UPSTREAM_TOO_LARGE', `Cannot read the history of ${commit}: it is too long`, {
      hint: `no more than ${commitLimit} commits are read`,
    });
  }
  const commits = await readCommits(repository, ids);
  const wanted = [specName, changelogName];
  const blobs = await readRootBlobs(repository, new Set(commits.map(({ tree }) => tree)), wanted);
  return commits.map((entry, index) => {
    const [spec, changelog] = wanted.map((name) => blobs.get(entry.tree)?.get(name));
    return {
      id: ids[index] as string,
      ...entry,
      ...(spec === undefined ? {} : { spec }),
      ...(changelog === undefined ? {} : { changelog }),
    };
  });
}

async function readCommits(repository: UpstreamRepository, ids: readonly string[]): Promise<CommitObject[]> {
  const commits: CommitObject[] = [];
  const limits = { objectBytes: 1 << 20, totalBytes: 256 << 20, what: 'the commits of a history' };
  for await (const { id, bytes } of repository.bare.objects(ids, limits)) {
    commits.push(parseCommit(id, bytes));
  }
  return commits;
}

/** By tree and name: the regular files that are wanted. Links are not files here either. */
async function readRootBlobs(
  repository: UpstreamRepository,
  trees: ReadonlySet<string>,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const blobs = new Map<string, ReadonlyMap<string, string>>();
  const limits = { objectBytes: 16 << 20, totalBytes: 4 * 2 ** 30, what: 'the directories of a history' };
  for await (const { id, bytes } of repository.bare.objects([...trees], limits)) {
    const files = parseTree(id, bytes).filter(({ mode }) => mode.startsWith('100'));
    const named = files.map((entry) => [entry.name.toString('latin1'), entry.id] as const);
    blobs.set(id, new Map(named.filter(([name]) => wanted.includes(name))));
  }
  return blobs;
}
