import { type InternedPackage, PoolBuilder } from '../pool/build-pool.ts';
import { type DependencyId, DependencyTable, operator } from '../pool/dependency-table.ts';
import type { Pool } from '../pool/pool.ts';
import { type PoolFlags, PoolView } from '../pool/pool-view.ts';
import type { Job, SolverFlags } from '../request/job.ts';
import { SolverState } from '../rules/solver-state.ts';
import { solveJobs } from '../search/solve-jobs.ts';
import { parseTestcaseDependency, unescapeTestcase } from './testcase-dependency.ts';
import { plainPoolFlags, withPoolFlags, withSolverFlags } from './testcase-flags.ts';
import { PackageNames, parseJob, parseSelection, TestcaseMistake } from './testcase-jobs.ts';
import { formatResult, type ResultKind, resultKinds } from './testcase-result.ts';
import { readTesttags, type TestcaseRepository } from './testtags.ts';

/** One request of a testcase; a file may have several. */
export interface TestcaseRun {
  /** What the file says that comes of it, sorted. */
  readonly expected: readonly string[];
  readonly got: readonly string[];
  readonly kinds: readonly string[];
}

interface LoadedRepository extends TestcaseRepository {
  readonly text: string;
}

/** Repositories whose packages are kept. */
const maxKept = 8;

/** Keeps what was read for cases with the same repositories: to read them takes far longer than to solve. */
export class TestcasePools {
  readonly #table = new DependencyTable();
  readonly #read: { readonly repository: LoadedRepository; readonly packages: readonly InternedPackage[] }[] = [];
  #repositories: readonly LoadedRepository[] = [];
  #last: { readonly pool: Pool; readonly names: PackageNames } | undefined;

