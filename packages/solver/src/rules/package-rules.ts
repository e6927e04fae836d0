import { possiblySatisfied } from '../policy/dependency-state.ts';
import { noarchScore } from '../pool/architecture.ts';
import { isComplex, normalise, positiveLiterals } from '../pool/complex-dependency.ts';
import { type DependencyId, operator } from '../pool/dependency-table.ts';
import { type Pool, relationKind, systemPackage } from '../pool/pool.ts';
import type { PoolView } from '../pool/pool-view.ts';
import type { PackageRuleReason, PackageRuleSink } from './package-rule-sink.ts';
import type { SolverState } from './solver-state.ts';

/** Writes the rules of packages, and goes on to what these may lead to. */
export class PackageRules {
  readonly #state: SolverState;
  readonly #view: PoolView;
  readonly #pool: Pool;
  readonly #sink: PackageRuleSink;
  /** 1 for packages that were looked at; undefined: only the one package, for explanations. */
  readonly #added: Uint8Array | undefined;
  #queue: number[] = [];

  constructor(state: SolverState, sink: PackageRuleSink, added: Uint8Array | undefined) {
    this.#state = state;
    this.#view = state.view;
    this.#pool = state.pool;
    this.#sink = sink;
    this.#added = added;
  }

  add(number: number): void {
    this.#queue = [number];
    for (let at = 0; at < this.#queue.length; at++) {
      const next = this.#queue[at] as number;
      if (this.#added === undefined) {
        this.#addRulesOf(next);
      } else if (this.#added[next] === 0) {
        this.#added[next] = 1;
        this.#addRulesOf(next);
      }
    }
  }

  /** Packages that supplement or enhance what may come. */
  addSupplementing(): void {
    const { size } = this.#state;
    const added = this.#added as Uint8Array;
    for (let number = systemPackage, unchanged = 1; unchanged < size; number++, unchanged++) {
      if (number === size) {
        number = systemPackage;
      }
      if (added[number] === 0 && this.#maySupplement(number)) {
        this.add(number);
        unchanged = 0;
      }
    }
  }

  #maySupplement(number: number): boolean {
    const pool = this.#pool;
    const hasSupplements = pool.hasRelations(number, 'supplements');
    if (!hasSupplements && !pool.hasRelations(number, 'enhances')) {
      return false;
    }
    if (!this.#state.isInstalled(number) && !this.#view.isInstallable(number)) {
      return false;
    }
    const added = this.#added as Uint8Array;
    const isPossible = (dependency: DependencyId): boolean => possiblySatisfied(this.#state, dependency, added);
    return (
      pool.relations(number, 'supplements').some(isPossible) || pool.relations(number, 'enhances').some(isPossible)
    );
  }

