import { SlipwayError } from '@slipway/core';
import { type Dependency, formatEvr } from '@slipway/rpm';
import { type DependencyId, DependencyTable } from './dependency-table.ts';
import { GrowableInt32Array } from './growable-array.ts';
import { type PackageColumnsSource, withoutZeroEpoch } from './package-columns-source.ts';
import { firstPackage, Pool, type RelationKind, type Repository, relationKinds } from './pool.ts';
import { ProvideIndex } from './provide-index.ts';
import type { SolverPackage } from './solver-package.ts';

/** dnf's default cost of a repository. */
const defaultCost = 1000;

/** A pool of all `packages`; the order is kept and decides between otherwise equal packages. */
export function buildPool(packages: Iterable<SolverPackage>): Pool {
  const builder = new PoolBuilder();
  for (const one of packages) {
    builder.add(one);
  }
  return builder.build();
}

/** Relations in a form of the caller's own, already in the builder's table. */
export interface InternedPackage extends Omit<SolverPackage, RelationKind | 'name' | 'evr'> {
  readonly name: number;
  readonly evr: number;
  readonly relations: Readonly<Record<RelationKind, readonly DependencyId[]>>;
}

/** Takes packages one at a time (from a stream), keeping numbers instead of the objects. */
export class PoolBuilder {
  readonly table: DependencyTable;
  readonly #ids: string[] = [];
  readonly #seen = new Set<string>();
  readonly #names = new GrowableInt32Array();
  readonly #evrs = new GrowableInt32Array();
  readonly #arches = new GrowableInt32Array();
  readonly #vendors = new GrowableInt32Array();
  readonly #packageRepositories = new GrowableInt32Array();
  readonly #buildTimes: number[] = [];
  readonly #installedSizes: number[] = [];
  /** Undefined for packages of tables. */
  readonly #files: (readonly string[] | undefined)[] = [];
  readonly #tables: AddedTable[] = [];
  readonly #relationStarts = new GrowableInt32Array();
  readonly #relations = new GrowableInt32Array();
  readonly #repositoryPlaces = new Map<string, number>();
  readonly #repositories: Repository[] = [{ name: '', priority: 0, subpriority: 0 }];

  /** Several pools may share a table: it only grows. */
  constructor(table: DependencyTable = new DependencyTable()) {
    this.table = table;
    // nobody, and what is always there
    for (let number = 0; number < firstPackage; number++) {
      this.#push({ id: '', arch: '', vendor: '', buildTime: 0, installedSizeBytes: 0, files: [] }, 0, 0);
      this.#packageRepositories.push(0);
      for (const _ of relationKinds) {
        this.#relationStarts.push(0);
      }
    }
  }

  /** Throws `SOLVER_DUPLICATE_ID` when the id was added before. */
  add(one: SolverPackage): void {
    this.#begin(one, this.table.intern(one.name), this.table.intern(formatEvr(one.evr)));
    for (const kind of relationKinds) {
      this.#relationStarts.push(this.#relations.length);
      for (const dependency of dependenciesOf(one, kind)) {
        this.#relations.push(this.table.internDependency(dependency));
      }
    }
  }

  /** As `add`, for relations that are in the table already. */
  addInterned(one: InternedPackage): void {
    this.#begin(one, one.name, one.evr);
    for (const kind of relationKinds) {
      this.#relationStarts.push(this.#relations.length);
      for (const dependency of one.relations[kind]) {
        this.#relations.push(dependency);
      }
    }
  }

