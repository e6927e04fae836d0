import type { HistoryCommit } from './history-commit.ts';
import { type MagicComments, parseMagicComments } from './magic-comments.ts';
import { type RelevantCommit, relevantCommits, type VersionAt } from './relevant-commits.ts';
import type { SpecVersion } from './spec-version.ts';

/** A commit as the history numbers it. */
export interface NumberedCommit extends RelevantCommit {
  readonly version: SpecVersion | undefined;
  /** Commits since the version last changed, this one included; without `-b`. */
  readonly release: number;
  readonly magic: MagicComments;
}

/**
 * Counts the releases of the newest commit, and of those before it that matter to the count or, with `changelog`, to
 * the changelog; oldest first. As rpmautospec counts: one more than the highest of the parents with the same version,
 * where a commit whose version cannot be read counts for any. Throws `RENDER_HISTORY_INCOMPLETE`.
 */
export async function numberHistory(
  history: readonly HistoryCommit[],
  versionAt: VersionAt,
  options: { readonly changelog: boolean },
): Promise<Map<string, NumberedCommit>> {
  const numbered = new Map<string, NumberedCommit>();
  for (const { commit, plan } of await relevantCommits(history, versionAt, options)) {
    const version = await versionAt(commit);
    const magic = parseMagicComments(commit.message);
    const counted = commit.parents.map((id) => releaseOf(numbered.get(id), version));
    const release = Math.max(0, ...counted) + (commit.spec === undefined ? 0 : 1);
    numbered.set(commit.id, { commit, version, magic, plan, release: Math.max(release, magic.bumpRelease) });
  }
  return numbered;
}

function releaseOf(parent: NumberedCommit | undefined, version: SpecVersion | undefined): number {
  const comparable = parent?.version !== undefined && version !== undefined;
  return parent === undefined || (comparable && parent.version.epochVersion !== version.epochVersion)
    ? 0
    : parent.release;
}
