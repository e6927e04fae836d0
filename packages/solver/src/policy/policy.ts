import { isSameClass, noarchScore } from '../pool/architecture.ts';
import { operator } from '../pool/dependency-table.ts';
import type { Pool } from '../pool/pool.ts';
import type { PoolView } from '../pool/pool-view.ts';
import { obsoletes } from '../rules/package-rules.ts';
import type { SolverState } from '../rules/solver-state.ts';
import type { Recommendations } from './recommendations.ts';
import { strongComponents } from './strong-components.ts';

/**
 * What a choice is for. `choose`: one will be taken, the first; `narrow`: as `choose`, but not put in order;
 * `recommend`: by priority, architecture and version only; `suggest`: the same for each name.
 */
export type ChoiceMode = 'choose' | 'narrow' | 'recommend' | 'suggest';

/** Which of several packages to take: libsolv's policy (policy.c), so that answers agree with dnf's. */
export class Policy {
  readonly #state: SolverState;
  readonly #view: PoolView;
  readonly #pool: Pool;
  readonly #recommendations: Recommendations | undefined;

  constructor(state: SolverState, recommendations?: Recommendations) {
    this.#state = state;
    this.#view = state.view;
    this.#pool = state.pool;
    this.#recommendations = recommendations;
  }

  /** The candidates worth considering; in order of preference when one is to be chosen. */
  select(candidates: readonly number[], mode: ChoiceMode): number[] {
    const { favours } = this.#state;
    if (
      favours !== undefined &&
      candidates.length > 1 &&
      candidates.some((number) => favours[number] !== favours[candidates[0] as number])
    ) {
      return this.#selectByFavour(candidates, favours, mode);
    }
    return this.#selectPlain(candidates, mode);
  }

  /** Group by group, the most favoured first; a group keeps what is not beaten by those before it. */
  #selectByFavour(candidates: readonly number[], favours: Int32Array, mode: ChoiceMode): number[] {
    const sorted = this.byFavour(candidates);
    const kept: number[] = [];
    for (let start = 0; start < sorted.length; ) {
      const favour = favours[sorted[start] as number];
      let end = start + 1;
      while (end < sorted.length && favours[sorted[end] as number] === favour) {
        end++;
      }
      kept.push(...this.#selectPlain(sorted.slice(0, end), mode).filter((number) => favours[number] === favour));
      start = end;
    }
    return kept;
  }

  #selectPlain(candidates: readonly number[], mode: ChoiceMode): number[] {
    let current = [...candidates];
    if (current.length > 1) {
      current = mode === 'suggest' ? this.#bestPriorityPerName(current) : this.#bestPriority(current);
    }
    current = this.#bestArchitecture(current);
    if (current.length > 1) {
      current = this.bestVersions(current);
    }
    if (current.length > 1 && (mode === 'choose' || mode === 'narrow')) {
      current = this.#toRecommended(current);
      if (current.length > 1 && mode === 'choose') {
        current = this.#installedFirst(this.#byCommonProvides(this.#oldVersionsLast(current)));
        current = this.byFavour(this.#suggestedFirst(current));
      }
    }
    return current;
  }

  /** Only in order, for supplementing packages that will all be tried. */
  order(candidates: readonly number[]): number[] {
    return this.byFavour(this.#suggestedFirst(this.#byCommonProvides(this.#oldVersionsLast(candidates))));
  }

  byFavour(candidates: readonly number[]): number[] {
    const { favours } = this.#state;
    return favours === undefined
      ? [...candidates]
      : [...candidates].sort((a, b) => (favours[b] as number) - (favours[a] as number));
  }

  #priority(number: number): number {
    return this.#pool.repository(number).priority;
  }

