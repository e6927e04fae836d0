import { normalise } from '../pool/complex-dependency.ts';
import { type DependencyId, operator } from '../pool/dependency-table.ts';
import type { RelationKind } from '../pool/pool.ts';
import type { SolverState } from '../rules/solver-state.ts';
import type { Engine } from '../search/engine.ts';
import {
  combineFulfilment,
  type Fulfilment,
  isComplexIn,
  isComplexOperator,
  isSplitProvide,
  namesNamespace,
} from './dependency-state.ts';

interface PostponedDependency {
  readonly dependency: DependencyId;
  readonly map: Uint8Array;
}

/** What the packages chosen so far recommend and suggest, kept up to date as choices come and go. */
export class Recommendations {
  readonly #state: SolverState;
  readonly #engine: Engine;
  readonly #recommended: Uint8Array;
  readonly #suggested: Uint8Array;
  #postponed: PostponedDependency[] = [];
  /** Decisions looked at so far. */
  #seen = 0;

  constructor(state: SolverState, engine: Engine) {
    this.#state = state;
    this.#engine = engine;
    this.#recommended = state.newMap();
    this.#suggested = state.newMap();
  }

  isRecommended(number: number): boolean {
    this.update();
    return this.#recommended[number] === 1 || this.isSupplementing(number);
  }

  isSuggested(number: number): boolean {
    this.update();
    return this.#suggested[number] === 1 || this.isFulfilled(number, 'enhances');
  }

  isSupplementing(number: number): boolean {
    return this.isFulfilled(number, 'supplements');
  }

  /** Does a relation of the package hold among the chosen ones? */
  isFulfilled(number: number, kind: RelationKind): boolean {
    const { pool } = this.#state;
    return pool.hasRelations(number, kind) && pool.relations(number, kind).some((one) => this.holds(one));
  }

