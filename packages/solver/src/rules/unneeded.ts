import { isComplexIn, possiblySatisfied } from '../policy/dependency-state.ts';
import { strongComponents } from '../policy/strong-components.ts';
import { normalise } from '../pool/complex-dependency.ts';
import type { DependencyId } from '../pool/dependency-table.ts';
import { positiveProviders } from './clean-up-supplements.ts';
import type { SolverState } from './solver-state.ts';

/** Of packages those that no other of them needs, first by requirements and then by weak relations. */
export function filterUnneeded(state: SolverState, numbers: readonly number[], onlyOfOne: boolean): number[] {
  if (numbers.length < 2) {
    return [...numbers];
  }
  const edges = new NeedEdges(state, numbers, onlyOfOne);
  const withAll = withoutNeeded(numbers, new Set(numbers), (from) => [...edges.strong(from), ...edges.weak(from)]);
  return withoutNeeded(withAll, new Set(withAll), (from) => edges.weak(from));
}

/** Drops packages to which an edge leads from outside of their own circle. */
function withoutNeeded(
  numbers: readonly number[],
  meant: ReadonlySet<number>,
  edgesOf: (number: number) => readonly number[],
): number[] {
  const places = new Map(numbers.map((number, at) => [number, at]));
  const edges = numbers.map((number) =>
    edgesOf(number).flatMap((other) => (meant.has(other) ? [places.get(other) as number] : [])),
  );
  const components = strongComponents(edges);
  const needed = new Set<number>();
  edges.forEach((targets, from) => {
    for (const to of targets) {
      if (components[from] !== components[to]) {
        needed.add(components[to] as number);
      }
    }
  });
  return numbers.filter((_, at) => !needed.has(components[at] as number));
}

class NeedEdges {
  readonly #state: SolverState;
  readonly #meant: ReadonlySet<number>;
  readonly #onlyOfOne: boolean;
  readonly #supplementing = new Map<number, number[]>();

  constructor(state: SolverState, numbers: readonly number[], onlyOfOne: boolean) {
    this.#state = state;
    this.#meant = new Set(numbers);
    this.#onlyOfOne = onlyOfOne;
    const installed = state.newMap();
    for (const number of state.installed) {
      installed[number] = 1;
    }
    for (const number of numbers) {
      for (const dependency of state.pool.relations(number, 'supplements')) {
        if (possiblySatisfied(state, dependency, installed)) {
          this.#addSupplement(number, dependency);
        }
      }
    }
  }

  #addSupplement(number: number, dependency: DependencyId): void {
    const providers = positiveProviders(this.#state, dependency);
    if (this.#onlyOfOne && providers.length !== 1) {
      return;
    }
    for (const other of providers) {
      if (other !== number && this.#meant.has(other)) {
        this.#supplementing.set(other, [...(this.#supplementing.get(other) ?? []), number]);
      }
    }
  }

  strong(number: number): readonly number[] {
    return this.#edges(number, 'requires');
  }

  weak(number: number): readonly number[] {
    return [...this.#edges(number, 'recommends'), ...(this.#supplementing.get(number) ?? [])];
  }

  #edges(number: number, kind: 'requires' | 'recommends'): number[] {
    return [...this.#state.pool.relations(number, kind)].flatMap((dependency) =>
      isComplexIn(this.#state, dependency) ? this.#complex(number, dependency) : this.#plain(number, dependency),
    );
  }

  #plain(number: number, dependency: DependencyId): number[] {
    const installed = [...this.#state.view.providers(dependency)].filter(
      (other) => other !== number && this.#state.isInstalled(other),
    );
    return this.#onlyOfOne && installed.length !== 1 ? [] : installed.filter((other) => this.#meant.has(other));
  }

  #complex(number: number, dependency: DependencyId): number[] {
    const clauses = normalise(this.#state.view, dependency);
    if (clauses === 'never' || clauses === 'always') {
      return [];
    }
    return clauses
      .filter((clause) => clause.every((literal) => literal > 0 || this.#state.isInstalled(-literal)))
      .flatMap((clause) => clause.filter((literal) => literal !== number && this.#meant.has(literal)));
  }
}
