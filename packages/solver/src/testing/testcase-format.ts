import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Dependency, parseEvr } from '@slipway/rpm';
import type { SolverPackage } from '../solver-package.ts';

/** One case of libsolv's `.t` format, as far as install requests need it. */
export interface Testcase {
  readonly repositories: readonly { readonly name: string; readonly priority: number; readonly path: string }[];
  /** NEVRA@repository. */
  readonly disabled: readonly string[];
  readonly jobs: readonly { readonly candidates: readonly string[]; readonly flags: readonly string[] }[];
  readonly solverFlags: readonly string[];
  /** Other jobs than install and multiversion, verbatim. */
  readonly otherJobs: readonly string[];
}

export function readTestcase(path: string): Testcase {
  const lines = readFileSync(path, 'utf8').split('\n');
  const repositories: Testcase['repositories'][number][] = [];
  const disabled: string[] = [];
  const jobs: Testcase['jobs'][number][] = [];
  const otherJobs: string[] = [];
  let solverFlags: string[] = [];
  for (const line of lines) {
    const [word, ...rest] = line.split(' ');
    if (word === 'repo') {
      const [name = '', priority = '0', , file = ''] = rest;
      repositories.push({ name, priority: -Number.parseInt(priority, 10), path: join(dirname(path), file) });
    } else if (word === 'disable') {
      disabled.push(rest[1] ?? '');
    } else if (word === 'solverflags') {
      solverFlags = rest;
    } else if (word === 'job' && rest[0] === 'install' && (rest[1] === 'oneof' || rest[1] === 'pkg')) {
      const flags = /\[(.*)\]$/.exec(line)?.[1]?.split(',') ?? [];
      jobs.push({ candidates: rest.slice(2).filter((one) => !one.startsWith('[')), flags });
    } else if (word === 'job' && rest[0] !== 'multiversion' && rest[0] !== 'userinstalled') {
      otherJobs.push(line);
    }
  }
  return { repositories, disabled, jobs, solverFlags, otherJobs };
}

type Relations = Pick<SolverPackage, (typeof relationTags)[keyof typeof relationTags]>;

const relationTags = {
  Req: 'requires',
  Prq: 'requires',
  Prv: 'provides',
  Con: 'conflicts',
  Obs: 'obsoletes',
  Rec: 'recommends',
  Sup: 'supplements',
  Sug: 'suggests',
  Enh: 'enhances',
} as const;

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** Packages of a testtags repository, gzipped or not; ids are NEVRA@repository as in results. */
export function* readTesttags(
  path: string,
  repository: { readonly name: string; readonly priority: number },
): Iterable<SolverPackage> {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  let current: Mutable<SolverPackage> | undefined;
  let block = '';
  const seen = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (block !== '') {
      if (line === `-${block}:`) {
        block = '';
      } else if (current !== undefined) {
        addValue(current, block, line);
      }
    } else if (line.startsWith('+')) {
      block = line.slice(1, 4);
    } else if (line.startsWith('=Pkg: ')) {
      if (current !== undefined) {
        yield current;
      }
      current = startPackage(line.slice(6), repository, seen);
    } else if (line.startsWith('=') && current !== undefined) {
      addValue(current, line.slice(1, 4), line.slice(6));
    }
  }
  if (current !== undefined) {
    yield current;
  }
}

function startPackage(
  text: string,
  repository: { readonly name: string; readonly priority: number },
  seen: Map<string, number>,
): Mutable<SolverPackage> {
  const [name = '', version = '', release = '', arch = ''] = text.split(' ');
  const evr = parseEvr(`${version}-${release}`);
  const id = `${name}-${version}-${release}.${arch}@${repository.name}`;
  const count = (seen.get(id) ?? 0) + 1;
  seen.set(id, count);
  const relations: Mutable<Relations> = {
    requires: [],
    provides: [],
    conflicts: [],
    obsoletes: [],
    recommends: [],
    supplements: [],
    suggests: [],
    enhances: [],
  };
  return {
    id: count === 1 ? id : `${id}#${count}`,
    name,
    evr,
    arch,
    files: [],
    vendor: '',
    repository: repository.name,
    priority: repository.priority,
    buildTime: 0,
    installedSizeBytes: 0,
    ...relations,
  };
}

function addValue(current: Mutable<SolverPackage>, tag: string, value: string): void {
  if (tag === 'Fls') {
    current.files.push(value);
  } else if (Object.hasOwn(relationTags, tag)) {
    current[relationTags[tag as keyof typeof relationTags]].push(readRelation(value));
  }
}

/** `name op evr`, or libsolv's infix operators, which become a rich relation's words. */
function readRelation(text: string): Dependency {
  const decoded = text.replace(/\\([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  if (/ (&|\||<IF>|<ELSE>|<UNLESS>|\+|-) /.test(decoded)) {
    return { name: readRich(decoded) };
  }
  const [name = '', comparison, evr = ''] = decoded.split(' ');
  return comparison === undefined ? { name } : { name, comparison: comparison as '=', evr: parseEvr(evr) };
}

const richWords: Readonly<Record<string, string>> = {
  '&': 'and',
  '|': 'or',
  '<IF>': 'if',
  '<ELSE>': 'else',
  '<UNLESS>': 'unless',
  '+': 'with',
  '-': 'without',
};

function readRich(text: string): string {
  const words = text.split(' ').map((word) => richWords[word] ?? word);
  return `(${words.join(' ')})`;
}
