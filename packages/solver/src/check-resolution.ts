import { architectureColour, architectureScores } from './pool/architecture.ts';
import { type DependencyId, operator } from './pool/dependency-table.ts';
import { matchesNevra, rangesMeet } from './pool/match-nevra.ts';
import { firstPackage, type Pool } from './pool/pool.ts';
import type { SolverRequest } from './request/request.ts';

type CheckOptions = Pick<SolverRequest, 'architecture' | 'multilib' | 'installOnly' | 'installed'>;

/**
 * Checks a finished set without any solver, index or normal form: every requirement met inside it, no conflict,
 * nothing obsoleted, one version of each name. What was broken among installed packages that stay is not judged.
 * Returns what is wrong, in words; empty when the set is sound. Slow on purpose: it knows only the rules.
 */
export function checkResolution(pool: Pool, ids: readonly string[], options: CheckOptions): string[] {
  return new Checker(pool, ids, options).faults();
}

class Checker {
  readonly #pool: Pool;
  readonly #ids: readonly string[];
  readonly #options: CheckOptions;
  readonly #chosen: readonly number[];

  constructor(pool: Pool, ids: readonly string[], options: CheckOptions) {
    this.#pool = pool;
    this.#ids = ids;
    this.#options = options;
    this.#chosen = ids.map((id) => pool.numberOf(id)).filter((number) => number !== 0);
  }

