import { SlipwayError } from '@slipway/core';
import { type ChangelogPlan, planChangelog } from './changelog-entries.ts';
import type { HistoryCommit } from './history-commit.ts';
import type { SpecVersion } from './spec-version.ts';

/** The version of the spec at a commit; undefined without a spec that rpm would read. */
export type VersionAt = (commit: HistoryCommit) => Promise<SpecVersion | undefined>;

export interface RelevantCommit {
  readonly commit: HistoryCommit;
  readonly plan: ChangelogPlan;
}

/** What a commit passes on: whether its count or its changelog still depends on its parents. */
interface Visit {
  readonly reaches: boolean;
  readonly lists: boolean;
}

const passedBy: Visit = { reaches: false, lists: false };

/**
 * The commits that the newest one's release depends on, and with `changelog` its changelog; oldest first. The way through
 * merges is rpmautospec's, because it decides: along first parents, other parents later in the order they were met, a
 * commit after all its children. On one line nothing is relevant below a commit that no child asks for, even where
 * another branch joins it and asks again. Throws `RENDER_HISTORY_INCOMPLETE`.
 */
export async function relevantCommits(
  history: readonly HistoryCommit[],
  versionAt: VersionAt,
  { changelog }: { readonly changelog: boolean },
): Promise<RelevantCommit[]> {
  const graph = new HistoryGraph(history);
  const visits = new Map<string, Visit>();
  const relevant = new Map<string, RelevantCommit>();
  const waiting = history.slice(0, 1);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    let wanted = true;
    let current: HistoryCommit | undefined = next;
    while (current !== undefined && !visits.has(current.id)) {
      const asked = current === history[0] ? { reaches: true, lists: changelog } : graph.askedOf(current, visits);
      if (asked === undefined) {
        waiting.push(current); // one of its children has not been met yet
        break;
      }
      wanted &&= asked.reaches;
      const plan = wanted ? planChangelog(current, graph.parentsOf(current)) : undefined;
      visits.set(current.id, plan === undefined ? passedBy : await visit(current, { asked, plan, graph, versionAt }));
      if (plan !== undefined) {
        relevant.set(current.id, { commit: current, plan });
      }
      const [first, ...others] = graph.knownParentsOf(current);
      waiting.push(...others.filter(({ id }) => !visits.has(id)));
      current = first;
    }
  }
  return history.flatMap(({ id }) => relevant.get(id) ?? []).reverse();
}

interface VisitContext {
  readonly asked: Visit;
  readonly plan: ChangelogPlan;
  readonly graph: HistoryGraph;
  readonly versionAt: VersionAt;
}

async function visit(commit: HistoryCommit, { asked, plan, graph, versionAt }: VisitContext): Promise<Visit> {
  const lists = asked.lists && plan.continues;
  return { reaches: lists || (await countContinues(commit, graph.parentsOf(commit), versionAt)), lists };
}

/** Whether a parent may have the same version. */
async function countContinues(
  commit: HistoryCommit,
  parents: readonly HistoryCommit[],
  versionAt: VersionAt,
): Promise<boolean> {
  const version = await versionAt(commit);
  for (const parent of version === undefined ? [] : parents) {
    const before = await versionAt(parent);
    if (before === undefined || before.epochVersion === version?.epochVersion) {
      return true;
    }
  }
  return version === undefined;
}

class HistoryGraph {
  readonly #places: ReadonlyMap<string, { readonly commit: HistoryCommit; readonly index: number }>;
  /** Ids of the children that the newest commit descends from. */
  readonly #children = new Map<string, string[]>();

  constructor(history: readonly HistoryCommit[]) {
    this.#places = new Map(history.map((commit, index) => [commit.id, { commit, index }]));
    for (const [index, commit] of history.entries()) {
      if (index === 0 || this.#children.has(commit.id)) {
        for (const { id } of this.knownParentsOf(commit)) {
          this.#children.set(id, [...(this.#children.get(id) ?? []), commit.id]);
        }
      }
    }
  }

  /** Undefined while a child has not been visited. */
  askedOf({ id }: HistoryCommit, visits: ReadonlyMap<string, Visit>): Visit | undefined {
    const children = (this.#children.get(id) ?? []).map((child) => visits.get(child));
    return children.includes(undefined)
      ? undefined
      : {
          reaches: children.some((child) => child?.reaches === true),
          lists: children.some((child) => child?.lists === true),
        };
  }

  /** Parents that are in the history where they belong, after the commit. */
  knownParentsOf({ id, parents }: HistoryCommit): HistoryCommit[] {
    const own = this.#places.get(id)?.index ?? 0;
    return parents.flatMap((parent) => {
      const place = this.#places.get(parent);
      return place === undefined || place.index <= own ? [] : [place.commit];
    });
  }

  /** All parents. Throws `RENDER_HISTORY_INCOMPLETE`. */
  parentsOf(commit: HistoryCommit): HistoryCommit[] {
    const parents = this.knownParentsOf(commit);
    if (parents.length < commit.parents.length) {
      throw new SlipwayError(
        'RENDER_HISTORY_INCOMPLETE',
        `Cannot count the releases: a parent of commit ${commit.id} is not in the history after it`,
        {
          hint: 'fetch the whole history of the dist-git repository, children before parents',
          data: { commit: commit.id },
        },
      );
    }
    return parents;
  }
}
