import { formatEvr, formatNevra, type Nevra } from '@slipway/rpm';
import { type ArchitectureScore, architectureScores } from './architecture.ts';
import type { Pool } from './pool.ts';
import type { SolverRequest } from './request.ts';

/** What of the pool a request may use, and why the rest is out of reach. */
export class Availability {
  readonly #pool: Pool;
  readonly #scores = new Map<string, ArchitectureScore>();
  readonly #scoreOf: (arch: string) => ArchitectureScore;
  readonly #architecture: string;
  readonly #excluded: ReadonlySet<string>;
  readonly #excludesNevras: boolean;
  readonly #locks: ReadonlyMap<string, readonly Nevra[]>;

  constructor(pool: Pool, request: SolverRequest) {
    this.#pool = pool;
    this.#scoreOf = architectureScores(request);
    this.#architecture = request.architecture;
    this.#excluded = new Set(request.exclude ?? []);
    this.#excludesNevras = [...this.#excluded].some((name) => name.includes('.'));
    this.#locks = Map.groupBy(request.lock ?? [], ({ name }) => name);
  }

  score(number: number): ArchitectureScore {
    const arch = this.#pool.arch(number);
    let score = this.#scores.get(arch);
    if (score === undefined) {
      score = this.#scoreOf(arch);
      this.#scores.set(arch, score);
    }
    return score;
  }

  /** The reason why the package must not be chosen; undefined when it may. */
  obstacle(number: number): string | undefined {
    const pool = this.#pool;
    if (this.score(number) === 0) {
      return `it is for ${pool.arch(number)}, not for ${this.#architecture}`;
    }
    if (this.#excluded.size > 0 && this.#isExcluded(number)) {
      return 'the request excludes it';
    }
    const locks = this.#locks.get(pool.name(number));
    if (locks === undefined || locks.some((lock) => this.#isLocked(lock, number))) {
      return undefined;
    }
    return `the lock asks for ${locks.map(({ evr }) => formatEvr(evr)).join(' or ')}`;
  }

  #isExcluded(number: number): boolean {
    return (
      this.#excluded.has(this.#pool.name(number)) ||
      (this.#excludesNevras && this.#excluded.has(this.#pool.nevra(number)))
    );
  }

  /** A lock of another architecture leaves this one free only when this one is not locked itself. */
  #isLocked(lock: Nevra, number: number): boolean {
    return lock.arch === this.#pool.arch(number) && formatNevra(lock) === this.#pool.nevra(number);
  }
}