  /**
   * Adds all packages of a table; their ids are `<repository>/<number in the table>`. Files are looked up in the table
   * when they are asked for.
   */
  addTable(table: PackageColumnsSource, repository: Pick<SolverPackage, 'repository' | 'priority' | 'cost'>): void {
    const source = new TableReader(this.table, table);
    this.#tables.push({ first: this.#ids.length, table });
    const place = this.#placeOf(repository);
    for (let one = 0; one < table.count; one++) {
      this.#ids.push(`${repository.repository}/${one}`);
      this.#names.push(source.text(table.names[one] as number));
      this.#evrs.push(source.evr(table.evrs[one] as number));
      this.#arches.push(source.text(table.arches[one] as number));
      this.#vendors.push(source.text(table.vendors[one] as number));
      this.#buildTimes.push(table.buildTimes[one] as number);
      this.#installedSizes.push(table.installedSizes[one] as number);
      this.#files.push(undefined);
      this.#packageRepositories.push(place);
      this.#addRelations(table, source, one);
    }
  }

  #addRelations({ relationStarts, relationItems }: PackageColumnsSource, source: TableReader, one: number): void {
    const marked: number[] = [];
    for (let kind = 0; kind < tableKinds; kind++) {
      this.#relationStarts.push(this.#relations.length);
      const end = relationStarts[one * tableKinds + kind + 1] as number;
      for (let at = relationStarts[one * tableKinds + kind] as number; at < end; at++) {
        const item = relationItems[at] as number;
        const dependency = source.dependency(item & relationMask);
        this.#relations.push(dependency);
        if (item > relationMask) {
          marked.push(dependency);
        }
      }
    }
    this.#relationStarts.push(this.#relations.length);
    for (const dependency of marked) {
      this.#relations.push(dependency);
    }
    this.#relationStarts.push(this.#relations.length);
  }

  #begin(one: Omit<InternedPackage, 'name' | 'evr' | 'relations'>, name: number, evr: number): void {
    if (one.id === '' || this.#seen.has(one.id)) {
      throw new SlipwayError(
        'SOLVER_DUPLICATE_ID',
        `Cannot add ${this.table.text(name)} to the pool: the id "${one.id}" is taken`,
      );
    }
    this.#seen.add(one.id);
    this.#push(one, name, evr);
    this.#packageRepositories.push(this.#placeOf(one));
  }

  #push(
    one: Pick<SolverPackage, 'id' | 'arch' | 'vendor' | 'buildTime' | 'installedSizeBytes' | 'files'>,
    name: number,
    evr: number,
  ): void {
    this.#ids.push(one.id);
    this.#names.push(name);
    this.#evrs.push(evr);
    this.#arches.push(this.table.intern(one.arch));
    this.#vendors.push(this.table.intern(one.vendor));
    this.#buildTimes.push(one.buildTime);
    this.#installedSizes.push(one.installedSizeBytes);
    this.#files.push(one.files);
  }

  #placeOf({
    repository,
    priority,
    cost = defaultCost,
  }: Pick<SolverPackage, 'repository' | 'priority' | 'cost'>): number {
    const known = this.#repositoryPlaces.get(repository);
    if (known !== undefined) {
      return known;
    }
    this.#repositoryPlaces.set(repository, this.#repositories.length);
    return this.#repositories.push({ name: repository, priority: -priority, subpriority: -cost }) - 1;
  }

  build(): Pool {
    this.#relationStarts.push(this.#relations.length);
    const columns = {
      ids: this.#ids,
      names: this.#names.view(),
      evrs: this.#evrs.view(),
      arches: this.#arches.view(),
      vendors: this.#vendors.view(),
      repositories: this.#packageRepositories.view(),
      buildTimes: Float64Array.from(this.#buildTimes),
      installedSizes: Float64Array.from(this.#installedSizes),
      files: this.#files,
      tables: this.#tables,
      relationStarts: this.#relationStarts.view(),
      relations: this.#relations.view(),
    };
    const index = new ProvideIndex(this.table.textCount, this.#provideEntries(), columns.names);
    return new Pool(this.table, columns, { index, repositories: this.#repositories });
  }

  /** By table: the pool's number for paths that somebody's relation names, by string of the table. */
  #wantedPaths(): Int32Array[] {
    const paths = this.table.texts().flatMap((text, name) => (text.startsWith('/') ? [name] : []));
    return this.#tables.map(({ table }) => {
      const wanted = new Int32Array(table.stringCount);
      for (const name of paths) {
        const id = table.find(this.table.text(name));
        if (id >= 0) {
          wanted[id] = name;
        }
      }
      return wanted;
    });
  }

  #filesIn(number: number, wanted: readonly Int32Array[]): number[] {
    const files = this.#files[number];
    if (files !== undefined) {
      return files.flatMap((path) => this.table.find(path) || []);
    }
    const at = this.#tables.findLastIndex(({ first }) => first <= number);
    const { first, table } = this.#tables[at] as AddedTable;
    const found: number[] = [];
    const end = table.fileStarts[number - first + 1] as number;
    for (let item = table.fileStarts[number - first] as number; item < end; item++) {
      const name = (wanted[at] as Int32Array)[table.fileItems[item] as number] as number;
      if (name !== 0) {
        found.push(name);
      }
    }
    return found;
  }

  /** Provided relations, and those files whose paths somebody's relation names. */
  #provideEntries(): { names: Int32Array; packages: Int32Array; provided: Int32Array } {
    const names = new GrowableInt32Array();
    const packages = new GrowableInt32Array();
    const provided = new GrowableInt32Array();
    const starts = this.#relationStarts;
    const wanted = this.#wantedPaths();
    for (let number = firstPackage; number < this.#ids.length; number++) {
      const end = starts.at(number * relationKinds.length + 1);
      for (let at = starts.at(number * relationKinds.length); at < end; at++) {
        names.push(this.table.nameOf(this.#relations.at(at)));
        packages.push(number);
        provided.push(this.#relations.at(at));
      }
      for (const name of this.#filesIn(number, wanted)) {
        names.push(name);
        packages.push(number);
        provided.push(name);
      }
    }
    return { names: names.view(), packages: packages.view(), provided: provided.view() };
  }
}

/** A table, and the number of its first package. */
export interface AddedTable {
  readonly first: number;
  readonly table: PackageColumnsSource;
}

const tableKinds = 8;
const relationMask = 0x7fff_ffff;

/** Takes texts and relations of a table into a pool's, each once. */
class TableReader {
  readonly #own: DependencyTable;
  readonly #source: PackageColumnsSource;
  /** Nothing that the table has can be there already. */
  readonly #isFirst: boolean;
  readonly #texts: Int32Array;
  readonly #evrs: Int32Array;
  readonly #dependencies: Int32Array;

  constructor(own: DependencyTable, source: PackageColumnsSource) {
    this.#own = own;
    this.#source = source;
    this.#isFirst = own.relationCount === 1;
    this.#texts = new Int32Array(source.stringCount);
    this.#evrs = new Int32Array(source.stringCount);
    this.#dependencies = new Int32Array(source.relationNames.length);
  }

  text(id: number): number {
    return (this.#texts[id] ||= this.#own.intern(this.#source.text(id)));
  }

  evr(id: number): number {
    return (this.#evrs[id] ||= this.#own.intern(withoutZeroEpoch(this.#source.text(id))));
  }

  dependency(relation: number): DependencyId {
    return (this.#dependencies[relation] ||= this.#read(relation));
  }

  #read(relation: number): DependencyId {
    const { relationNames, relationFlags, relationEvrs } = this.#source;
    const name = relationNames[relation] as number;
    const flags = relationFlags[relation] as number;
    if (flags !== 0) {
      const [left, right] = [this.text(name), this.evr(relationEvrs[relation] as number)];
      return this.#isFirst ? this.#own.append(left, flags, right) : this.#own.relation(left, flags, right);
    }
    const text = this.#source.text(name);
    return text.startsWith('(') ? this.#own.internDependency({ name: text }) : this.text(name);
  }
}

function dependenciesOf(one: SolverPackage, kind: RelationKind): readonly Dependency[] {
  switch (kind) {
    case 'prerequires':
      return one.requires.filter(({ pre }) => pre === true);
    case 'ignoredWhenInstalled':
      return one.ignoredWhenInstalled ?? [];
    default:
      return one[kind];
  }
}
