import { nativeScore, noarchScore, sameColour } from './architecture.ts';
import type { Availability } from './availability.ts';
import type { Pool } from './pool.ts';
import { type Clause, richClauses } from './rich-clauses.ts';
import type { RuleTable } from './rule-table.ts';

export interface PackageRulesOptions {
  readonly availability: Availability;
  /** Also reaches what is recommended, suggested or supplements something. */
  readonly weak: boolean;
  /** Name ids of which several versions may stand side by side. */
  readonly installOnly: ReadonlySet<number>;
}

/** Adds to a table the rules of every package that the request can lead to. */
export class PackageRules {
  readonly #pool: Pool;
  readonly #table: RuleTable;
  readonly #options: PackageRulesOptions;
  /** 1 for packages that have been, or are about to be, looked at. */
  readonly reached: Uint8Array;
  readonly #queue: number[] = [];
  readonly #lists: number[] = [];
  /** 1 for packages whose rules are in the table: a pair of the same name is written by the first of them. */
  readonly #finished: Uint8Array;

  constructor(pool: Pool, table: RuleTable, options: PackageRulesOptions) {
    this.#pool = pool;
    this.#table = table;
    this.#options = options;
    this.reached = new Uint8Array(pool.size + 1);
    this.#finished = new Uint8Array(pool.size + 1);
  }

  reach(numbers: Iterable<number>): void {
    for (const number of numbers) {
      if (this.reached[number] === 0) {
        this.reached[number] = 1;
        this.#queue.push(number);
      }
    }
  }

  /** Follows relations from what was reached until nothing new appears. */
  complete(): void {
    for (;;) {
      for (let number = this.#queue.pop(); number !== undefined; number = this.#queue.pop()) {
        this.#addRulesOf(number);
      }
      if (!this.#options.weak || !this.#reachSupplementing()) {
        break;
      }
    }
    this.#addLockSteps();
  }

