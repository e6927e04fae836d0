import { nativeScore, noarchScore } from './architecture.ts';
import type { Availability } from './availability.ts';
import { obsoletedBy } from './package-rules.ts';
import type { Pool } from './pool.ts';
import type { Recommendations } from './recommendations.ts';

/** Which of several packages to take: libsolv's policy (policy.c), so that answers agree with dnf5's. */
export class Policy {
  readonly #pool: Pool;
  readonly #availability: Availability;
  readonly #recommendations: Recommendations | undefined;
  /** Packages that are there already: nothing else is preferred to them. */
  readonly #installed: ReadonlySet<number>;

  constructor(
    pool: Pool,
    availability: Availability,
    options: { readonly recommendations?: Recommendations; readonly installed: ReadonlySet<number> },
  ) {
    this.#pool = pool;
    this.#availability = availability;
    this.#recommendations = options.recommendations;
    this.#installed = options.installed;
  }

  /** The installed ones, else those of the best repositories, architecture and version of each name. */
  best(candidates: readonly number[]): number[] {
    if (candidates.length < 2) {
      return [...candidates];
    }
    const installed = candidates.filter((number) => this.#installed.has(number));
    if (installed.length > 0) {
      return installed;
    }
    const priority = Math.min(...candidates.map((number) => this.#pool.priority(number)));
    const preferred = candidates.filter((number) => this.#pool.priority(number) === priority);
    return this.#withoutObsoleted(this.#newestPerName(this.#bestArchitecture(preferred)));
  }

  /** `best`, and of these the recommended ones if any are. */
  narrow(candidates: readonly number[]): number[] {
    const best = this.best(candidates);
    const recommended = best.length < 2 ? [] : best.filter((number) => this.#recommendations?.isRecommended(number));
    return recommended.length === 0 ? best : recommended;
  }

  /** `narrow`, the most preferable first. */
  choose(candidates: readonly number[]): number[] {
    const narrowed = this.narrow(candidates);
    return narrowed.length < 2 ? narrowed : this.order(narrowed);
  }

  /** Old versions last, then by shared provides, suggested ones first; otherwise by name. */
  order(candidates: readonly number[]): number[] {
    const current = moveBack(candidates, (number) => this.#isSuperseded(number));
    const byProvides = this.#byCommonProvides(current);
    return moveBack(byProvides, (number) => this.#recommendations?.isSuggested(number) !== true);
  }

  #bestArchitecture(candidates: readonly number[]): readonly number[] {
    const scores = candidates.map((number) => this.#availability.score(number));
    return scores.includes(nativeScore)
      ? candidates.filter((_, at) => scores[at] === nativeScore || scores[at] === noarchScore)
      : candidates;
  }

  #newestPerName(candidates: readonly number[]): number[] {
    const newest: number[] = [];
    for (const number of [...candidates].sort((a, b) => this.#compareForChoice(a, b))) {
      const last = newest.at(-1);
      if (last === undefined || this.#pool.nameId(last) !== this.#pool.nameId(number)) {
        newest.push(number);
      } else if (this.#pool.table.compareVersions(this.#pool.evrId(last), this.#pool.evrId(number)) < 0) {
        newest[newest.length - 1] = number;
      }
    }
    return newest;
  }

  #compareForChoice(a: number, b: number): number {
    const nameA = this.#pool.name(a);
    const nameB = this.#pool.name(b);
    if (nameA !== nameB) {
      return nameA < nameB ? -1 : 1;
    }
    const scoreA = this.#availability.score(a);
    const scoreB = this.#availability.score(b);
    return scoreA !== scoreB && scoreA >= nativeScore && scoreB >= nativeScore ? scoreA - scoreB : a - b;
  }

  /** Drops candidates that another candidate obsoletes, unless each obsoletes the other. */
  #withoutObsoleted(candidates: number[]): number[] {
    if (candidates.length < 2) {
      return candidates;
    }
    const obsoleted = new Map(candidates.map((number) => [number, this.#obsoleted(number)]));
    return candidates.filter(
      (number) =>
        !candidates.some(
          (other) => obsoleted.get(other)?.has(number) === true && obsoleted.get(number)?.has(other) !== true,
        ),
    );
  }

  #obsoleted(number: number): ReadonlySet<number> {
    const relations = [...this.#pool.relations(number, 'obsoletes')];
    return new Set(relations.flatMap((relation) => obsoletedBy(this.#pool, number, relation)));
  }

  /** Is there a newer version, or one of a better repository, anywhere in the pool? */
  #isSuperseded(number: number): boolean {
    const pool = this.#pool;
    return [...pool.named(pool.nameId(number))].some((other) => {
      if (other === number || pool.arch(other) !== pool.arch(number)) {
        return false;
      }
      const better = pool.priority(number) - pool.priority(other);
      return better > 0 || (better === 0 && pool.table.compareVersions(pool.evrId(other), pool.evrId(number)) > 0);
    });
  }

  /** Candidates that provide an older version of a shared name go behind (one penalty for each such name). */
  #byCommonProvides(candidates: readonly number[]): number[] {
    const provided = new Map<number, { at: number; evr: number; order: number }[]>();
    candidates.forEach((number, at) => {
      for (const relation of this.#pool.relations(number, 'provides')) {
        const name = this.#pool.table.relationName(relation);
        const comparison = this.#pool.table.comparison(relation);
        const evr = this.#pool.table.relationEvr(relation);
        if (comparison === undefined || comparison.startsWith('>') || this.#isHash(comparison, evr)) {
          continue;
        }
        provided.set(name, [...(provided.get(name) ?? []), { at, evr, order: comparison === '<' ? 1 : 0 }]);
      }
    });
    const penalties = candidates.map(() => 0);
    for (const entries of provided.values()) {
      this.#addPenalties(entries, penalties);
    }
    return candidates
      .map((number, at) => ({ number, at }))
      .sort((a, b) => (penalties[a.at] as number) - (penalties[b.at] as number) || a.at - b.at)
      .map(({ number }) => number);
  }

  #addPenalties(entries: { at: number; evr: number; order: number }[], penalties: number[]): void {
    const compare = (a: (typeof entries)[number], b: (typeof entries)[number]): number =>
      this.#pool.table.compareVersions(b.evr, a.evr) || a.order - b.order;
    entries.sort(compare);
    let penalty = 0;
    entries.forEach((entry, index) => {
      const previous = entries[index - 1];
      if (previous !== undefined && previous.at !== entry.at && compare(previous, entry) < 0) {
        penalty++;
      }
      penalties[entry.at] = (penalties[entry.at] as number) + penalty;
    });
  }

  /** Build ids and other hashes look like versions but have no order. */
  #isHash(comparison: string, evr: number): boolean {
    const { epoch, version, release } = this.#pool.table.evr(evr);
    return comparison === '=' && epoch === 0 && release === '' && version.length >= 4 && /^[0-9a-f]+$/.test(version);
  }
}

/** Stable: those for which `isWorse` holds go behind the others. */
function moveBack(candidates: readonly number[], isWorse: (number: number) => boolean): number[] {
  const worse = candidates.map(isWorse);
  return [...candidates.filter((_, at) => worse[at] !== true), ...candidates.filter((_, at) => worse[at] === true)];
}
