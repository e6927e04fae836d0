import { plural, SlipwayError } from '@slipway/core';
import type { HistoryCommit } from './history-commit.ts';

/** The blob id under which the newest commit of a combined history has the spec as the overlays made it. */
export const renderedBlob = 'rendered';

/** A commit of the project that wrote the lock of a component; the list has them oldest first. */
export interface LockCommit {
  readonly projectCommit: string;
  readonly author: { readonly name: string; readonly email: string };
  /** Seconds since 1970: when it was authored. */
  readonly time: number;
  readonly message: string;
  /** The upstream commit that the lock names; empty for a local component. */
  readonly upstreamCommit: string;
  readonly fingerprint: string;
}

export interface CombineInput {
  /** Upstream's, children before parents; empty for a local component. */
  readonly history: readonly HistoryCommit[];
  readonly lockCommits: readonly LockCommit[];
  /** What the lock would say now, when nobody has committed it yet. */
  readonly dirty?: Pick<LockCommit, 'upstreamCommit' | 'fingerprint' | 'time'>;
  /** The oldest upstream commit that the project knows: history before it stays as it is. */
  readonly importCommit?: string;
  /** Blob of the file `changelog` after the overlays, where they changed it. */
  readonly changelog?: { readonly blob: string | undefined };
  /** Who writes the commit for what is not committed: `azldev` or `slipway`. */
  readonly tool: string;
}

export interface CombinedHistory {
  /** Children before parents; upstream's own when the project changed nothing. */
  readonly history: readonly HistoryCommit[];
  /** Commits of the project that changed the component, those without a place in the history included. */
  readonly commits: number;
  readonly warnings: readonly string[];
}

/**
 * The history that releases and changelogs are computed from (overlays.md 3.5): a commit for each commit of the project
 * that changed the fingerprint, after the upstream commit that the lock named then. Upstream's commits after
 * `importCommit` follow along first parents, merges as ordinary commits; only the last commit has the rendered spec.
 * Throws `RENDER_HISTORY_INCOMPLETE`.
 */
export function combineHistory(input: CombineInput): CombinedHistory {
  const changes = fingerprintChanges(input);
  const newest = changes.at(-1);
  if (newest === undefined) {
    return { history: input.history, commits: 0, warnings: [] };
  }
  const mainline = upstreamMainline(input, newest.upstreamCommit);
  const { sequence, dropped } = interleave(mainline, changes);
  const [base] = mainline;
  return {
    history: [
      ...linked(sequence, input).reverse(),
      ...(base === undefined ? [] : ancestorsOf(base, input.history, new Set(mainline.map(({ id }) => id)))),
    ],
    commits: changes.length,
    warnings: dropped.length === 0 ? [] : [droppedWarning(dropped)],
  };
}

/** The changes of the fingerprint, the first one included, oldest first. */
function fingerprintChanges({ lockCommits, dirty, tool }: CombineInput): LockCommit[] {
  const uncommitted: LockCommit[] =
    dirty === undefined
      ? []
      : [
          {
            projectCommit: 'dirty',
            author: { name: tool, email: `${tool}@local` },
            message: 'Local changes (uncommitted)',
            ...dirty,
          },
        ];
  const all = [...lockCommits, ...uncommitted];
  return all.filter(({ fingerprint }, index) => fingerprint !== (all[index - 1]?.fingerprint ?? ''));
}

/** First parents from the commit that the project uses back to the one it began with; oldest first. */
function upstreamMainline({ history, importCommit }: CombineInput, upstreamCommit: string): HistoryCommit[] {
  const byId = new Map(history.map((commit, index) => [commit.id, { commit, index }]));
  const mainline: HistoryCommit[] = [];
  let found = upstreamCommit === '';
  let current = history[0];
  while (current !== undefined && mainline.length < history.length) {
    found ||= current.id === upstreamCommit;
    if (found) {
      mainline.push(current);
    }
    current = current.id === importCommit ? undefined : olderParent(current, byId);
  }
  if (!found) {
    throw notInHistory('commit that the lock names', upstreamCommit);
  }
  if (importCommit !== undefined && history.length > 0 && mainline.at(-1)?.id !== importCommit) {
    throw notInHistory('import commit', importCommit);
  }
  return mainline.reverse();
}

/** The first parent; undefined when it does not come after the commit, so that following it always ends. */
function olderParent(
  { id, parents }: HistoryCommit,
  byId: ReadonlyMap<string, { readonly commit: HistoryCommit; readonly index: number }>,
): HistoryCommit | undefined {
  const parent = byId.get(parents[0] ?? '');
  return parent !== undefined && parent.index > (byId.get(id)?.index ?? 0) ? parent.commit : undefined;
}

