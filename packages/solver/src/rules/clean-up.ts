import { isComplexIn, possiblySatisfied } from '../policy/dependency-state.ts';
import { normalise } from '../pool/complex-dependency.ts';
import type { DependencyId } from '../pool/dependency-table.ts';
import { systemPackage } from '../pool/pool.ts';
import { namespaceErases, positiveProviders, supplementsLost } from './clean-up-supplements.ts';
import { removedByAll } from './obsoletes.ts';
import type { SolverState } from './solver-state.ts';
import { filterUnneeded } from './unneeded.ts';

/**
 * Marks installed packages that are not needed any more when the jobs are done: first what the erased and updated
 * packages needed is taken away, then what the remaining ones need is put back. Nobody's dependencies are judged by
 * what the solver will bring.
 */
export function createCleanUpMap(state: SolverState, map: Uint8Array): void {
  map.fill(0);
  if (state.installed.length === 0) {
    return;
  }
  const cleanUp = new CleanUp(state);
  cleanUp.remove();
  cleanUp.putBack();
  cleanUp.write(map);
}

/** What nothing needs that the user asked for, in the installed system as it is. */
export function findUnneeded(state: SolverState): { readonly all: number[]; readonly roots: number[] } {
  if (state.installed.length === 0) {
    return { all: [], roots: [] };
  }
  const map = state.newMap();
  const cleanUp = new CleanUp(state, true);
  cleanUp.putBack();
  cleanUp.write(map);
  const all = [...state.installed].filter((number) => map[number] === 1);
  return { all, roots: filterUnneeded(state, all, false) };
}

class CleanUp {
  readonly #state: SolverState;
  readonly #unneeded: boolean;
  /** Packages that stay because of the user; later: those that must not come back. */
  readonly #pinned: Uint8Array;
  /** What is left. */
  readonly #left: Uint8Array;
  readonly #installed: Uint8Array;
  /** What is to be erased, or cleaned up after. */
  readonly #seeds: number[];
  readonly #updateSeeds: readonly number[];
  readonly #lostSupplements: ReadonlySet<DependencyId>;
  #queue: number[] = [];

  constructor(state: SolverState, unneeded = false) {
    this.#state = state;
    this.#unneeded = unneeded;
    this.#lostSupplements = supplementsLost(state, namespaceErases(state));
    this.#pinned = pinnedPackages(state);
    this.#seeds = unneeded ? [] : this.#findSeeds();
    this.#releaseErased();
    for (const number of this.#seeds) {
      this.#pinned[number] = 0;
    }
    for (const number of state.installed) {
      if (state.view.isDisabled(number)) {
        this.#pinned[number] = 1;
      }
    }
    this.#queue = [...this.#seeds];
    this.#updateSeeds = unneeded ? [] : this.#takeUpdateSeeds();
    this.#left = state.newMap();
    this.#installed = state.newMap();
    for (const number of state.installed) {
      this.#installed[number] = 1;
      this.#left[number] = unneeded && this.#pinned[number] === 0 ? 0 : 1;
    }
    this.#installed[systemPackage] = 1;
    this.#left[systemPackage] = 1;
  }

  /** Packages that jobs erase are not the user's any more. */
  #releaseErased(): void {
    for (const rule of activeJobRules(this.#state)) {
      const head = this.#state.rules.head(rule);
      if (head < 0 && this.#state.rules.isAssertion(rule)) {
        this.#pinned[-head] = 0;
      }
    }
  }

  /** Packages that jobs with clean-up erase or replace. */
  #findSeeds(): number[] {
    const state = this.#state;
    const { rules, jobs } = state;
    const seeds: number[] = [];
    for (const rule of activeJobRules(state)) {
      const job = jobs[state.jobOfRule[rule - rules.sections.job.start] as number];
      if (job?.flags.has('cleandeps') !== true) {
        continue;
      }
      const head = rules.head(rule);
      if (head < 0 && rules.isAssertion(rule) && job.kind === 'erase' && state.isInstalled(-head)) {
        seeds.push(-head);
      } else if (head > 0) {
        seeds.push(...this.#replacedBy(rule));
      }
    }
    return seeds;
  }