  #reach(numbers: Iterable<number>): void {
    const added = this.#added;
    if (added !== undefined) {
      for (const number of numbers) {
        if (added[number] === 0) {
          this.#queue.push(number);
        }
      }
    }
  }

  #reachAll(numbers: Int32Array): void {
    const added = this.#added;
    if (added !== undefined) {
      for (let at = 0; at < numbers.length; at++) {
        if (added[numbers[at] as number] === 0) {
          this.#queue.push(numbers[at] as number);
        }
      }
    }
  }

  #addRulesOf(number: number): void {
    const state = this.#state;
    const isInstalled = state.isInstalled(number);
    // what is broken in the installed system already is not ours to mend unless asked
    const lenient = isInstalled && !state.fixAll && state.fixes?.[number] !== 1;
    const isSource = this.#view.isSource(number);
    if (!lenient && (isSource ? this.#view.isDisabled(number) : !this.#view.isInstallable(number))) {
      this.#sink.pair(-number, 0, { kind: 'not-installable', package: number, dependency: 0 });
    }
    this.#addRequirements(number, lenient, 'requires');
    if (state.flags.strongRecommends && this.#pool.hasRelations(number, 'recommends')) {
      this.#sink.section?.('recommends');
      this.#addRequirements(number, lenient, 'recommends');
      this.#sink.section?.('requires');
    }
    if (isSource) {
      return;
    }
    this.#addConflicts(number, lenient);
    if (!isInstalled || !this.#view.flags.noInstalledObsoletes) {
      this.#addObsoletes(number, isInstalled, lenient);
      if (!isInstalled || !lenient) {
        this.#addSameName(number, isInstalled);
      }
    }
    if (this.#added !== undefined) {
      this.#reachLockStep(number);
      if (!state.ignoresWeak) {
        this.#reachWeak(number);
      }
    }
  }

  #addRequirements(number: number, lenient: boolean, kind: 'requires' | 'recommends'): void {
    const pool = this.#pool;
    const { relations } = pool.columns;
    const end = pool.relationEnd(number, relationKind[kind]);
    const ignored = this.#state.isInstalled(number) ? pool.relations(number, 'ignoredWhenInstalled') : undefined;
    for (let at = pool.relationStart(number, relationKind[kind]); at < end; at++) {
      const dependency = relations[at] as number;
      if (ignored !== undefined && ignored.length > 0 && ignored.includes(dependency)) {
        continue;
      }
      const reason = { kind, package: number, dependency } as const;
      if (dependency < 0 && isComplex(pool.table, dependency)) {
        this.#addComplex(reason, lenient);
      } else {
        this.#addRequirement(reason, lenient);
      }
    }
  }

  #addRequirement(reason: PackageRuleReason, lenient: boolean): void {
    const { package: number, dependency, kind } = reason;
    const providers = this.#view.providers(dependency);
    if (providers[0] === systemPackage) {
      return;
    }
    if (lenient && kind === 'requires' && !providers.some((one) => this.#state.isInstalled(one))) {
      return;
    }
    if (providers.length === 0) {
      if (kind === 'requires') {
        this.#sink.pair(-number, 0, { kind: 'nothing-provides', package: number, dependency });
      }
      return;
    }
    if (!providers.includes(number)) {
      this.#sink.providers(-number, providers, reason);
      this.#reachAll(providers);
    }
  }

  #addComplex(reason: PackageRuleReason, lenient: boolean): void {
    const { package: number, dependency, kind } = reason;
    const isConflict = kind === 'conflicts';
    const clauses = normalise(this.#view, dependency, isConflict ? { form: 'disjunctive', inverted: true } : undefined);
    if (clauses === 'never' || clauses === 'always') {
      if (clauses === 'never' && !lenient) {
        const why = kind === 'requires' ? 'nothing-provides' : kind;
        this.#sink.pair(-number, 0, { kind: why, package: number, dependency });
      }
      return;
    }
    for (const clause of clauses) {
      this.#addComplexClause(reason, clause, lenient);
    }
  }

  #addComplexClause(reason: PackageRuleReason, clause: readonly number[], lenient: boolean): void {
    const { package: number, dependency, kind } = reason;
    if (lenient && !clause.some((literal) => this.#countsForInstalled(literal))) {
      return;
    }
    if (clause.includes(number)) {
      return;
    }
    if (clause.length === 1 && clause[0] === -number) {
      if (kind !== 'conflicts') {
        this.#sink.pair(-number, 0, reason);
      } else if (this.#view.flags.forbidSelfConflicts && !isOtherProviders(this.#pool, dependency)) {
        this.#sink.pair(-number, 0, { kind: 'self-conflict', package: number, dependency });
      }
      return;
    }
    if (clause.length === 1) {
      this.#sink.pair(-number, clause[0] as number, reason);
    } else {
      const literals = clause.includes(-number) ? clause : [...clause, -number].sort((a, b) => a - b);
      this.#sink.clause(literals, reason);
    }
    if (this.#added !== undefined) {
      this.#reach(clause.filter((literal) => literal > 0));
    }
  }

  /** A clause of an installed package counts as far as it is met now, or as something new would break it. */
  #countsForInstalled(literal: number): boolean {
    return literal > 0 === this.#state.isInstalled(Math.abs(literal));
  }

  #addConflicts(number: number, lenient: boolean): void {
    const pool = this.#pool;
    const { relations } = pool.columns;
    const end = pool.relationEnd(number, relationKind.conflicts);
    for (let at = pool.relationStart(number, relationKind.conflicts); at < end; at++) {
      const dependency = relations[at] as number;
      if (dependency < 0 && isComplex(pool.table, dependency)) {
        this.#addComplex({ kind: 'conflicts', package: number, dependency }, lenient);
        continue;
      }
      for (const other of this.#view.providers(dependency)) {
        this.#addConflict(number, other, { dependency, lenient });
      }
    }
  }

  #addConflict(
    number: number,
    other: number,
    { dependency, lenient }: { readonly dependency: DependencyId; readonly lenient: boolean },
  ): void {
    if (lenient && this.#state.isInstalled(other)) {
      return;
    }
    if (other !== number) {
      const opposite = other === systemPackage ? 0 : -other;
      this.#sink.pair(-number, opposite, { kind: 'conflicts', package: number, dependency });
    } else if (this.#view.flags.forbidSelfConflicts && !isOtherProviders(this.#pool, dependency)) {
      this.#sink.pair(-number, 0, { kind: 'self-conflict', package: number, dependency });
    }
  }

  #addObsoletes(number: number, isInstalled: boolean, lenient: boolean): void {
    const state = this.#state;
    if (state.isMultiversion(number) && !state.flags.keepExplicitObsoletes) {
      return;
    }
    const kind = isInstalled ? 'installed-obsoletes' : 'obsoletes';
    for (const dependency of this.#pool.relations(number, 'obsoletes')) {
      for (const other of this.#view.providers(dependency)) {
        if (
          other === number ||
          (isInstalled && lenient && state.isInstalled(other)) ||
          !obsoletes(this.#view, { obsoleter: number, obsoleted: other, dependency })
        ) {
          continue;
        }
        this.#sink.pair(-number, other === systemPackage ? 0 : -other, { kind, package: number, dependency });
      }
    }
  }

  #addSameName(number: number, isInstalled: boolean): void {
    const pool = this.#pool;
    const view = this.#view;
    const { flags } = view;
    const name = pool.nameId(number);
    for (const other of view.providers(name)) {
      const sameName = pool.nameId(other) === name;
      if (
        other === number ||
        (isInstalled && !this.#state.isInstalled(other)) ||
        this.#standBeside(number, other, isInstalled) ||
        (!flags.implicitObsoletesMatchProvides && !sameName) ||
        (flags.implicitObsoletesNeedColour && !view.coloursMatch(number, other))
      ) {
        continue;
      }
      if (!sameName) {
        this.#sink.pair(-number, -other, { kind: 'implicit-obsoletes', package: number, dependency: name });
      } else if (!this.#isWrittenByOther(other)) {
        this.#sink.pair(-number, -other, { kind: 'same-name', package: number, dependency: 0 });
      }
    }
  }

  /** Several versions may be there at once; of the same version rpm keeps one. */
  #standBeside(number: number, other: number, isInstalled: boolean): boolean {
    const pool = this.#pool;
    const state = this.#state;
    if (
      !state.isMultiversion(number) ||
      (pool.nameId(number) === pool.nameId(other) &&
        pool.evrId(number) === pool.evrId(other) &&
        pool.archId(number) === pool.archId(other))
    ) {
      return false;
    }
    return isInstalled || !state.isInstalled(other) || state.isMultiversion(other);
  }

  /** A pair of the same name is written by the first of them. */
  #isWrittenByOther(other: number): boolean {
    const state = this.#state;
    return (
      this.#added !== undefined &&
      this.#added[other] === 1 &&
      !state.isInstalled(other) &&
      !this.#view.isSource(other) &&
      !state.isMultiversion(other)
    );
  }

  /** The same version for a better architecture, which an inferior one needs beside it. */
  #reachLockStep(number: number): void {
    const view = this.#view;
    const pool = this.#pool;
    const score = view.score(number);
    if (!view.flags.implicitObsoletesNeedColour || score <= noarchScore) {
      return;
    }
    this.#reach(
      view.providers(pool.nameId(number)).filter((other) => {
        const otherScore = view.score(other);
        return (
          pool.nameId(other) === pool.nameId(number) &&
          pool.evrId(other) === pool.evrId(number) &&
          otherScore > noarchScore &&
          otherScore < score
        );
      }),
    );
  }

  #reachWeak(number: number): void {
    for (const kind of ['recommends', 'suggests'] as const) {
      if (!this.#pool.hasRelations(number, kind)) {
        continue;
      }
      for (const dependency of this.#pool.relations(number, kind)) {
        if (dependency < 0 && isComplex(this.#pool.table, dependency)) {
          this.#reach(positiveLiterals(this.#view, dependency));
        } else {
          this.#reachAll(this.#view.providers(dependency));
        }
      }
    }
  }
}

/** Does the dependency of one package obsolete the other, beside being provided by it? */
export function obsoletes(
  view: PoolView,
  { obsoleter, obsoleted, dependency }: { obsoleter: number; obsoleted: number; dependency: DependencyId },
): boolean {
  const { flags } = view;
  return (
    (flags.obsoletesMatchProvides || view.matchesNevra(obsoleted, dependency)) &&
    (!flags.obsoletesNeedColour || view.coloursMatch(obsoleter, obsoleted))
  );
}

function isOtherProviders(pool: Pool, dependency: DependencyId): boolean {
  return (
    pool.table.operator(dependency) === operator.namespace &&
    pool.table.text(pool.table.left(dependency)) === 'namespace:otherproviders'
  );
}