  #addRulesOf(number: number): void {
    const obstacle = this.#options.availability.obstacle(number);
    if (obstacle !== undefined) {
      this.#table.addPair(-number, 0, { kind: 'unavailable', package: number, because: obstacle });
      return;
    }
    for (const relation of this.#pool.relations(number, 'requires')) {
      this.#addRequirement(number, relation);
    }
    for (const relation of this.#pool.relations(number, 'conflicts')) {
      this.#addConflict(number, relation);
    }
    for (const relation of this.#pool.relations(number, 'obsoletes')) {
      this.#addObsoletes(number, relation);
    }
    this.#addSameName(number);
    this.#reachBetterArchitecture(number);
    if (this.#options.weak) {
      this.#reachWeak(number);
    }
  }

  #addRequirement(number: number, relation: number): void {
    const origin = { kind: 'requires', package: number, relation } as const;
    if (this.#pool.table.isRich(relation)) {
      this.#addClauses(number, richClauses(this.#pool, relation, true), origin);
      return;
    }
    const providers = this.#pool.providers(relation);
    if (!providers.includes(number)) {
      this.#table.addShared(-number, this.#listOf(relation, providers), origin);
      this.reach(providers);
    }
  }

  #listOf(relation: number, providers: Int32Array): number {
    const known = this.#lists[relation];
    if (known !== undefined) {
      return known;
    }
    const list = this.#table.addList(providers);
    this.#lists[relation] = list;
    return list;
  }

  #addClauses(
    number: number,
    clauses: readonly Clause[],
    origin: { readonly kind: 'requires' | 'conflicts'; readonly package: number; readonly relation: number },
  ): void {
    for (const clause of clauses) {
      if (!clause.includes(number)) {
        this.#table.addClause([-number, ...clause], origin);
        this.reach(clause.filter((literal) => literal > 0));
      }
    }
  }

  /** A package does not conflict with what it provides itself. */
  #addConflict(number: number, relation: number): void {
    const origin = { kind: 'conflicts', package: number, relation } as const;
    if (this.#pool.table.isRich(relation)) {
      const clauses = richClauses(this.#pool, relation, false);
      this.#addClauses(
        number,
        clauses.filter((clause) => clause.length !== 1 || clause[0] !== -number),
        origin,
      );
      return;
    }
    for (const other of this.#pool.providers(relation)) {
      if (other !== number) {
        this.#table.addPair(-number, -other, origin);
      }
    }
  }

  /** By name and version only, never by what a package provides. */
  #addObsoletes(number: number, relation: number): void {
    for (const other of obsoletedBy(this.#pool, number, relation)) {
      this.#table.addPair(-number, -other, { kind: 'obsoletes', package: number, relation });
    }
  }

  #addSameName(number: number): void {
    const pool = this.#pool;
    const { availability, installOnly } = this.#options;
    const several = installOnly.has(pool.nameId(number));
    for (const other of pool.named(pool.nameId(number))) {
      if (
        other === number ||
        this.#finished[other] === 1 ||
        !sameColour(availability.score(number), availability.score(other))
      ) {
        continue;
      }
      if (several && (pool.evrId(other) !== pool.evrId(number) || pool.arch(other) !== pool.arch(number))) {
        continue;
      }
      this.#table.addPair(-number, -other, { kind: 'same-name', package: number, other });
    }
    this.#finished[number] = 1;
  }

  #reachBetterArchitecture(number: number): void {
    const { availability } = this.#options;
    if (availability.score(number) > nativeScore) {
      this.reach(this.#sameVersion(number).filter((other) => availability.score(other) === nativeScore));
    }
  }

  #sameVersion(number: number): number[] {
    const pool = this.#pool;
    return [...pool.named(pool.nameId(number))].filter(
      (other) => other !== number && pool.evrId(other) === pool.evrId(number),
    );
  }

  #reachWeak(number: number): void {
    const pool = this.#pool;
    for (const kind of ['recommends', 'suggests'] as const) {
      for (const relation of pool.relations(number, kind)) {
        this.reach(
          pool.table.isRich(relation)
            ? richClauses(pool, relation, true)
                .flat()
                .filter((literal) => literal > 0)
            : pool.providers(relation),
        );
      }
    }
  }

  #reachSupplementing(): boolean {
    const pool = this.#pool;
    for (let number = 1; number <= pool.size; number++) {
      if (
        this.reached[number] === 1 ||
        !(pool.hasRelations(number, 'supplements') || pool.hasRelations(number, 'enhances'))
      ) {
        continue;
      }
      const relations = [...pool.relations(number, 'supplements'), ...pool.relations(number, 'enhances')];
      if (relations.some((relation) => this.#concernsReached(relation))) {
        this.reach([number]);
      }
    }
    return this.#queue.length > 0;
  }

  #concernsReached(relation: number): boolean {
    const pool = this.#pool;
    const packages = pool.table.isRich(relation)
      ? richClauses(pool, relation, true).flat().map(Math.abs)
      : [...pool.providers(relation)];
    return packages.some((number) => this.reached[number] === 1);
  }

  /** i686 beside x86_64 only in the same version, where the name exists for x86_64 at all. */
  #addLockSteps(): void {
    const pool = this.#pool;
    const { availability } = this.#options;
    for (let number = 1; number <= pool.size; number++) {
      if (this.reached[number] === 0 || availability.score(number) <= nativeScore) {
        continue;
      }
      const named = pool.named(pool.nameId(number));
      if (named.some((other) => this.reached[other] === 1 && availability.score(other) === nativeScore)) {
        const partners = this.#sameVersion(number).filter((other) =>
          [noarchScore, nativeScore].includes(availability.score(other)),
        );
        this.#table.addClause([-number, ...partners], { kind: 'lock-step', package: number });
      }
    }
  }
}

/** Packages that the relation of `number` obsoletes: other names, by name and version. */
export function obsoletedBy(pool: Pool, number: number, relation: number): number[] {
  return [...pool.named(pool.table.relationName(relation))].filter(
    (other) => other !== number && pool.table.matchesVersion(relation, pool.evrId(other)),
  );
}
