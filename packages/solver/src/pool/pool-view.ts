import {
  type ArchitectureScore,
  architectureColour,
  architectureScores,
  isSameClass,
  noarchScore,
} from './architecture.ts';
import type { NormalForm } from './complex-dependency.ts';
import { type DependencyId, emptyText } from './dependency-table.ts';
import { findProviders } from './find-providers.ts';
import { matchesNevra } from './match-nevra.ts';
import type { Pool } from './pool.ts';

/** How relations are read; dnf's are the defaults of `dnfPoolFlags`. */
export interface PoolFlags {
  readonly forbidSelfConflicts: boolean;
  readonly obsoletesMatchProvides: boolean;
  readonly implicitObsoletesMatchProvides: boolean;
  readonly obsoletesNeedColour: boolean;
  readonly implicitObsoletesNeedColour: boolean;
  readonly noInstalledObsoletes: boolean;
  readonly noObsoletesMultiversion: boolean;
  /** Relations also find packages that must not be chosen. */
  readonly providersIncludeDisabled: boolean;
}

export const dnfPoolFlags: PoolFlags = {
  forbidSelfConflicts: false,
  obsoletesMatchProvides: false,
  implicitObsoletesMatchProvides: false,
  obsoletesNeedColour: false,
  implicitObsoletesNeedColour: true,
  noInstalledObsoletes: false,
  noObsoletesMultiversion: false,
  providersIncludeDisabled: true,
};

export interface PoolViewSettings {
  /** Undefined: packages of every architecture fit. */
  readonly architecture?: string | undefined;
  /** Name of the repository that is the installed system. */
  readonly installed?: string | undefined;
  /** 1 for packages that must not be chosen. */
  readonly disabled?: Uint8Array | undefined;
  readonly flags: PoolFlags;
  /** Groups of vendors between which packages may move. */
  readonly vendorClasses?: readonly (readonly string[])[];
  /** What the outside world says of relations of namespaces. */
  readonly namespaces?: ReadonlyMap<DependencyId, readonly number[]>;
}

const none = new Int32Array(0);

/** The pool as one machine sees it: which packages fit, and who provides what to it. Remembers what it has found. */
export class PoolView {
  readonly pool: Pool;
  readonly flags: PoolFlags;
  readonly disabled: Uint8Array | undefined;
  readonly namespaces: ReadonlyMap<DependencyId, readonly number[]>;
  readonly vendorClasses: readonly (readonly string[])[];
  /** Place of the installed repository; -1 for none. */
  readonly installedPlace: number;
  readonly #scores: ReadonlyMap<string, ArchitectureScore> | undefined;
  readonly #scoreOfArch: ArchitectureScore[] = [];
  readonly #colourOfArch: number[] = [];
  readonly #byName: (Int32Array | undefined)[] = [];
  /** Rich dependencies in conjunctive form, as far as they were needed. */
  readonly normalForms = new Map<DependencyId, NormalForm>();
  readonly #byRelation: (Int32Array | undefined)[] = [];

  constructor(pool: Pool, settings: PoolViewSettings) {
    this.pool = pool;
    this.flags = settings.flags;
    this.disabled = settings.disabled;
    this.namespaces = settings.namespaces ?? new Map();
    this.vendorClasses = settings.vendorClasses ?? [];
    this.installedPlace = pool.repositories.findIndex(({ name }, at) => at > 0 && name === settings.installed);
    this.#scores = settings.architecture === undefined ? undefined : architectureScores(settings.architecture);
  }

  get hasArchitecture(): boolean {
    return this.#scores !== undefined;
  }

  /** Only packages of one kind of architecture fit, beside `noarch`. */
  get hasOneArchitecture(): boolean {
    return this.#scores !== undefined && this.#scores.size <= 2;
  }

  isInstalled(number: number): boolean {
    return this.pool.columns.repositories[number] === this.installedPlace;
  }

  isDisabled(number: number): boolean {
    return this.disabled !== undefined && this.disabled[number] === 1;
  }

  isSource(number: number): boolean {
    const arch = this.pool.arch(number);
    return arch === 'src' || arch === 'nosrc';
  }