  #bestPriority(candidates: number[]): number[] {
    const others = candidates.filter((number) => !this.#state.isInstalled(number));
    if (others.length === 0) {
      return candidates;
    }
    const best = Math.max(...others.map((number) => this.#priority(number)));
    const kept = candidates.filter((number) => this.#state.isInstalled(number) || this.#priority(number) === best);
    return kept.length > 1 && this.#state.hasDup ? this.#withoutForeignInstalled(kept) : kept;
  }

  /** In a distribution upgrade an installed package stays only when a repository has the same one. */
  #withoutForeignInstalled(candidates: number[]): number[] {
    const state = this.#state;
    const first = candidates.find((number) => !state.isInstalled(number));
    if (first === undefined) {
      return candidates;
    }
    let best = this.#priority(first);
    let kept: number[] = [];
    for (const number of candidates) {
      if (!state.isInstalled(number)) {
        if (this.#priority(number) >= best) {
          kept.push(number);
        }
        continue;
      }
      if (!state.isDupInvolved(number)) {
        kept.push(number);
        continue;
      }
      const twins = this.#twinsInRepositories(number).filter((other) => this.#priority(other) >= best);
      for (const twin of twins) {
        if (this.#priority(twin) > best) {
          best = this.#priority(twin);
          kept = [];
        }
      }
      if (twins.length > 0) {
        kept.push(number);
      }
    }
    return kept.length > 0 ? kept : candidates;
  }

  #twinsInRepositories(number: number): number[] {
    const view = this.#view;
    return [...view.providers(this.#pool.nameId(number))].filter(
      (other) => !this.#state.isInstalled(other) && view.isIdentical(number, other),
    );
  }

  #bestPriorityPerName(candidates: number[]): number[] {
    const sorted = candidates.sort((a, b) => this.#compareForVersion(a, b));
    const groups = Map.groupBy(sorted, (number) => this.#pool.nameId(number));
    return [...groups.values()].flatMap((group) => (group.length > 2 ? this.#bestPriority(group) : group));
  }

  #bestArchitecture(candidates: number[]): number[] {
    if (candidates.length < 2 || !this.#view.hasArchitecture) {
      return candidates;
    }
    let best = 0;
    for (const number of candidates) {
      const score = this.#view.score(number);
      if (score > noarchScore && (best === 0 || score < best)) {
        best = score;
      }
    }
    if (best === 0) {
      return candidates;
    }
    const kept = candidates.filter((number) => {
      const score = this.#view.score(number);
      return score === noarchScore || (score !== 0 && isSameClass(score, best));
    });
    return kept.length > 0 ? kept : candidates;
  }

  /** The best version of each name, without those that another of them obsoletes. */
  bestVersions(candidates: readonly number[]): number[] {
    if (candidates.length < 2) {
      return [...candidates];
    }
    const newest: number[] = [];
    for (const number of [...candidates].sort((a, b) => this.#compareForVersion(a, b))) {
      const last = newest.at(-1);
      if (last === undefined || this.#pool.nameId(last) !== this.#pool.nameId(number)) {
        newest.push(number);
      } else if (this.#pool.compareEvr(last, number) < 0) {
        newest[newest.length - 1] = number;
      }
    }
    return newest.length > 1 ? this.#withoutObsoleted(newest) : newest;
  }

  #compareForVersion(a: number, b: number): number {
    const pool = this.#pool;
    if (pool.nameId(a) !== pool.nameId(b)) {
      return pool.name(a) < pool.name(b) ? -1 : 1;
    }
    if (pool.archId(a) !== pool.archId(b)) {
      const scoreA = this.#view.score(a);
      const scoreB = this.#view.score(b);
      if (scoreA !== scoreB && scoreA > noarchScore && scoreB > noarchScore) {
        return scoreA - scoreB;
      }
    }
    const installed = Number(this.#state.isInstalled(b)) - Number(this.#state.isInstalled(a));
    return installed || pool.repository(b).subpriority - pool.repository(a).subpriority || a - b;
  }

  /** Of packages that obsolete each other in a circle all stay. */
  #withoutObsoleted(candidates: number[]): number[] {
    const places = new Map(candidates.map((number, at) => [number, at]));
    const edges = candidates.map((number) => this.#obsoletedBy(number).flatMap((other) => places.get(other) ?? []));
    if (edges.every((targets) => targets.length === 0)) {
      return candidates;
    }
    const components = strongComponents(edges);
    const beaten = new Set<number>();
    edges.forEach((targets, from) => {
      for (const to of targets) {
        if (components[from] !== components[to]) {
          beaten.add(components[to] as number);
        }
      }
    });
    return candidates.filter((_, at) => !beaten.has(components[at] as number));
  }

  #obsoletedBy(number: number): number[] {
    const pool = this.#pool;
    return [...pool.relations(number, 'obsoletes')].flatMap((dependency) =>
      [...this.#view.providers(dependency)].filter(
        (other) =>
          pool.nameId(other) !== pool.nameId(number) &&
          obsoletes(this.#view, { obsoleter: number, obsoleted: other, dependency }),
      ),
    );
  }

  /** Recommended ones, and installed ones beside them, if any are recommended. */
  #toRecommended(candidates: number[]): number[] {
    const isInstalled = (number: number): boolean => this.#state.isInstalled(number);
    if (candidates.filter((number) => !isInstalled(number)).length < 2 || this.#recommendations === undefined) {
      return candidates;
    }
    const recommended = candidates.filter(
      (number) => !isInstalled(number) && this.#recommendations?.isRecommended(number) === true,
    );
    if (recommended.length === 0) {
      return candidates;
    }
    const first = candidates.indexOf(recommended[0] as number);
    return [
      ...candidates.slice(0, first).filter(isInstalled),
      ...candidates.slice(first).filter((number) => isInstalled(number) || recommended.includes(number)),
    ];
  }

  /** Behind come those of which there is a newer version, or one of a better repository. */
  #oldVersionsLast(candidates: readonly number[]): number[] {
    return moveBack(candidates, (number) => {
      const pool = this.#pool;
      if (this.#state.isInstalled(number)) {
        return false;
      }
      const priority = this.#priority(number);
      return this.#view.providers(pool.nameId(number)).some((other) => {
        if (
          other === number ||
          pool.nameId(other) !== pool.nameId(number) ||
          pool.archId(other) !== pool.archId(number)
        ) {
          return false;
        }
        const otherPriority = this.#priority(other);
        return priority === otherPriority ? pool.compareEvr(other, number) > 0 : priority < otherPriority;
      });
    });
  }

  #suggestedFirst(candidates: readonly number[]): number[] {
    return moveBack(
      candidates,
      (number) => !this.#state.isInstalled(number) && this.#recommendations?.isSuggested(number) !== true,
    );
  }

