import type { HistoryCommit, ReadBlob } from '../release/history-commit.ts';

/** A commit in a few words: the text of its spec and changelog file, the subject for the id. */
export interface ShortCommit {
  readonly id: string;
  /** Omitted: the commit before it in the list. */
  readonly parents?: readonly string[];
  readonly message?: string;
  /** Omitted: that of the first parent; null: no spec. */
  readonly spec?: string | null;
  readonly changelog?: string | null;
  readonly author?: string;
  /** Days since 1970. */
  readonly day?: number;
}

export interface MemoryHistory {
  readonly history: readonly HistoryCommit[];
  readonly readBlob: ReadBlob;
}

/** A history of commits that are given oldest first; the text of a blob is its id. */
export function memoryHistory(commits: readonly ShortCommit[]): MemoryHistory {
  const made = new Map<string, HistoryCommit>();
  commits.forEach((commit, index) => {
    const parents = commit.parents ?? commits.slice(Math.max(0, index - 1), index).map(({ id }) => id);
    made.set(commit.id, makeCommit({ ...commit, parents }, made.get(parents[0] ?? '')));
  });
  return { history: [...made.values()].reverse(), readBlob: async (id) => Buffer.from(id) };
}

function makeCommit(
  commit: ShortCommit & { parents: readonly string[] },
  before: HistoryCommit | undefined,
): HistoryCommit {
  const spec = commit.spec === undefined ? before?.spec : (commit.spec ?? undefined);
  const changelog = commit.changelog === undefined ? before?.changelog : (commit.changelog ?? undefined);
  const seconds = (commit.day ?? 0) * 86_400;
  return {
    id: commit.id,
    parents: commit.parents,
    author: { name: commit.author ?? 'Ann', email: 'ann@example.org' },
    authored: seconds,
    committed: seconds,
    message: commit.message ?? commit.id,
    ...(spec === undefined ? {} : { spec }),
    ...(changelog === undefined ? {} : { changelog }),
  };
}

/** A spec that uses both macros. */
export function autoSpec(version: string, release = '%autorelease'): string {
  return [
    'Name: demo',
    `Version: ${version}`,
    `Release: ${release}`,
    'Summary: A demonstration',
    'License: MIT',
    '',
    '%description',
    'Nothing.',
    '',
    '%changelog',
    '%autochangelog',
    '',
  ].join('\n');
}
