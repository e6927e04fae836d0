import { type DependencyId, operator } from '../pool/dependency-table.ts';
import type { Pool } from '../pool/pool.ts';
import { type Job, type JobFlag, type JobKind, jobFlags, jobKinds, type Selection } from '../request/job.ts';
import { formatTestcaseDependency, parseTestcaseDependency } from './testcase-dependency.ts';

/** Thrown for lines of a testcase that cannot be read. */
export class TestcaseMistake extends Error {}

/** Packages of a pool by the names that testcases give them. */
export class PackageNames {
  readonly #pool: Pool;
  readonly #withoutRepository = new Map<string, number>();

  constructor(pool: Pool) {
    this.#pool = pool;
    for (let number = pool.end - 1; number > 1; number--) {
      this.#withoutRepository.set(pool.id(number).replace(/@[^@]*$/, ''), number);
    }
  }

  /** Throws `TestcaseMistake` for an unknown package. */
  find(text: string): number {
    const number = text === '@SYSTEM' ? 1 : this.#pool.numberOf(text) || (this.#withoutRepository.get(text) ?? 0);
    if (number === 0) {
      throw new TestcaseMistake(`unknown package "${text}"`);
    }
    return number;
  }

  format(number: number): string {
    return number === 1 ? '@SYSTEM' : this.#pool.id(number).replace(/#[0-9]+$/, '');
  }
}

/** Reads `pkg X`, `name D`, `provides D`, `oneof X Y`, `repo R` or `all packages`. */
export function parseSelection(pool: Pool, names: PackageNames, words: readonly string[]): Selection {
  const [kind = '', ...rest] = words;
  switch (kind) {
    case 'pkg':
      return { kind: 'package', package: names.find(rest[0] ?? '') };
    case 'name':
    case 'provides':
      return { kind, dependency: parseJobDependency(pool, kind, rest.join(' ')) };
    case 'oneof':
      return { kind: 'one-of', packages: rest[0] === 'nothing' ? [] : rest.map((one) => names.find(one)) };
    case 'repo': {
      const repository = pool.repositories.findIndex(({ name }, at) => at > 0 && name === rest[0]);
      if (repository < 0) {
        throw new TestcaseMistake(`unknown repository "${rest[0] ?? ''}"`);
      }
      return { kind: 'repository', repository };
    }
    case 'all':
      return { kind: 'all' };
    default:
      throw new TestcaseMistake(`cannot read "${words.join(' ')}"`);
  }
}

/** A namespace without value stands for all of its values. */
function parseJobDependency({ table }: Pool, kind: string, text: string): DependencyId {
  const namespace = kind === 'provides' ? /^(namespace:[^(]*)\(<NULL>\)$/.exec(text)?.[1] : undefined;
  return namespace === undefined
    ? (parseTestcaseDependency(table, text) ?? 0)
    : table.relation(table.intern(namespace), operator.namespace, 0);
}

const oldNames: Readonly<Record<string, JobKind>> = { noobsoletes: 'multiversion' };

/** Reads the words of a `job` line behind `job`. */
export function parseJob(pool: Pool, names: PackageNames, words: readonly string[]): Job {
  const [name = '', ...rest] = words;
  const kind = oldNames[name] ?? jobKinds.find((one) => one === name);
  if (kind === undefined || rest.length < 2) {
    throw new TestcaseMistake(`unknown job "${words.join(' ')}"`);
  }
  const last = rest.at(-1) ?? '';
  const hasFlags = rest.length > 2 && last.startsWith('[') && last.endsWith(']');
  const flags = hasFlags ? parseFlags(last.slice(1, -1)) : new Set<JobFlag>();
  return { kind, selection: parseSelection(pool, names, hasFlags ? rest.slice(0, -1) : rest), flags };
}

export function parseFlags(text: string): Set<JobFlag> {
  return new Set(text.split(',').filter((word): word is JobFlag => jobFlags.some((flag) => flag === word)));
}

/** The line of a job, without `job`. */
export function formatJob(pool: Pool, names: PackageNames, { kind, selection, flags }: Job): string {
  const written = jobFlags.filter((flag) => flags.has(flag)).join(',');
  return `${kind} ${formatSelection(pool, names, selection)}${written === '' ? '' : ` [${written}]`}`;
}

function formatSelection(pool: Pool, names: PackageNames, selection: Selection): string {
  switch (selection.kind) {
    case 'package':
      return `pkg ${names.format(selection.package)}`;
    case 'name':
    case 'provides':
      return `${selection.kind} ${formatTestcaseDependency(pool.table, selection.dependency)}`;
    case 'one-of':
      return `oneof ${selection.packages.map((one) => names.format(one)).join(' ') || 'nothing'}`;
    case 'repository':
      return `repo ${pool.repositories[selection.repository]?.name ?? ''}`;
    case 'all':
      return 'all packages';
  }
}