  get(repositories: readonly LoadedRepository[]): { readonly pool: Pool; readonly names: PackageNames } {
    const isSame =
      this.#repositories.length === repositories.length &&
      repositories.every((one, at) => isSameRepository(one, this.#repositories[at] as LoadedRepository));
    if (this.#last === undefined || !isSame) {
      const builder = new PoolBuilder(this.#table);
      for (const one of repositories.flatMap((repository) => this.#packagesOf(repository))) {
        builder.addInterned(one);
      }
      const pool = builder.build();
      this.#repositories = [...repositories];
      this.#last = { pool, names: new PackageNames(pool) };
    }
    return this.#last;
  }

  #packagesOf(repository: LoadedRepository): readonly InternedPackage[] {
    const known = this.#read.find((one) => isSameRepository(one.repository, repository));
    if (known !== undefined) {
      return known.packages;
    }
    const packages = readTesttags(this.#table, repository.text, repository);
    this.#read.push({ repository, packages });
    if (this.#read.length > maxKept) {
      this.#read.shift();
    }
    return packages;
  }
}

function isSameRepository(a: LoadedRepository, b: LoadedRepository): boolean {
  return a.name === b.name && a.priority === b.priority && a.subpriority === b.subpriority && a.text === b.text;
}

/**
 * Runs a file in libsolv's testcase format (ext/testcase.c). `load` gives the text of a file beside it, decompressed.
 * Throws `TestcaseMistake` for what cannot be read or is not supported.
 */
export function runTestcase(
  text: string,
  load: (name: string) => string,
  pools: TestcasePools = new TestcasePools(),
): TestcaseRun[] {
  return new TestcaseRunner(text.split('\n'), load, pools).run();
}

class TestcaseRunner {
  readonly #lines: readonly string[];
  readonly #load: (name: string) => string;
  readonly #pools: TestcasePools;
  #at = 0;
  readonly #repositories: LoadedRepository[] = [];
  #current: { readonly pool: Pool; readonly names: PackageNames } | undefined;
  #architecture: string | undefined;
  #installed: string | undefined;
  #poolFlags: PoolFlags = plainPoolFlags;
  readonly #vendorClasses: string[][] = [];
  #disabled: Uint8Array | undefined;
  // of the current request:
  #poolFlagsAreSet = false;
  #solverFlags: SolverFlags = withSolverFlags();
  #jobs: Job[] = [];
  #namespaces = new Map<DependencyId, readonly number[]>();
  #dependencies: DependencyId[] = [];
  #result: { readonly kinds: readonly string[]; readonly lines: readonly string[] } | undefined;
  #reused: Uint8Array | undefined;
  #lastAdded: Uint8Array | undefined;
  readonly #runs: TestcaseRun[] = [];

  constructor(lines: readonly string[], load: (name: string) => string, pools: TestcasePools) {
    this.#lines = lines;
    this.#load = load;
    this.#pools = pools;
  }

  run(): TestcaseRun[] {
    while (this.#at < this.#lines.length) {
      const line = (this.#lines[this.#at++] as string).trim();
      if (line === '' || line.startsWith('#')) {
        continue;
      }
      const [command = '', ...words] = line.split(/[ \t]+/);
      if (command === 'nextjob') {
        this.#finish();
        this.#reused = words[0] === 'reusesolver' ? this.#lastAdded : undefined;
      } else {
        this.#interpret(command, words);
      }
    }
    this.#finish();
    return this.#runs;
  }

  #interpret(command: string, words: readonly string[]): void {
    switch (command) {
      case 'repo':
        this.#addRepository(words);
        break;
      case 'system':
        this.#setSystem(words);
        break;
      case 'poolflags':
        this.#poolFlags = withPoolFlags(this.#poolFlagsAreSet ? this.#poolFlags : plainPoolFlags, words);
        this.#poolFlagsAreSet = true;
        break;
      case 'solverflags':
        this.#solverFlags = withSolverFlags(this.#solverFlags, words);
        break;
      case 'vendorclass':
        this.#vendorClasses.push(words.map(unescapeTestcase));
        break;
      case 'disable':
        this.#disable(words);
        break;
      case 'namespace':
        this.#setNamespace(words);
        break;
      case 'job':
        this.#jobs.push(parseJob(this.pool, this.names, words));
        break;
      case 'genid':
        this.#makeDependency(words);
        break;
      case 'evrcmp':
        this.#compare(words);
        break;
      case 'result':
        this.#result = { kinds: (words[0] ?? '').split(','), lines: this.#readResult(words) };
        break;
      case 'feature':
        this.#checkFeatures(words);
        break;
      default:
        throw new TestcaseMistake(`unknown command "${command}"`);
    }
  }

  get #loaded(): { readonly pool: Pool; readonly names: PackageNames } {
    this.#current ??= this.#pools.get(this.#repositories);
    return this.#current;
  }

  get pool(): Pool {
    return this.#loaded.pool;
  }

  get names(): PackageNames {
    return this.#loaded.names;
  }

  #readInline(): string[] {
    const lines: string[] = [];
    while (this.#lines[this.#at]?.startsWith('#>') === true) {
      lines.push((this.#lines[this.#at++] as string).slice(2));
    }
    return lines;
  }

  #addRepository([name = '', priority = '0', type = '', file = '']: readonly string[]): void {
    const [, first = '0', second = '0'] = /^(-?[0-9]+)(?:\.(-?[0-9]+))?/.exec(priority) ?? [];
    const inline = file === '<inline>' ? this.#readInline().join('\n') : undefined;
    if (type !== 'testtags' && type !== 'empty') {
      throw new TestcaseMistake(`repositories of type "${type}" are not supported`);
    }
    const namesakes = this.#repositories.filter((one) => one.name === name).length;
    this.#repositories.push({
      name,
      key: namesakes === 0 ? name : `${name}#${namesakes + 1}`,
      priority: Number(first),
      subpriority: Number(second),
      text: type === 'empty' ? '' : (inline ?? this.#load(file)),
    });
    this.#poolFlags = this.#poolFlagsAreSet ? this.#poolFlags : plainPoolFlags;
    this.#poolFlagsAreSet = true;
    this.#current = undefined;
  }

  #setSystem([architecture = '', types = '', installed]: readonly string[]): void {
    if (types !== '*' && !types.split(',').includes('rpm')) {
      throw new TestcaseMistake(`systems of type "${types}" are not supported`);
    }
    this.#architecture = architecture === 'unset' || architecture === '-' ? undefined : architecture;
    this.#installed = installed ?? this.#installed;
  }

  #makeView(): PoolView {
    return new PoolView(this.pool, {
      architecture: this.#architecture,
      installed: this.#installed,
      disabled: this.#disabled,
      flags: this.#poolFlags,
      vendorClasses: this.#vendorClasses,
      namespaces: this.#namespaces,
    });
  }