  score(number: number): ArchitectureScore {
    return this.scoreOf(this.pool.archId(number));
  }

  scoreOf(arch: number): ArchitectureScore {
    const known = this.#scoreOfArch[arch];
    if (known !== undefined) {
      return known;
    }
    const score = this.#scores?.get(this.pool.table.text(arch)) ?? 0;
    this.#scoreOfArch[arch] = score;
    return score;
  }

  #fits(number: number): boolean {
    return this.#scores === undefined || this.score(number) !== 0;
  }

  isInstallable(number: number): boolean {
    return !this.isSource(number) && this.#fits(number) && !this.isDisabled(number);
  }

  /** Installed packages always are among the providers: conflicts and obsoletes have to find them. */
  mayProvide(number: number): boolean {
    return (
      this.isInstalled(number) ||
      (!this.isSource(number) &&
        this.#fits(number) &&
        (this.flags.providersIncludeDisabled || !this.isDisabled(number)))
    );
  }

  /** Do packages of the two colours replace each other? */
  coloursMatch(a: number, b: number): boolean {
    const archA = this.pool.archId(a);
    const archB = this.pool.archId(b);
    return archA === archB || (this.#colour(archA) & this.#colour(archB)) !== 0;
  }

  #colour(arch: number): number {
    return (this.#colourOfArch[arch] ??= architectureColour(this.pool.table.text(arch)));
  }

  /** Changing between the two architectures is not an ordinary update. */
  isArchitectureChange(a: number, b: number): boolean {
    const archA = this.pool.archId(a);
    const archB = this.pool.archId(b);
    if (archA === archB || this.#scores === undefined) {
      return false;
    }
    const scoreA = this.scoreOf(archA);
    const scoreB = this.scoreOf(archB);
    return scoreA !== noarchScore && scoreB !== noarchScore && !isSameClass(scoreA, scoreB);
  }

  isVendorChange(a: number, b: number): boolean {
    const vendorA = this.pool.vendorId(a);
    const vendorB = this.pool.vendorId(b);
    if (vendorA === vendorB) {
      return false;
    }
    const [textA, textB] = [vendorA, vendorB].map((vendor) => this.pool.table.text(vendor)) as [string, string];
    return !this.vendorClasses.some((names) => isOfClass(textA, names) && isOfClass(textB, names));
  }

  /** The same build, as far as one can tell: name, version, architecture, vendor, and build time or requirements. */
  isIdentical(a: number, b: number): boolean {
    const { pool } = this;
    if (
      pool.nameId(a) !== pool.nameId(b) ||
      pool.archId(a) !== pool.archId(b) ||
      pool.evrId(a) !== pool.evrId(b) ||
      (pool.vendorId(a) || emptyText) !== (pool.vendorId(b) || emptyText)
    ) {
      return false;
    }
    const timeA = pool.columns.buildTimes[a] as number;
    const timeB = pool.columns.buildTimes[b] as number;
    return timeA !== 0 && timeB !== 0 ? timeA === timeB : requirementsHash(pool, a) === requirementsHash(pool, b);
  }

  matchesNevra(number: number, dependency: DependencyId): boolean {
    return dependency > 0 ? this.pool.nameId(number) === dependency : matchesNevra(this.pool, number, dependency);
  }

  /** Packages that satisfy the dependency, ascending. */
  providers(dependency: DependencyId): Int32Array {
    if (dependency === 0) {
      return none;
    }
    const [cache, at] = dependency > 0 ? [this.#byName, dependency] : [this.#byRelation, -dependency];
    return (cache[at] ??= findProviders(this, dependency));
  }
}

/** XOR like libsolv's: the order does not matter. */
function requirementsHash(pool: Pool, number: number): number {
  return pool.relations(number, 'requires').reduce((hash, relation) => hash ^ relation, 0);
}

/** A class lists beginnings of vendor names, in any case; `!` takes back what a wider one after it would let in. */
function isOfClass(vendor: string, names: readonly string[]): boolean {
  const lower = vendor.toLowerCase();
  const decisive = names.find((name) => lower.startsWith(name.replace(/^!/, '').toLowerCase()));
  return decisive !== undefined && !decisive.startsWith('!');
}
