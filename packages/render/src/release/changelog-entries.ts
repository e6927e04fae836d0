import type { HistoryCommit } from './history-commit.ts';
import type { NumberedCommit } from './number-history.ts';

export type ChangelogEntry =
  | { readonly kind: 'commit'; readonly numbered: NumberedCommit }
  /** A merge that neither has the content of one parent nor a changelog file of its own. */
  | { readonly kind: 'unresolvable-merge'; readonly numbered: NumberedCommit }
  /** The file `changelog`, word for word: the end of the changelog. */
  | { readonly kind: 'file'; readonly blob: string };

export interface ChangelogPlan {
  /** Blob id of the file `changelog` when this commit wrote it. */
  readonly file: string | undefined;
  /** Whether it took the file away. */
  readonly removesFile: boolean;
  /** The parent whose changelog goes on. */
  readonly next: HistoryCommit | undefined;
  readonly unresolvable: boolean;
  /** Whether the changelog goes on with that of a parent. */
  readonly continues: boolean;
}

/** How a commit takes part in the changelog (rpmautospec, "Changelogs from merged history"). */
export function planChangelog(commit: HistoryCommit, parents: readonly HistoryCommit[]): ChangelogPlan {
  const isNew = parents.every(({ changelog }) => changelog !== commit.changelog);
  const file = isNew ? commit.changelog : undefined;
  const isMerge = parents.length > 1;
  const next = isMerge ? parents.find((parent) => hasSameContent(commit, parent)) : parents[0];
  const unresolvable = isMerge && next === undefined && file === undefined;
  return {
    file,
    removesFile: commit.changelog === undefined && parents.some(({ changelog }) => changelog !== undefined),
    next,
    unresolvable,
    continues: file === undefined && !unresolvable,
  };
}

function hasSameContent(commit: HistoryCommit, parent: HistoryCommit): boolean {
  return commit.tree !== undefined && parent.tree !== undefined
    ? commit.tree === parent.tree
    : commit.spec === parent.spec && commit.changelog === parent.changelog;
}

/** The entries of the changelog at `head`, newest first. `numbered` is what `numberHistory` made with `changelog`. */
export function changelogEntries(head: string, numbered: ReadonlyMap<string, NumberedCommit>): ChangelogEntry[] {
  const removed = laterRemovals(numbered);
  const entries: ChangelogEntry[] = [];
  for (let current = numbered.get(head); current !== undefined; ) {
    const { plan } = current;
    if (plan.unresolvable) {
      entries.push({ kind: 'unresolvable-merge', numbered: current });
    } else if (plan.file !== undefined) {
      entries.push(...(removed.get(current.commit.id) === true ? [] : [{ kind: 'file', blob: plan.file } as const]));
    } else if (isListed(current, numbered)) {
      entries.push({ kind: 'commit', numbered: current });
    }
    current = plan.continues && plan.next !== undefined ? numbered.get(plan.next.id) : undefined;
  }
  return entries;
}

/** A merge says nothing itself: its changelog is that of the parent which it equals. */
function isListed({ commit, plan, magic }: NumberedCommit, numbered: ReadonlyMap<string, NumberedCommit>): boolean {
  const repeatsParent = commit.parents.length > 1 && plan.next !== undefined && numbered.has(plan.next.id);
  return !repeatsParent && commit.spec !== undefined && !magic.skipChangelog;
}

/** Whether all ways from a commit to the newest one take the changelog file away: then nobody wants it any more. */
function laterRemovals(numbered: ReadonlyMap<string, NumberedCommit>): Map<string, boolean> {
  const removed = new Map<string, boolean>();
  for (const current of [...numbered.values()].reverse()) {
    const { plan } = current;
    const passedOn = plan.file === undefined && (removed.get(current.commit.id) === true || plan.removesFile);
    for (const parent of current.commit.parents) {
      removed.set(parent, passedOn && removed.get(parent) !== false);
    }
  }
  return removed;
}