  #replacedBy(rule: number): number[] {
    const state = this.#state;
    const literals = state.rules.literalsOf(rule);
    const isSideBySide = !state.flags.keepExplicitObsoletes && literals.some((one) => state.isMultiversion(one));
    const isKept = literals.length === 1 && state.isInstalled(literals[0] as number);
    if (isSideBySide || isKept || literals.some((literal) => literal < 0)) {
      return [];
    }
    let common: number[] | undefined;
    for (const literal of literals) {
      if (state.isInstalled(literal)) {
        common = common === undefined || common.includes(literal) ? [literal] : [];
      } else {
        common = removedByAll(state, [literal], common);
      }
      if (common.length === 0) {
        return [];
      }
    }
    return common ?? [];
  }

  /** Updated packages count as erased; those that nothing else needs are not cleaned up themselves. */
  #takeUpdateSeeds(): readonly number[] {
    const state = this.#state;
    const { cleanUpSeeds, view } = state;
    if (cleanUpSeeds === undefined) {
      return [];
    }
    const seeds = [...cleanUpSeeds].filter((number) => state.isInstalled(number));
    const filtered = [
      ...filterUnneeded(state, seeds, true).filter((number) => this.#pinned[number] === 0),
      ...seeds.filter((number) => this.#pinned[number] === 1),
    ];
    for (const number of cleanUpSeeds) {
      if (!view.isDisabled(number)) {
        this.#queue.push(number);
        this.#pinned[number] = 0;
      }
    }
    return filtered;
  }

  /** Takes away the seeds and what they needed. */
  remove(): void {
    for (;;) {
      if (this.#queue.length === 0) {
        this.#queueNoLongerSupplemented();
        if (this.#queue.length === 0) {
          return;
        }
      }
      const queue = this.#queue;
      this.#queue = [];
      for (const number of queue) {
        this.#removeOne(number);
      }
    }
  }

  #removeOne(number: number): void {
    const { pool, view } = this.#state;
    if (this.#left[number] === 0 || this.#installed[number] === 0 || this.#pinned[number] === 1) {
      return;
    }
    this.#left[number] = 0;
    for (const kind of ['requires', 'recommends'] as const) {
      for (const dependency of pool.relations(number, kind)) {
        const needed = isComplexIn(this.#state, dependency)
          ? this.#complexProviders(dependency, () => true)
          : view.providers(dependency);
        for (const other of needed) {
          if (other !== systemPackage && this.#left[other] === 1) {
            this.#queue.push(other);
          }
        }
      }
    }
  }

  /** Positive literals of clauses whose conditions are installed. */
  #complexProviders(dependency: DependencyId, isMeant: (clause: readonly number[]) => boolean): number[] {
    const clauses = normalise(this.#state.view, dependency);
    if (clauses === 'never' || clauses === 'always') {
      return [];
    }
    return clauses
      .filter((clause) => clause.every((literal) => literal > 0 || this.#installed[-literal] === 1) && isMeant(clause))
      .flatMap((clause) => clause.filter((literal) => literal > 0));
  }

  #queueNoLongerSupplemented(): void {
    const state = this.#state;
    for (const number of state.installed) {
      if (!state.pool.hasRelations(number, 'supplements') || this.#left[number] === 0 || this.#pinned[number] === 1) {
        continue;
      }
      const supplements = [...state.pool.relations(number, 'supplements')];
      if (supplements.some((dependency) => possiblySatisfied(state, dependency, this.#left))) {
        continue;
      }
      for (const dependency of supplements) {
        if (possiblySatisfied(state, dependency, this.#installed) || this.#lostSupplements.has(dependency)) {
          for (const other of positiveProviders(state, dependency, this.#left)) {
            this.#pinned[other] = state.isInstalled(other) ? 1 : 0;
          }
          this.#queue.push(number);
        }
      }
    }
  }

  /** Puts back what the remaining packages, and those that come, need. */
  putBack(): void {
    const state = this.#state;
    this.#startPuttingBack();
    for (;;) {
      if (this.#queue.length === 0) {
        this.#queueSupplementing();
        if (this.#queue.length === 0) {
          return;
        }
      }
      const queue = this.#queue;
      this.#queue = [];
      for (const number of queue) {
        this.#putBackLockStep(number);
        for (const kind of ['requires', 'recommends'] as const) {
          for (const dependency of state.pool.relations(number, kind)) {
            this.#putBackProviders(number, dependency);
          }
        }
      }
    }
  }

  #startPuttingBack(): void {
    const state = this.#state;
    const { rules, jobs } = state;
    this.#pinned.fill(0);
    this.#queue = [];
    for (const rule of activeJobRules(state)) {
      const head = rules.head(rule);
      if (head < 0 && rules.isAssertion(rule)) {
        this.#left[-head] = 0;
        this.#pinned[-head] = state.isInstalled(-head) ? 1 : 0;
      }
    }
    for (const number of this.#unneeded ? [] : (state.cleanUpSeeds ?? [])) {
      this.#pinned[number] = state.isInstalled(number) ? 1 : 0;
    }
    this.#left[systemPackage] = 1;
    for (const number of state.installed) {
      if (this.#left[number] === 1) {
        this.#queue.push(number);
      }
    }
    for (const rule of activeJobRules(state)) {
      this.#queue.push(...rules.literalsOf(rule).filter((literal) => literal > 0));
    }
    for (const { kind, selection } of jobs) {
      if (kind === 'userinstalled' && selection.kind === 'package' && !state.isInstalled(selection.package)) {
        this.#queue.push(selection.package);
      }
    }
  }

  #putBackProviders(number: number, dependency: DependencyId): void {
    const { view } = this.#state;
    let needed: Iterable<number>;
    if (isComplexIn(this.#state, dependency)) {
      needed = this.#complexProviders(dependency, (clause) => !clause.includes(number));
    } else {
      const providers = view.providers(dependency);
      needed = providers.includes(number) ? [] : providers;
    }
    for (const other of needed) {
      if (this.#left[other] === 0 && this.#installed[other] === 1 && this.#pinned[other] === 0) {
        this.#left[other] = 1;
        this.#queue.push(other);
      }
    }
  }

  /** An inferior architecture needs the same version of the best one beside it. */
  #putBackLockStep(number: number): void {
    const { view, pool } = this.#state;
    if (!this.#state.isInstalled(number) || !view.flags.implicitObsoletesNeedColour) {
      return;
    }
    const namesakes = [...view.providers(pool.nameId(number))].filter(
      (other) => pool.nameId(other) === pool.nameId(number),
    );
    const scores = namesakes
      .filter((other) => !this.#state.isInstalled(other))
      .map((other) => view.score(other))
      .filter((score) => score > 1);
    const best = scores.length === 0 ? 0 : Math.min(...scores);
    if (best === 0 || view.score(number) === best) {
      return;
    }
    for (const other of namesakes) {
      if (
        this.#state.isInstalled(other) &&
        pool.evrId(other) === pool.evrId(number) &&
        pool.archId(other) !== pool.archId(number) &&
        view.score(other) === best &&
        this.#left[other] === 0
      ) {
        this.#left[other] = 1;
        this.#queue.push(other);
      }
    }
  }

  #queueSupplementing(): void {
    const state = this.#state;
    for (const number of state.installed) {
      if (
        this.#pinned[number] === 0 &&
        this.#left[number] === 0 &&
        [...state.pool.relations(number, 'supplements')].some((dependency) =>
          possiblySatisfied(state, dependency, this.#left),
        )
      ) {
        this.#left[number] = 1;
        this.#queue.push(number);
      }
    }
  }

  write(map: Uint8Array): void {
    const state = this.#state;
    for (const number of [...this.#updateSeeds, ...state.cleanUpMistakes, ...this.#seeds]) {
      this.#left[number] = 1;
    }
    for (const number of state.installed) {
      map[number] = this.#left[number] === 1 || state.view.isDisabled(number) ? 0 : 1;
    }
  }
}

function* activeJobRules({ rules }: SolverState): Iterable<number> {
  const { start, end } = rules.sections.job;
  for (let rule = start; rule < end; rule++) {
    if (!rules.isDisabled(rule)) {
      yield rule;
    }
  }
}

/** What the user installed, products, and what jobs without clean-up name. */
function pinnedPackages(state: SolverState): Uint8Array {
  const { rules, jobs, pool } = state;
  const pinned = state.newMap();
  jobs.forEach((job, at) => {
    for (const number of job.kind === 'userinstalled' ? state.everySelected(at) : []) {
      pinned[number] = state.isInstalled(number) ? 1 : 0;
    }
  });
  for (const number of state.installed) {
    if (pool.name(number).startsWith('product:')) {
      pinned[number] = 1;
    }
  }
  for (const rule of activeJobRules(state)) {
    const job = jobs[state.jobOfRule[rule - rules.sections.job.start] as number];
    for (const literal of job?.flags.has('cleandeps') === true ? [] : rules.literalsOf(rule)) {
      if (literal > 0 && state.isInstalled(literal)) {
        pinned[literal] = 1;
      }
    }
  }
  return pinned;
}
