import { firstPackage, type Pool } from './pool/pool.ts';
import { dnfPoolFlags, PoolView } from './pool/pool-view.ts';
import type { PackageReference } from './pool/solver-package.ts';
import { dnfSolverFlags } from './request/job.ts';
import { resolve } from './resolve.ts';
import { addArchitectureRules } from './rules/architecture-rules.ts';
import { addAllPackageRules } from './rules/make-rules.ts';
import { SolverState } from './rules/solver-state.ts';
import { Engine } from './search/engine.ts';

export interface InstallabilityOptions {
  /** Name of the repository whose packages are checked; others of the pool may be used. */
  readonly repository: string;
  readonly architecture: string;
  readonly multilib?: boolean;
}

export interface UninstallablePackage {
  readonly package: PackageReference;
  /** Why not, in a sentence. */
  readonly summary: string;
}

/**
 * The packages of a repository that no system could have, starting from an empty one. One engine has the rules of all
 * packages; every set that it finds shows all its members to be installable, so most are never asked for. Sources and
 * packages of other architectures are not counted.
 */
export function findUninstallable(
  pool: Pool,
  options: InstallabilityOptions,
): { readonly total: number; readonly uninstallable: readonly UninstallablePackage[] } {
  const architecture = options.multilib === true ? options.architecture : `:${options.architecture}`;
  const view = new PoolView(pool, { architecture, flags: dnfPoolFlags });
  const checker = new InstallabilityChecker(view);
  const uninstallable: UninstallablePackage[] = [];
  let total = 0;
  for (let number = firstPackage; number < pool.end; number++) {
    if (pool.repository(number).name !== options.repository || !view.isInstallable(number)) {
      continue;
    }
    total++;
    if (!checker.isInstallable(number)) {
      uninstallable.push({ package: pool.reference(number), summary: explain(pool, number, options) });
    }
  }
  return { total, uninstallable };
}

function explain(pool: Pool, number: number, { architecture, multilib }: InstallabilityOptions): string {
  const request = { install: [pool.nevra(number)], architecture, multilib: multilib ?? false };
  const resolution = resolve(pool, request);
  const problem = resolution.outcome === 'unsolvable' ? resolution.problems[0] : undefined;
  return problem?.summary ?? 'another build of the same version stands in its way';
}

class InstallabilityChecker {
  readonly #engine: Engine;
  readonly #proven: Uint8Array;
  readonly #firstRule: Int32Array;
  #level = 1;

  constructor(view: PoolView) {
    const state = new SolverState(view, [], dnfSolverFlags);
    addAllPackageRules(state);
    const { end } = state.rules.sections.package;
    addArchitectureRules(state);
    this.#engine = new Engine(state.rules, state.size);
    this.#proven = state.newMap();
    this.#firstRule = firstRules(state, end);
    this.#engine.watchAll();
    this.#engine.begin();
    for (const rule of this.#engine.assertions) {
      const literal = state.rules.head(rule);
      if (this.#engine.decisions[Math.abs(literal)] === 0) {
        this.#engine.assign(literal, 1, rule);
      }
    }
    this.#engine.propagate(1);
  }

  isInstallable(number: number): boolean {
    if (this.#proven[number] === 1) {
      return true;
    }
    const engine = this.#engine;
    this.#level = 1;
    // learning may undo the choice itself: then it is made again, or known to be impossible
    while (engine.decisions[number] === 0 || !this.#complete(number)) {
      if ((engine.decisions[number] as number) < 0) {
        break;
      }
      if (engine.decisions[number] === 0) {
        this.#decide(number);
      }
    }
    const isPossible = engine.isChosen(number);
    for (let place = 0; isPossible && place < engine.trailLength; place++) {
      const literal = engine.trail[place] as number;
      if (literal > 0) {
        this.#proven[literal] = 1;
      }
    }
    engine.revert(1);
    return isPossible;
  }

  #decide(number: number): void {
    const engine = this.#engine;
    this.#level++;
    engine.assign(number, this.#level, 0);
    for (let conflict = engine.propagate(this.#level); conflict !== 0; conflict = engine.propagate(this.#level)) {
      this.#level = engine.learn(this.#level, conflict);
    }
  }

  /** Chooses for every open requirement of the chosen packages; false when `number` itself had to go. */
  #complete(number: number): boolean {
    const engine = this.#engine;
    for (let changed = true; changed; ) {
      changed = false;
      for (let place = 0; place < engine.trailLength; place++) {
        const candidate = this.#openCandidate(engine.trail[place] as number);
        if (candidate === 0) {
          continue;
        }
        changed = true;
        this.#decide(candidate);
        if (!engine.isChosen(number)) {
          return false;
        }
        place = -1 + Math.min(place, engine.trailLength);
      }
    }
    return true;
  }

  /** A package that would satisfy an open rule of a chosen one; 0 when all are satisfied. */
  #openCandidate(number: number): number {
    if (number < firstPackage) {
      return 0;
    }
    const { heads, literals } = this.#engine.rules;
    const first = this.#firstRule[number] as number;
    for (let rule = first; first !== 0 && heads[rule] === -number; rule++) {
      const candidate = this.#candidateOf(rule, literals);
      if (candidate !== 0) {
        return candidate;
      }
    }
    return 0;
  }

  #candidateOf(rule: number, literals: Int32Array): number {
    const { rules, decisions } = this.#engine;
    let open = 0;
    for (let at = rules.lists[rule] as number; at !== 0 && literals[at] !== 0; at++) {
      const literal = literals[at] as number;
      if (this.#engine.isTrue(literal) || (literal < 0 && decisions[-literal] === 0)) {
        return 0;
      }
      if (literal > 0 && decisions[literal] === 0 && open === 0) {
        open = literal;
      }
    }
    return open;
  }
}

/** By package: the first of the rules that it heads; they follow each other. 0 for none. */
function firstRules({ rules, size }: SolverState, end: number): Int32Array {
  const first = new Int32Array(size);
  for (let rule = end - 1; rule > 0; rule--) {
    const head = rules.head(rule);
    if (head < 0) {
      first[-head] = rule;
    }
  }
  return first;
}