function notInHistory(what: string, id: string): SlipwayError {
  return new SlipwayError(
    'RENDER_HISTORY_INCOMPLETE',
    `Cannot place the project's commits: the ${what}, ${id}, is not in the history`,
    {
      hint: 'upstream rewrote its history, or the lock is of another branch: update the lock of the component',
      data: { commit: id },
    },
  );
}

type Placed = { readonly upstream: HistoryCommit } | { readonly change: LockCommit };

/** Each change behind the upstream commit of its lock; those of the newest lock, or of none, on top. */
function interleave(
  mainline: readonly HistoryCommit[],
  changes: readonly LockCommit[],
): { sequence: Placed[]; dropped: LockCommit[] } {
  const newest = changes.at(-1)?.upstreamCommit;
  const isOnTop = ({ upstreamCommit }: LockCommit) => upstreamCommit === '' || upstreamCommit === newest;
  const below = Map.groupBy(
    changes.filter((change) => !isOnTop(change)),
    ({ upstreamCommit }) => upstreamCommit,
  );
  const sequence = mainline.flatMap((upstream): Placed[] => {
    const placed = below.get(upstream.id) ?? [];
    below.delete(upstream.id);
    return [{ upstream }, ...placed.map((change) => ({ change }))];
  });
  const top = changes.filter(isOnTop).map((change) => ({ change }));
  return { sequence: [...sequence, ...top], dropped: [...below.values()].flat() };
}

/** The commits in one line, oldest first. A change has the files of the commit before it, the last one the rendered. */
function linked(sequence: readonly Placed[], input: CombineInput): HistoryCommit[] {
  const commits: HistoryCommit[] = input.history.length === 0 ? [initialCommit(input)] : [];
  sequence.forEach((placed, index) => {
    const before = commits.at(-1);
    if ('upstream' in placed) {
      commits.push(before === undefined ? placed.upstream : { ...placed.upstream, parents: [before.id] });
    } else {
      commits.push(
        changeCommit(placed.change, before as HistoryCommit, index < sequence.length - 1 ? undefined : input),
      );
    }
  });
  return commits;
}

function changeCommit(change: LockCommit, before: HistoryCommit, rendered: CombineInput | undefined): HistoryCommit {
  const files = rendered === undefined ? before : renderedFiles(before, rendered);
  return {
    id: `project:${change.projectCommit}`,
    parents: [before.id],
    author: change.author,
    authored: change.time,
    committed: change.time,
    message: `${subjectOf(change.message)}\n\nProject commit: ${change.projectCommit}`,
    ...filesOf(files),
  };
}

function renderedFiles(before: HistoryCommit, { changelog }: CombineInput): Pick<HistoryCommit, 'spec' | 'changelog'> {
  const blob = changelog === undefined ? before.changelog : changelog.blob;
  return { spec: renderedBlob, ...(blob === undefined ? {} : { changelog: blob }) };
}

function filesOf({
  spec,
  changelog,
}: Pick<HistoryCommit, 'spec' | 'changelog'>): Pick<HistoryCommit, 'spec' | 'changelog'> {
  return { ...(spec === undefined ? {} : { spec }), ...(changelog === undefined ? {} : { changelog }) };
}

/** As git's `%s`: the first paragraph in one line. Lists in the message of a project commit are not about one package. */
function subjectOf(message: string): string {
  const lines = message
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const end = lines.indexOf('');
  return lines.slice(0, end < 0 ? undefined : end).join(' ');
}

/** A local component has no history; its sources are there since the project first wrote them down. */
function initialCommit({ tool, changelog, lockCommits, dirty }: CombineInput): HistoryCommit {
  const { blob } = changelog ?? { blob: undefined };
  const time = lockCommits[0]?.time ?? dirty?.time ?? 0;
  return {
    id: 'initial',
    parents: [],
    author: { name: tool, email: `${tool}@local` },
    authored: time,
    committed: time,
    message: 'Initial sources',
    spec: renderedBlob,
    ...(blob === undefined ? {} : { changelog: blob }),
  };
}

/** Everything before a commit, in the order of the history; what is placed already is not placed again. */
function ancestorsOf(
  { parents }: HistoryCommit,
  history: readonly HistoryCommit[],
  placed: ReadonlySet<string>,
): HistoryCommit[] {
  const wanted = new Set(parents);
  return history.filter((commit) => {
    if (wanted.has(commit.id)) {
      for (const parent of commit.parents) {
        wanted.add(parent);
      }
    }
    return wanted.has(commit.id) && !placed.has(commit.id);
  });
}

function droppedWarning(dropped: readonly LockCommit[]): string {
  const names = [...new Set(dropped.map(({ upstreamCommit }) => upstreamCommit.slice(0, 12)))].slice(0, 5);
  return `${plural(dropped.length, 'commit')} of the project left out of the changelog: upstream's history has no ${names.join(', ')}`;
}
