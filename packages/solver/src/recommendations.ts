import type { Engine } from './engine.ts';
import type { Pool, RelationKind } from './pool.ts';
import { richClauses } from './rich-clauses.ts';

/** What the packages chosen so far recommend and suggest, kept up to date as choices come and go. */
export class Recommendations {
  readonly #pool: Pool;
  readonly #engine: Engine;
  readonly #recommended = new Set<number>();
  readonly #suggested = new Set<number>();
  #seen: number[] = [];

  constructor(pool: Pool, engine: Engine) {
    this.#pool = pool;
    this.#engine = engine;
  }

  isRecommended(number: number): boolean {
    this.#update();
    return this.#recommended.has(number) || this.isFulfilled(number, 'supplements');
  }

  isSuggested(number: number): boolean {
    this.#update();
    return this.#suggested.has(number) || this.isFulfilled(number, 'enhances');
  }

  /** Does a relation of the package hold among the chosen ones? */
  isFulfilled(number: number, kind: RelationKind): boolean {
    return this.#pool.relations(number, kind).some((relation) => this.holds(relation));
  }

  holds(relation: number): boolean {
    const { decisions } = this.#engine;
    if (!this.#pool.table.isRich(relation)) {
      return this.#pool.providers(relation).some((provider) => (decisions[provider] as number) > 0);
    }
    return richClauses(this.#pool, relation, true).every((clause) =>
      clause.some((literal) =>
        literal > 0 ? (decisions[literal] as number) > 0 : (decisions[-literal] as number) <= 0,
      ),
    );
  }

  #update(): void {
    const trail = this.#engine.trail();
    if (trail.length < this.#seen.length || this.#seen.some((literal, at) => trail[at] !== literal)) {
      this.#seen = [];
      this.#recommended.clear();
      this.#suggested.clear();
    }
    for (let at = this.#seen.length; at < trail.length; at++) {
      const literal = trail[at] as number;
      this.#seen.push(literal);
      if (literal > 0) {
        this.#mark(literal, 'recommends', this.#recommended);
        this.#mark(literal, 'suggests', this.#suggested);
      }
    }
  }

  #mark(number: number, kind: RelationKind, marked: Set<number>): void {
    for (const relation of this.#pool.relations(number, kind)) {
      for (const provider of this.candidates(relation)) {
        marked.add(provider);
      }
    }
  }

  /** Packages that would help to fulfil a relation that is not fulfilled yet. */
  candidates(relation: number): number[] {
    if (!this.#pool.table.isRich(relation)) {
      return [...this.#pool.providers(relation)];
    }
    const { decisions } = this.#engine;
    const open = richClauses(this.#pool, relation, true).filter(
      (clause) =>
        !clause.some((literal) =>
          literal > 0 ? (decisions[literal] as number) > 0 : (decisions[-literal] as number) <= 0,
        ),
    );
    return open.flat().filter((literal) => literal > 0);
  }
}
