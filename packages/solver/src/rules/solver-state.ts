import { firstPackage, type Pool } from '../pool/pool.ts';
import type { PoolView } from '../pool/pool-view.ts';
import type { Job, Selection, SolverFlags } from '../request/job.ts';
import { RuleTable } from './rule-table.ts';

/** One request to a view of the pool, and everything that is derived from it while the rules are made. */
export class SolverState {
  readonly view: PoolView;
  readonly pool: Pool;
  readonly jobs: readonly Job[];
  readonly flags: SolverFlags;
  readonly rules = new RuleTable();
  /** The highest package number and one more. */
  readonly size: number;
  /** Packages of the installed system, ascending. */
  readonly installed: Int32Array;
  /** Place in `installed` by package; -1 for others. */
  readonly installedAt: Int32Array;

  /** 1 for packages whose rules are in the table. */
  readonly added: Uint8Array;
  /** 1 for packages of which several versions may stand side by side; undefined when there are none. */
  multiversion: Uint8Array | undefined;
  /** Installed packages to update, and those of them that have to become the best. */
  updateAll = false;
  updates: Uint8Array | undefined;
  bestUpdateAll = false;
  bestUpdates: Uint8Array | undefined;
  /** To what an installed package may be updated, where the request says so. */
  readonly updateTargets = new Map<number, Set<number>>();
  /** Installed packages whose broken dependencies are to be mended. */
  fixAll = false;
  fixes: Uint8Array | undefined;
  /** Packages that a distribution upgrade looks at, and those that it may end with. */
  dupInvolvedAll = false;
  dupInvolved: Uint8Array | undefined;
  dup: Uint8Array | undefined;
  dropOrphanedAll = false;
  dropOrphaned: Uint8Array | undefined;
  allowUninstallAll = false;
  allowUninstalls: Uint8Array | undefined;
  excludedFromWeak: Uint8Array | undefined;
  /** Installed packages without update rule, for the request says what becomes of them. */
  readonly noUpdate: Uint8Array;
  /** Packages that go when nobody needs them. */
  cleanUp: Uint8Array | undefined;
  cleanUpSeeds: Set<number> | undefined;
  readonly cleanUpMistakes = new Set<number>();
  processOrphans = false;
  /** Installed packages that no repository has. */
  readonly orphaned: number[] = [];
  /** Other versions that come instead of a multiversion package when it is updated. */
  readonly specialUpdaters = new Map<number, readonly number[]>();
  /** Packages, ascending, that obsolete an installed one. */
  readonly obsoleters = new Map<number, number[]>();
  /** By package: the number of its last favouring job from 1, negative for disfavouring ones. */
  favours: Int32Array | undefined;
  hasDisfavoured = false;
  readonly forcedSupplements = new Set<number>();

  /** By job rule: the job. */
  readonly jobOfRule: number[] = [];
  /** By best rule: the installed package that is updated, or the negative number of the job rule. */
  readonly bestInfo: number[] = [];
  /** The best rules of updates begin here. */
  bestUpdatesStart = 0;
  /** By obsoletes rule: the dependency that both packages obsolete. */
  readonly obsoletesInfo: number[] = [];
  /** By choice or recommends rule: the package rule that it narrows. */
  readonly choiceInfo: number[] = [];
  readonly recommendsInfo: number[] = [];
  /** Rules that are given up before anything else. */
  readonly weakRules = new Set<number>();
  /** Package rules that stand for recommendations. */
  recommendsRules: Set<number> | undefined;
  brokenOrphanRules: number[] = [];

  readonly #selected: (readonly number[])[] = [];

  constructor(view: PoolView, jobs: readonly Job[], flags: SolverFlags) {
    this.view = view;
    this.pool = view.pool;
    this.jobs = jobs;
    this.flags = flags;
    this.size = view.pool.end;
    this.added = new Uint8Array(this.size);
    this.added[1] = 1;
    this.noUpdate = new Uint8Array(this.size);
    this.installed = installedOf(view);
    this.installedAt = new Int32Array(this.size).fill(-1);
    this.installed.forEach((number, at) => {
      this.installedAt[number] = at;
    });
  }

  newMap(): Uint8Array {
    return new Uint8Array(this.size);
  }

  isInstalled(number: number): boolean {
    return (this.installedAt[number] as number) >= 0;
  }

  isMultiversion(number: number): boolean {
    return this.multiversion !== undefined && this.multiversion[number] === 1;
  }

  isUpdated(number: number): boolean {
    return this.updateAll || this.updates?.[number] === 1;
  }

  isDupInvolved(number: number): boolean {
    return this.dupInvolvedAll || this.dupInvolved?.[number] === 1;
  }

  get hasDup(): boolean {
    return this.dupInvolvedAll || this.dupInvolved !== undefined;
  }

  isOrphanDropped(number: number): boolean {
    return this.dropOrphanedAll || this.dropOrphaned?.[number] === 1;
  }

  get allowsUninstalls(): boolean {
    return this.flags.allowUninstall || this.allowUninstallAll || this.allowUninstalls !== undefined;
  }

  mayBeUninstalled(number: number): boolean {
    return this.flags.allowUninstall || this.allowUninstallAll || this.allowUninstalls?.[number] === 1;
  }

  /**
   * What is only recommended is never added, and no other architecture is judged by it: its rules would decide nothing.
   */
  get ignoresWeak(): boolean {
    const { ignoreRecommended, strongRecommends } = this.flags;
    return ignoreRecommended && !strongRecommends && this.view.hasOneArchitecture;
  }

  featureRule(number: number): number {
    return this.rules.sections.feature.start + (this.installedAt[number] as number);
  }

  updateRule(number: number): number {
    return this.rules.sections.update.start + (this.installedAt[number] as number);
  }

  /** The packages that a job names, in their order; none for whole repositories and for all. */
  selected(job: number): readonly number[] {
    return (this.#selected[job] ??= select(this.view, (this.jobs[job] as Job).selection));
  }

  /** As `selected`, also of a repository or of everything. */
  everySelected(job: number): readonly number[] {
    const { selection } = this.jobs[job] as Job;
    return selection.kind === 'repository' || selection.kind === 'all'
      ? this.#packagesWhere(
          (number) => selection.kind === 'all' || this.pool.repositoryAt(number) === selection.repository,
        )
      : this.selected(job);
  }

  #packagesWhere(isMeant: (number: number) => boolean): number[] {
    const found: number[] = [];
    for (let number = firstPackage; number < this.size; number++) {
      if (isMeant(number)) {
        found.push(number);
      }
    }
    return found;
  }
}

function installedOf(view: PoolView): Int32Array {
  const found: number[] = [];
  for (let number = firstPackage; number < view.pool.end && view.installedPlace >= 0; number++) {
    if (view.isInstalled(number)) {
      found.push(number);
    }
  }
  return Int32Array.from(found);
}

function select(view: PoolView, selection: Selection): readonly number[] {
  switch (selection.kind) {
    case 'package':
      return [selection.package];
    case 'one-of':
      return selection.packages;
    case 'provides':
      return [...view.providers(selection.dependency)];
    case 'name':
      return [...view.providers(selection.dependency)].filter((number) =>
        view.matchesNevra(number, selection.dependency),
      );
    default:
      return [];
  }
}
