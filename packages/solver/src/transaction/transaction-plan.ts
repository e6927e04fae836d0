import { firstPackage, type Pool } from '../pool/pool.ts';
import { replacesByColour } from '../rules/obsoletes.ts';
import { obsoletes } from '../rules/package-rules.ts';
import type { SolverState } from '../rules/solver-state.ts';
import type { Engine } from '../search/engine.ts';

/** What happens to a package: to an installed one, or in its place. */
export type ChangeKind = 'reinstall' | 'upgrade' | 'downgrade' | 'change' | 'obsolete';

/** Which packages come and go, and which take the place of which. */
export class TransactionPlan {
  readonly #pool: Pool;
  readonly #state: SolverState;
  /** Installed packages that go, ascending. */
  readonly leaving: readonly number[];
  /** Packages that come, in the order in which they were chosen. */
  readonly coming: readonly number[];
  readonly #replaces = new Map<number, readonly number[]>();
  readonly #replacedBy = new Map<number, number[]>();

  constructor(state: SolverState, engine: Engine) {
    this.#state = state;
    this.#pool = state.pool;
    const decided = [...engine.trail.subarray(0, engine.trailLength)];
    this.leaving = [...state.installed].filter((number) => (engine.decisions[number] as number) < 0);
    this.coming = decided.filter((literal) => literal >= firstPackage && !state.isInstalled(literal));
    const leaving = new Set(this.leaving);
    for (const number of this.coming) {
      const replaced = this.#replacedOf(number).filter((other) => leaving.has(other));
      this.#replaces.set(
        number,
        [...new Set(replaced)].sort((a, b) => this.#compareFor(number, a, b)),
      );
      for (const other of new Set(replaced)) {
        this.#replacedBy.set(other, [...(this.#replacedBy.get(other) ?? []), number]);
      }
    }
    for (const [number, others] of this.#replacedBy) {
      others.sort((a, b) => this.#compareFor(number, a, b));
    }
  }

  /** Installed packages in whose place the package comes, the most natural first. */
  replaces(number: number): readonly number[] {
    return this.#replaces.get(number) ?? [];
  }

  /** Packages that come in the place of an installed one, the most natural first. */
  replacedBy(number: number): readonly number[] {
    return this.#replacedBy.get(number) ?? [];
  }

  #replacedOf(number: number): number[] {
    const { pool, view } = this.#state;
    const sideBySide = this.#state.isMultiversion(number);
    const namesakes = [...view.providers(pool.nameId(number))].filter((other) => {
      const sameName = pool.nameId(other) === pool.nameId(number);
      const sameVersion =
        sameName && pool.evrId(other) === pool.evrId(number) && pool.archId(other) === pool.archId(number);
      return (
        (!sideBySide || sameVersion) &&
        (sameName || view.flags.implicitObsoletesMatchProvides) &&
        replacesByColour(view, number, other)
      );
    });
    const obsoleted = sideBySide
      ? []
      : [...pool.relations(number, 'obsoletes')].flatMap((dependency) =>
          [...view.providers(dependency)].filter((other) =>
            obsoletes(view, { obsoleter: number, obsoleted: other, dependency }),
          ),
        );
    return [...namesakes, ...obsoleted];
  }

  /** Of the same name first, then by name, the newest first, of the same architecture first. */
  #compareFor(subject: number, a: number, b: number): number {
    const pool = this.#pool;
    if (pool.nameId(a) !== pool.nameId(b)) {
      if (pool.nameId(a) === pool.nameId(subject) || pool.nameId(b) === pool.nameId(subject)) {
        return pool.nameId(a) === pool.nameId(subject) ? -1 : 1;
      }
      return pool.name(a) < pool.name(b) ? -1 : 1;
    }
    const sameArch = Number(pool.archId(b) === pool.archId(subject)) - Number(pool.archId(a) === pool.archId(subject));
    return pool.compareEvr(b, a) || (pool.archId(a) === pool.archId(b) ? 0 : sameArch) || a - b;
  }

  /** What it means that `coming` takes the place of `installed`. */
  changeKind(installed: number, coming: number): ChangeKind {
    const pool = this.#pool;
    if (pool.nameId(installed) !== pool.nameId(coming)) {
      return 'obsolete';
    }
    if (this.#state.view.isIdentical(installed, coming)) {
      return 'reinstall';
    }
    const order = pool.compareEvr(coming, installed);
    return order > 0 ? 'upgrade' : order < 0 ? 'downgrade' : 'change';
  }
}
