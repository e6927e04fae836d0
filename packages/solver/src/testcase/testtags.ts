import type { InternedPackage } from '../pool/build-pool.ts';
import { type DependencyId, type DependencyTable, operator } from '../pool/dependency-table.ts';
import { type RelationKind, relationKinds } from '../pool/pool.ts';
import { parseTestcaseDependency } from './testcase-dependency.ts';

const relationTags: Readonly<Record<string, RelationKind>> = {
  Req: 'requires',
  Prq: 'requires',
  Prv: 'provides',
  Con: 'conflicts',
  Obs: 'obsoletes',
  Rec: 'recommends',
  Sup: 'supplements',
  Sug: 'suggests',
  Enh: 'enhances',
  Ipr: 'ignoredWhenInstalled',
};

export interface TestcaseRepository {
  readonly name: string;
  /** Differs for repositories of one name. */
  readonly key: string;
  /** Higher wins. */
  readonly priority: number;
  readonly subpriority: number;
}

/** Packages of a repository in libsolv's testtags format; ids are NEVRA@repository, `#2` … for others of the same. */
export function readTesttags(table: DependencyTable, text: string, repository: TestcaseRepository): InternedPackage[] {
  const reader = new TesttagsReader(table, repository);
  let block = '';
  let start = 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    start = end + 1;
    if (block !== '') {
      if (line === `-${block}:`) {
        block = '';
      } else {
        reader.read(block, line);
      }
    } else if (line.startsWith('+')) {
      block = line.slice(1, 4);
    } else if (line.startsWith('=')) {
      reader.read(line.slice(1, 4), line.slice(6));
    }
  }
  reader.finish();
  return reader.packages;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Relations = Record<RelationKind, DependencyId[]>;

class TesttagsReader {
  readonly #table: DependencyTable;
  readonly packages: InternedPackage[] = [];
  readonly #repository: TestcaseRepository;
  readonly #seen = new Map<string, number>();
  /** Most lines are there many times. */
  readonly #dependencies = new Map<string, DependencyId>();
  #current: Mutable<InternedPackage> | undefined;
  #relations: Relations = emptyRelations();
  #files: string[] = [];
  #providesItself = true;
  /** The second version of the format has files at the end of the provides. */
  #filesInProvides = false;
  #lateFiles: string[] = [];

  constructor(table: DependencyTable, repository: TestcaseRepository) {
    this.#table = table;
    this.#repository = repository;
  }

  read(tag: string, value: string): void {
    if (tag === 'Ver') {
      const version = Number.parseInt(value, 10);
      this.#providesItself = version < 3 || value.includes('addselfprovides');
      this.#filesInProvides = version === 2;
    } else if (tag === 'Pkg') {
      this.finish();
      this.#begin(value);
    } else if (this.#current !== undefined) {
      this.#readValue(this.#current, tag, value);
    }
  }

  #begin(value: string): void {
    const [name = '', version = '', release = '', arch = ''] = value.trim().split(/\s+/);
    const table = this.#table;
    const evr = release === '-' ? version : `${version}-${release}`;
    const plain = `${name}-${evr}${arch === '-' ? '' : `.${arch}`}@${this.#repository.name}`;
    const count = (this.#seen.get(plain) ?? 0) + 1;
    this.#seen.set(plain, count);
    this.#relations = emptyRelations();
    this.#files = [];
    this.#current = {
      id: count === 1 ? plain : `${plain}#${count}`,
      name: table.intern(name),
      evr: table.intern(evr),
      arch: arch === '-' ? '' : arch,
      vendor: '',
      repository: this.#repository.key,
      priority: -this.#repository.priority,
      cost: -this.#repository.subpriority,
      buildTime: 0,
      installedSizeBytes: 0,
      files: this.#files,
      relations: this.#relations,
    };
  }

  #readValue(current: Mutable<InternedPackage>, tag: string, value: string): void {
    if (tag === 'Fls') {
      this.#files.push(value);
    } else if (tag === 'Vnd') {
      current.vendor = value;
    } else if (tag === 'Tim') {
      current.buildTime = Number(value);
    } else if (Object.hasOwn(relationTags, tag)) {
      this.#readRelation(tag, value);
    }
  }

  #readRelation(tag: string, value: string): void {
    if (tag === 'Prv' && this.#filesInProvides) {
      if (value.startsWith('/')) {
        this.#lateFiles.push(value);
        return;
      }
      this.#provideLateFiles();
    }
    const dependency = this.#dependencyOf(value);
    if (dependency !== 0) {
      this.#relations[relationTags[tag] as RelationKind].push(dependency);
      if (tag === 'Prq') {
        this.#relations.prerequires.push(dependency);
      }
    }
  }

  #dependencyOf(value: string): DependencyId {
    const known = this.#dependencies.get(value);
    if (known !== undefined) {
      return known;
    }
    const table = this.#table;
    const id = value.startsWith('/') ? table.intern(value) : (parseTestcaseDependency(table, value) ?? 0);
    this.#dependencies.set(value, id);
    return id;
  }

  #provideLateFiles(): void {
    this.#relations.provides.push(...this.#lateFiles.map((path) => this.#table.intern(path)));
    this.#lateFiles = [];
  }

  finish(): void {
    const current = this.#current;
    if (current === undefined) {
      return;
    }
    this.#files.push(...this.#lateFiles);
    this.#lateFiles = [];
    const table = this.#table;
    if (this.#providesItself && current.arch !== 'src' && current.arch !== 'nosrc') {
      this.#relations.provides.push(table.relation(current.name, operator.equal, current.evr));
    }
    if (this.#filesInProvides) {
      this.#supplementLanguages();
    }
    this.packages.push(current);
    this.#current = undefined;
  }

  /** Old SUSE packages provide `locale(name:de;fr)` for what supplements the name together with a language. */
  #supplementLanguages(): void {
    const table = this.#table;
    this.#relations.provides = this.#relations.provides.filter((dependency) => {
      const [, name, languages] = /^locale\((?:([^:)]*):)?([^)]*)\)$/.exec(table.text(Math.max(dependency, 0))) ?? [];
      if (languages === undefined) {
        return true;
      }
      const namespace = table.intern('namespace:language');
      const wanted = languages
        .split(';')
        .map((language) => table.relation(namespace, operator.namespace, table.intern(language)))
        .reduceRight((right, left) => table.relation(left, operator.or, right));
      this.#relations.supplements.push(
        name === undefined ? wanted : table.relation(table.intern(name), operator.and, wanted),
      );
      return false;
    });
  }
}

function emptyRelations(): Relations {
  return Object.fromEntries(relationKinds.map((kind) => [kind, []])) as unknown as Relations;
}
