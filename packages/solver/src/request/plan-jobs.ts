import { SlipwayError } from '@slipway/core';
import { formatNevra, parseDependency } from '@slipway/rpm';
import type { DependencyId } from '../pool/dependency-table.ts';
import { firstPackage, type Pool } from '../pool/pool.ts';
import { dnfPoolFlags, PoolView } from '../pool/pool-view.ts';
import { dnfSolverFlags, type Job, type JobFlag, type Selection, type SolverFlags } from './job.ts';
import { matchPackages } from './match-packages.ts';
import type { SolverRequest } from './request.ts';

/** A request as the solver takes it. */
export interface PlannedRequest {
  readonly pool: Pool;
  readonly request: SolverRequest;
  readonly view: PoolView;
  readonly jobs: readonly Job[];
  readonly flags: SolverFlags;
  /** By job: the words of the request that it stands for; undefined for policy. */
  readonly texts: readonly (string | undefined)[];
}

/** dnf's way to drive a solver (libdnf5, rpm/solv/goal_private): candidates as lists, policy as flags. */
export function planJobs(pool: Pool, request: SolverRequest): PlannedRequest {
  const disabled = disabledPackages(pool, request);
  const { architecture, multilib } = request;
  const isFamily = multilib === true || architecture.startsWith(':');
  const view = new PoolView(pool, {
    architecture: isFamily ? architecture : `:${architecture}`,
    installed: request.installed,
    disabled,
    flags: dnfPoolFlags,
  });
  const list = new JobList(view, request);
  list.addAll();
  const flags = { ...dnfSolverFlags, ignoreRecommended: request.recommends !== true };
  return { pool, request, view, flags, jobs: list.jobs, texts: list.texts };
}

function disabledPackages(pool: Pool, { exclude = [], lock = [] }: SolverRequest): Uint8Array | undefined {
  if (exclude.length === 0 && lock.length === 0) {
    return undefined;
  }
  const disabled = new Uint8Array(pool.end);
  const excluded = new Set(exclude);
  const locks = Map.groupBy(lock, ({ name, arch }) => `${name}.${arch}`);
  for (let number = firstPackage; number < pool.end; number++) {
    const nevra = pool.nevra(number);
    const locked = locks.get(`${pool.name(number)}.${pool.arch(number)}`);
    if (
      excluded.has(pool.name(number)) ||
      excluded.has(nevra) ||
      (locked !== undefined && !locked.some((one) => formatNevra(one) === nevra))
    ) {
      disabled[number] = 1;
    }
  }
  return disabled;
}

class JobList {
  readonly jobs: Job[] = [];
  readonly texts: (string | undefined)[] = [];
  readonly #view: PoolView;
  readonly #request: SolverRequest;

  constructor(view: PoolView, request: SolverRequest) {
    this.#view = view;
    this.#request = request;
  }

  addAll(): void {
    const { best, skipBroken, cleanUp, install, upgrade = [], synchronise = [], erase = [] } = this.#request;
    const bestFlag: readonly JobFlag[] = best === false ? [] : ['forcebest'];
    const broken: readonly JobFlag[] = skipBroken === true ? ['weak'] : [];
    for (const text of install) {
      this.#add('install', this.#selectionFor(text), [...bestFlag, ...broken, 'setevr', 'setarch'], text);
    }
    this.#addUpdates('update', upgrade, bestFlag);
    this.#addUpdates('distupgrade', synchronise, bestFlag);
    for (const text of erase) {
      this.#addErase(text, cleanUp === true ? ['cleandeps'] : []);
    }
    this.#addPolicy();
  }

  #add(kind: Job['kind'], selection: Selection, flags: readonly JobFlag[], text?: string): void {
    this.jobs.push({ kind, selection, flags: new Set(flags) });
    this.texts.push(text);
  }

  /** What nothing is called or provides is asked for as a dependency: it fails with an explanation. */
  #selectionFor(text: string): Selection {
    const found = matchPackages(this.#view, text);
    return found.kind === 'packages' && found.packages.length > 0
      ? { kind: 'one-of', packages: found.packages }
      : { kind: 'provides', dependency: found.kind === 'rich' ? found.dependency : this.#dependencyOf(text) };
  }

  #dependencyOf(text: string): DependencyId {
    const { table } = this.#view.pool;
    try {
      return table.internDependency(parseDependency(text));
    } catch {
      return table.intern(text);
    }
  }

  #addUpdates(kind: 'update' | 'distupgrade', specs: readonly string[] | 'all', flags: readonly JobFlag[]): void {
    if (specs === 'all') {
      this.#add(kind, { kind: 'all' }, flags);
      return;
    }
    for (const text of specs) {
      const found = matchPackages(this.#view, text);
      const packages = found.kind === 'packages' ? found.packages : [];
      const others = packages.filter((number) => !this.#view.isInstalled(number));
      this.#add(
        kind,
        { kind: 'one-of', packages: others.length > 0 ? others : packages },
        [...flags, 'targeted', 'setevr', 'setarch'],
        text,
      );
    }
  }

  #addErase(text: string, flags: readonly JobFlag[]): void {
    const found = matchPackages(this.#view, text);
    const installed = found.kind === 'packages' ? found.packages.filter((one) => this.#view.isInstalled(one)) : [];
    if (installed.length === 0) {
      throw new SlipwayError('SOLVER_NOT_INSTALLED', `Cannot erase ${text}: nothing installed is called so`, {
        hint: 'list the installed packages, or leave it out',
      });
    }
    for (const number of installed) {
      this.#add('erase', { kind: 'package', package: number }, flags, text);
    }
  }

  #addPolicy(): void {
    const { allowErasing, userInstalled = [], installOnly = [], excludeFromWeak = [] } = this.#request;
    const { pool } = this.#view;
    for (const id of userInstalled) {
      this.#add('userinstalled', { kind: 'package', package: numberOf(pool, id) }, []);
    }
    for (const name of installOnly) {
      this.#add('multiversion', { kind: 'provides', dependency: pool.table.intern(name) }, []);
    }
    for (const name of excludeFromWeak) {
      for (const number of pool.named(pool.table.find(name))) {
        this.#add('excludefromweak', { kind: 'package', package: number }, []);
      }
    }
    const guarded = new Set(this.#request.protected ?? []);
    for (let number = firstPackage; allowErasing === true && number < pool.end; number++) {
      if (this.#view.isInstalled(number) && !guarded.has(pool.name(number))) {
        this.#add('allowuninstall', { kind: 'package', package: number }, []);
      }
    }
  }
}

function numberOf(pool: Pool, id: string): number {
  const number = pool.numberOf(id);
  if (number === 0) {
    throw new SlipwayError(
      'SOLVER_UNKNOWN_PACKAGE',
      `Cannot find the installed package "${id}": it is not in the pool`,
      {
        hint: 'add the installed packages to the pool as a repository of their own',
      },
    );
  }
  return number;
}