  holds(dependency: DependencyId): boolean {
    return (
      this.#fulfilment(
        dependency,
        () => 1,
        (part) => (this.holds(part) ? 1 : 0),
      ) !== 0
    );
  }

  #fulfilment(
    dependency: DependencyId,
    value: (chosen: number) => Fulfilment,
    evaluate: (part: DependencyId) => Fulfilment,
  ): Fulfilment {
    const state = this.#state;
    const { table } = state.pool;
    const op = table.operator(dependency);
    if (isComplexOperator(op)) {
      return combineFulfilment(state, dependency, evaluate);
    }
    if (op === operator.namespace) {
      const name = table.left(dependency);
      if (table.text(name) === 'namespace:splitprovides') {
        return isSplitProvide(state, table.right(dependency), (number) => this.#isUpdating(number)) ? 2 : 0;
      }
      if (state.forcedSupplements.has(dependency) || state.forcedSupplements.has(name)) {
        return 2;
      }
    }
    let best: Fulfilment = 0;
    for (const number of state.view.providers(dependency)) {
      if (this.#engine.isChosen(number)) {
        best = Math.max(best, value(number)) as Fulfilment;
      }
    }
    return best;
  }

  /** An installed package that gives way to another name or a newer version. */
  #isUpdating(number: number): boolean {
    const state = this.#state;
    const feature = state.featureRule(number);
    const rule = state.rules.head(feature) === 0 ? state.updateRule(number) : feature;
    return (
      (this.#engine.decisions[number] as number) < 0 &&
      state.rules
        .literalsOf(rule)
        .some(
          (other) =>
            other > 0 &&
            other !== number &&
            this.#engine.isChosen(other) &&
            (state.pool.nameId(other) !== state.pool.nameId(number) || state.pool.compareEvr(other, number) > 0),
        )
    );
  }

  /** Is the package supplementing because of something new, or as far as the flags let it count? */
  isNewlySupplementing(number: number): boolean {
    const { flags, pool } = this.#state;
    return pool
      .relations(number, 'supplements')
      .some(
        (dependency) =>
          (flags.addAlreadyRecommended || this.#newness(dependency) === 2) &&
          (!flags.onlyNamespaceRecommended || this.#namespaceness(dependency) === 2),
      );
  }

  #newness(dependency: DependencyId): Fulfilment {
    return this.#fulfilment(
      dependency,
      (chosen) => (chosen > 1 && !this.#state.isInstalled(chosen) ? 2 : 1),
      (part) => this.#newness(part),
    );
  }

  #namespaceness(dependency: DependencyId): Fulfilment {
    const isNamespace = this.#state.pool.table.operator(dependency) === operator.namespace;
    return this.#fulfilment(
      dependency,
      () => (isNamespace ? 2 : 1),
      (part) => this.#namespaceness(part),
    );
  }

  namesNamespace(dependency: DependencyId): boolean {
    return namesNamespace(this.#state, dependency);
  }

  /** Looks at the decisions since the last time; anew when some of those were taken back. */
  update(): void {
    const engine = this.#engine;
    if (engine.lowestRevert < this.#seen) {
      this.#seen = 0;
      this.#postponed = [];
      this.#recommended.fill(0);
      this.#suggested.fill(0);
    }
    engine.lowestRevert = Number.MAX_SAFE_INTEGER;
    if (this.#seen === engine.trailLength) {
      return;
    }
    const postponed = this.#postponed;
    this.#postponed = [];
    for (const { dependency, map } of postponed) {
      this.#markComplex(dependency, map);
    }
    for (; this.#seen < engine.trailLength; this.#seen++) {
      const literal = engine.trail[this.#seen] as number;
      if (literal > 0) {
        this.#mark(literal, 'recommends', this.#recommended);
        this.#mark(literal, 'suggests', this.#suggested);
      }
    }
  }

  /** As if the packages were chosen too, for the time of `look`. */
  suppose(numbers: readonly number[], level: number, look: () => void): void {
    const engine = this.#engine;
    const { pool } = this.#state;
    const length = engine.trailLength;
    for (const number of numbers) {
      engine.decisions[number] = level;
      if (pool.hasRelations(number, 'recommends') || pool.hasRelations(number, 'suggests')) {
        engine.trail[engine.trailLength++] = number;
      }
    }
    look();
    for (const number of numbers) {
      engine.decisions[number] = 0;
    }
    engine.trailLength = length;
    engine.lowestRevert = 0;
  }

  #mark(number: number, kind: RelationKind, map: Uint8Array): void {
    const { view, pool } = this.#state;
    if (!pool.hasRelations(number, kind)) {
      return;
    }
    for (const dependency of pool.relations(number, kind)) {
      if (isComplexIn(this.#state, dependency)) {
        this.#markComplex(dependency, map);
      } else {
        for (const provider of view.providers(dependency)) {
          map[provider] = 1;
        }
      }
    }
  }

  /** Alternatives whose conditions are all chosen; undecided conditions are looked at again later. */
  #markComplex(dependency: DependencyId, map: Uint8Array): void {
    const clauses = normalise(this.#state.view, dependency);
    if (clauses === 'never' || clauses === 'always') {
      return;
    }
    const { decisions } = this.#engine;
    let isPostponed = false;
    for (const clause of clauses) {
      const conditions = clause.filter((literal) => literal < 0).map((literal) => decisions[-literal] as number);
      if (conditions.some((decision) => decision < 0)) {
        continue;
      }
      if (conditions.includes(0)) {
        if (!isPostponed) {
          isPostponed = true;
          this.#postponed.push({ dependency, map });
        }
        continue;
      }
      for (const literal of clause) {
        if (literal > 0) {
          map[literal] = 1;
        }
      }
    }
  }

  /** Undecided packages that would fulfil a recommendation which does not hold yet; each once. */
  candidates(dependency: DependencyId): number[] {
    const { view } = this.#state;
    const { decisions } = this.#engine;
    if (!isComplexIn(this.#state, dependency)) {
      const providers = view.providers(dependency);
      return providers.some((number) => (decisions[number] as number) > 0)
        ? []
        : [...providers].filter((number) => decisions[number] === 0);
    }
    const clauses = normalise(view, dependency);
    const found = new Set<number>();
    for (const clause of clauses === 'never' || clauses === 'always' ? [] : clauses) {
      for (const literal of this.#openOf(clause)) {
        found.add(literal);
      }
    }
    return [...found];
  }

  #openOf(clause: readonly number[]): number[] {
    const { decisions } = this.#engine;
    const open: number[] = [];
    for (const literal of clause) {
      if (literal < 0) {
        if ((decisions[-literal] as number) <= 0) {
          return open;
        }
      } else if ((decisions[literal] as number) > 0) {
        return [];
      } else if (decisions[literal] === 0) {
        open.push(literal);
      }
    }
    return open;
  }
}