  #installedFirst(candidates: number[]): number[] {
    const pool = this.#pool;
    return moveBack(
      candidates,
      (number) =>
        !this.#state.isInstalled(number) &&
        !this.#view
          .providers(pool.nameId(number))
          .some((other) => this.#state.isInstalled(other) && pool.nameId(other) === pool.nameId(number)),
    );
  }

  /** Candidates that provide an older version of a shared name go behind (one penalty for each such name). */
  #byCommonProvides(candidates: readonly number[]): number[] {
    const { table } = this.#pool;
    const provided = new Map<number, ProvidedVersion[]>();
    candidates.forEach((number, at) => {
      for (const dependency of this.#pool.relations(number, 'provides')) {
        const op = table.operator(dependency);
        const evr = table.right(dependency);
        const counts = op === operator.equal || op === operator.lessOrEqual || op === operator.less;
        if (dependency >= 0 || !counts || evr < 0 || (op === operator.equal && isHash(table.text(evr)))) {
          continue;
        }
        const name = table.left(dependency);
        const entries = provided.get(name) ?? [];
        entries.push({ at, evr, below: op === operator.less });
        provided.set(name, entries);
      }
    });
    const penalties = candidates.map(() => 0);
    for (const entries of provided.values()) {
      this.#addPenalties(entries, penalties);
    }
    if (penalties.every((penalty) => penalty === 0)) {
      return [...candidates];
    }
    candidates.forEach((number, at) => {
      if (this.#state.isInstalled(number)) {
        penalties[at] = 0;
      }
    });
    return candidates
      .map((number, at) => ({ number, penalty: penalties[at] as number }))
      .sort((a, b) => a.penalty - b.penalty)
      .map(({ number }) => number);
  }

  #addPenalties(entries: ProvidedVersion[], penalties: number[]): void {
    const compare = (a: ProvidedVersion, b: ProvidedVersion): number => {
      if (a.evr === b.evr && a.below === b.below) {
        return 0;
      }
      return this.#pool.evrOrder.match(b.evr, a.evr) || Number(a.below) - Number(b.below);
    };
    entries.sort(compare);
    let penalty = 0;
    entries.forEach((entry, index) => {
      const previous = entries[index - 1];
      if (previous !== undefined && previous.at !== entry.at && compare(previous, entry) === -1) {
        penalty++;
      }
      penalties[entry.at] = (penalties[entry.at] as number) + penalty;
    });
  }
}

interface ProvidedVersion {
  readonly at: number;
  readonly evr: number;
  readonly below: boolean;
}

/** Build ids and other hashes look like versions but have no order. */
function isHash(text: string): boolean {
  return text.length >= 4 && /^[0-9a-f]+$/.test(text);
}

/** Stable: those for which `isWorse` holds go behind the others. */
function moveBack(candidates: readonly number[], isWorse: (number: number) => boolean): number[] {
  const worse = candidates.map(isWorse);
  return [...candidates.filter((_, at) => worse[at] !== true), ...candidates.filter((_, at) => worse[at] === true)];
}