  faults(): string[] {
    const pool = this.#pool;
    const { architecture, multilib } = this.#options;
    const scores = architectureScores(multilib === true ? architecture : `:${architecture}`);
    const unknown = this.#ids.filter((id) => pool.numberOf(id) === 0).map((id) => `${id} is not in the pool`);
    return [
      ...unknown,
      ...this.#chosen.flatMap((number) => [
        ...(scores.has(pool.arch(number)) || this.#isInstalled(number)
          ? []
          : [`${pool.nevra(number)} is for another architecture`]),
        ...this.#requirementFaults(number),
        ...this.#exclusionFaults(number),
        ...this.#nameFaults(number),
      ]),
    ];
  }

  #isInstalled(number: number): boolean {
    return this.#options.installed !== undefined && this.#pool.repository(number).name === this.#options.installed;
  }

  /** An installed package may have been broken before: then nothing installed ever met the requirement. */
  #requirementFaults(number: number): string[] {
    const pool = this.#pool;
    return [...pool.relations(number, 'requires')]
      .filter((dependency) => !this.#holds(dependency, this.#chosen) && !this.#wasBroken(number, dependency))
      .map((dependency) => `${pool.nevra(number)} lacks ${pool.format(dependency)}`);
  }

  #wasBroken(number: number, dependency: DependencyId): boolean {
    if (!this.#isInstalled(number)) {
      return false;
    }
    const before: number[] = [];
    for (let other = firstPackage; other < this.#pool.end; other++) {
      if (this.#isInstalled(other)) {
        before.push(other);
      }
    }
    return !this.#holds(dependency, before);
  }

  /** Is the dependency true of the set, read from its operators? */
  #holds(dependency: DependencyId, set: readonly number[]): boolean {
    const { table } = this.#pool;
    const op = table.operator(dependency);
    if (op < 8 || op === operator.with || op === operator.without) {
      return set.some((number) => this.#satisfies(number, dependency)) || this.#isOfRpm(dependency);
    }
    const [left, right] = [table.left(dependency), table.right(dependency)];
    const hasElse = table.operator(right) === operator.else;
    const condition = hasElse ? table.left(right) : right;
    switch (op) {
      case operator.and:
        return this.#holds(left, set) && this.#holds(right, set);
      case operator.or:
        return this.#holds(left, set) || this.#holds(right, set);
      case operator.condition:
        return this.#holds(condition, set) ? this.#holds(left, set) : !hasElse || this.#holds(table.right(right), set);
      case operator.unless:
        return this.#holds(condition, set) ? hasElse && this.#holds(table.right(right), set) : this.#holds(left, set);
      default:
        return false;
    }
  }

  #isOfRpm(dependency: DependencyId): boolean {
    const { table } = this.#pool;
    return dependency < 0 && table.text(table.nameOf(dependency)).startsWith('rpmlib(');
  }

  /** Does one package satisfy it by itself, by a provide or a file? */
  #satisfies(number: number, dependency: DependencyId): boolean {
    const pool = this.#pool;
    const { table } = pool;
    const op = table.operator(dependency);
    if (op === operator.with || op === operator.without || op === operator.or) {
      const left = this.#satisfies(number, table.left(dependency));
      const right = this.#satisfies(number, table.right(dependency));
      return op === operator.with ? left && right : op === operator.or ? left || right : left && !right;
    }
    if (dependency > 0 && pool.files(number).includes(table.text(dependency))) {
      return true;
    }
    const name = table.nameOf(dependency);
    const required = dependency < 0 ? { op, evr: table.right(dependency) } : undefined;
    return pool.relations(number, 'provides').some((provided) => {
      const isUnversioned = provided > 0 || required === undefined;
      return (
        table.nameOf(provided) === name &&
        (isUnversioned || rangesMeet(pool, { op: table.operator(provided), evr: table.right(provided) }, required))
      );
    });
  }

  #exclusionFaults(number: number): string[] {
    const pool = this.#pool;
    const faults: string[] = [];
    const others = this.#chosen.filter((other) => other !== number && !this.#wasTogether(number, other));
    for (const dependency of pool.relations(number, 'conflicts')) {
      if (this.#collides(number, dependency, others)) {
        faults.push(`${pool.nevra(number)} conflicts with ${pool.format(dependency)}`);
      }
    }
    for (const dependency of pool.relations(number, 'obsoletes')) {
      for (const other of others) {
        if (matchesNevra(pool, other, dependency) && this.#satisfies(other, dependency)) {
          faults.push(`${pool.nevra(number)} obsoletes ${pool.nevra(other)}`);
        }
      }
    }
    return faults;
  }

  #wasTogether(a: number, b: number): boolean {
    return this.#isInstalled(a) && this.#isInstalled(b);
  }

  /** A package alone is never its own enemy, and what was installed together may stay so. */
  #collides(number: number, dependency: DependencyId, others: readonly number[]): boolean {
    const op = this.#pool.table.operator(dependency);
    const isPlain = op < 8 || op === operator.with || op === operator.without;
    if (isPlain) {
      return others.some((other) => this.#satisfies(other, dependency));
    }
    const wasThere = this.#isInstalled(number) ? this.#chosen.filter((other) => this.#isInstalled(other)) : [];
    return (
      this.#holds(dependency, this.#chosen) &&
      !(wasThere.length > 0 && this.#holds(dependency, wasThere)) &&
      !this.#holdsOnlyBecauseOf(number, dependency)
    );
  }

  #holdsOnlyBecauseOf(number: number, dependency: DependencyId): boolean {
    const others = this.#chosen.filter((other) => other !== number);
    return this.#holds(dependency, [number]) && !this.#holds(dependency, others);
  }

  #nameFaults(number: number): string[] {
    const pool = this.#pool;
    const colour = architectureColour(pool.arch(number));
    return this.#chosen
      .filter(
        (other) =>
          other > number &&
          pool.nameId(other) === pool.nameId(number) &&
          (architectureColour(pool.arch(other)) & colour) !== 0 &&
          !this.#wasTogether(number, other) &&
          (!this.#isInstallOnly(number) ||
            !this.#isInstallOnly(other) ||
            (pool.evrId(other) === pool.evrId(number) && pool.archId(other) === pool.archId(number))),
      )
      .map((other) => `${pool.nevra(number)} and ${pool.nevra(other)} have the same name`);
  }

  #isInstallOnly(number: number): boolean {
    const { table } = this.#pool;
    return (this.#options.installOnly ?? []).some((name) => this.#satisfies(number, table.intern(name)));
  }
}