  #disable(words: readonly string[]): void {
    const selection = parseSelection(this.pool, this.names, words);
    this.#disabled ??= new Uint8Array(this.pool.end);
    if (selection.kind === 'package') {
      this.#disabled[selection.package] = 1;
      return;
    }
    const job: Job = { kind: 'noop', selection, flags: new Set() };
    const state = new SolverState(this.#makeView(), [job], this.#solverFlags);
    for (const number of state.everySelected(0)) {
      this.#disabled[number] = 1;
    }
  }

  #setNamespace([text = '', ...packages]: readonly string[]): void {
    const [, name = '', value = ''] = /^([^(]*)\((.*)\)$/.exec(text) ?? [];
    const { table } = this.pool;
    const dependency = table.relation(table.intern(name), operator.namespace, table.intern(value));
    this.#namespaces.set(
      dependency,
      packages.map((one) => this.names.find(one)),
    );
  }

  /** A stack of dependencies, put together from the last ones. */
  #makeDependency([what = '', ...words]: readonly string[]): void {
    const { table } = this.pool;
    const text = words.join(' ');
    const stack = this.#dependencies;
    if (what === 'op') {
      const right = stack.pop() ?? 0;
      const left = stack.pop() ?? 0;
      const sample = parseTestcaseDependency(table, `a ${text} b`) ?? 0;
      stack.push(table.relation(left, table.operator(sample), right));
    } else if (what === 'lit') {
      stack.push(table.intern(text));
    } else if (what === 'null') {
      stack.push(0);
    } else if (what === 'dep') {
      stack.push(parseTestcaseDependency(table, text) ?? 0);
    } else {
      throw new TestcaseMistake(`"genid ${what}" is not supported`);
    }
  }

  #compare([a = '', b = '']: readonly string[]): void {
    const { table, evrOrder } = this.pool;
    const [left, right] = [table.intern(a), table.intern(b)];
    const order = evrOrder.compare(left, right);
    const op = order < 0 ? operator.less : order > 0 ? operator.greater : operator.equal;
    this.#addNoop(table.relation(left, op, right));
  }

  #addNoop(dependency: DependencyId): void {
    this.#jobs.push({ kind: 'noop', selection: { kind: 'provides', dependency }, flags: new Set() });
  }

  #readResult([, file = '']: readonly string[]): string[] {
    const lines = file === '<inline>' ? this.#readInline() : file === '' ? [] : this.#load(file).split('\n');
    return lines.filter((line) => line !== '');
  }

  #checkFeatures(words: readonly string[]): void {
    const missing = words.filter((word) => word !== 'complex_deps' && word !== 'linked_packages');
    if (missing.length > 0) {
      throw new TestcaseMistake(`the feature ${missing.join(', ')} is not supported`);
    }
  }

  #finish(): void {
    for (const dependency of this.#dependencies.reverse()) {
      this.#addNoop(dependency);
    }
    if (this.#result !== undefined) {
      const { kinds, lines } = this.#result;
      const known = kinds.filter((kind): kind is ResultKind => resultKinds.some((one) => one === kind));
      const outcome = solveJobs(this.#makeView(), this.#jobs, this.#solverFlags, this.#reused);
      this.#lastAdded = outcome.state.added;
      this.#runs.push({ kinds, expected: [...lines].sort(), got: formatResult(outcome, this.names, known) });
    }
    this.#poolFlagsAreSet = false;
    this.#solverFlags = withSolverFlags();
    this.#jobs = [];
    this.#namespaces = new Map();
    this.#dependencies = [];
    this.#result = undefined;
  }
}
