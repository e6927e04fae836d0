import type { Engine } from './engine.ts';
import type { Pool, RelationKind } from './pool.ts';
import { richClauses } from './rich-clauses.ts';

/** What the packages chosen so far recommend and suggest, kept up to date as choices come and go. */
export class Recommendations {
  readonly #pool: Pool;
  readonly #engine: Engine;
  readonly #recommended = new Set<number>();
  readonly #suggested = new Set<number>();
  readonly #rich: { readonly relation: number; readonly marked: Set<number> }[] = [];
  /** Decisions looked at so far. */
  #seen = 0;
  #reverts = 0;

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
    if (this.#reverts !== this.#engine.reverts) {
      this.#reverts = this.#engine.reverts;
      this.#seen = 0;
      this.#rich.length = 0;
      this.#recommended.clear();
      this.#suggested.clear();
    }
    if (trail.length > this.#seen) {
      for (const { relation, marked } of this.#rich) {
        this.#markRich(relation, marked);
      }
    }
    for (; this.#seen < trail.length; this.#seen++) {
      const literal = trail[this.#seen] as number;
      if (literal > 0) {
        this.#mark(literal, 'recommends', this.#recommended);
        this.#mark(literal, 'suggests', this.#suggested);
      }
    }
  }

  #mark(number: number, kind: RelationKind, marked: Set<number>): void {
    for (const relation of this.#pool.relations(number, kind)) {
      if (this.#pool.table.isRich(relation)) {
        this.#markRich(relation, marked);
        this.#rich.push({ relation, marked });
      } else {
        for (const provider of this.#pool.providers(relation)) {
          marked.add(provider);
        }
      }
    }
  }

  /** Alternatives whose conditions are all met, whether or not one of them is chosen already. */
  #markRich(relation: number, marked: Set<number>): void {
    for (const clause of richClauses(this.#pool, relation, true)) {
      if (clause.every((literal) => literal > 0 || this.#engine.isFalse(literal))) {
        for (const literal of clause.filter((one) => one > 0)) {
          marked.add(literal);
        }
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
