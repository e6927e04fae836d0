import { type Evr, parseEvr } from '@slipway/rpm';
import type { DependencyId, DependencyTable } from './dependency-table.ts';
import { EvrOrder } from './evr-order.ts';
import type { PackageColumnsSource } from './package-columns-source.ts';
import type { ProvideIndex } from './provide-index.ts';
import type { PackageReference } from './solver-package.ts';

export const relationKinds = [
  'provides',
  'requires',
  'conflicts',
  'obsoletes',
  'recommends',
  'suggests',
  'supplements',
  'enhances',
  'prerequires',
  'ignoredWhenInstalled',
] as const;
/** `prerequires` are those of `requires` that scriptlets need. */
export type RelationKind = (typeof relationKinds)[number];
const kindCount = relationKinds.length;
export const relationKind = Object.fromEntries(relationKinds.map((kind, at) => [kind, at])) as Readonly<
  Record<RelationKind, number>
>;

/** Number 0 is nobody; number 1 stands for what is always there, whatever is installed. */
export const systemPackage = 1;
export const firstPackage = 2;

export interface Repository {
  readonly name: string;
  /** Higher wins: dnf's with the sign changed. */
  readonly priority: number;
  /** Higher wins among equals: dnf's cost with the sign changed. */
  readonly subpriority: number;
}

/** What the pool keeps of each package. */
export interface PackageColumns {
  readonly ids: readonly string[];
  readonly names: Int32Array;
  readonly evrs: Int32Array;
  readonly arches: Int32Array;
  readonly vendors: Int32Array;
  /** Places in `repositories`. */
  readonly repositories: Int32Array;
  readonly buildTimes: Float64Array;
  readonly installedSizes: Float64Array;
  /** Undefined for packages of tables. */
  readonly files: readonly (readonly string[] | undefined)[];
  readonly tables: readonly { readonly first: number; readonly table: PackageColumnsSource }[];
  /** Start of each package's relations of each kind in `relations`: package * number of kinds + kind. */
  readonly relationStarts: Int32Array;
  readonly relations: Int32Array;
}

/**
 * All packages that a request may choose from, indexed by what they provide. Packages are numbers from 2 in the order
 * in which they were added. Packages never change; texts and relations that requests name are added to the table.
 */
export class Pool {
  readonly table: DependencyTable;
  readonly evrOrder: EvrOrder;
  readonly repositories: readonly Repository[];
  readonly index: ProvideIndex;
  readonly columns: PackageColumns;
  #numbers: Map<string, number> | undefined;

  constructor(
    table: DependencyTable,
    columns: PackageColumns,
    { index, repositories }: { readonly index: ProvideIndex; readonly repositories: readonly Repository[] },
  ) {
    this.table = table;
    this.columns = columns;
    this.index = index;
    this.repositories = repositories;
    this.evrOrder = new EvrOrder(table);
  }

  /** The highest package number and one more. */
  get end(): number {
    return this.columns.ids.length;
  }

  /** The number of the package with the caller's id; 0 when there is none. */
  numberOf(id: string): number {
    this.#numbers ??= new Map(this.columns.ids.map((one, number) => [one, number]));
    return id === '' ? 0 : (this.#numbers.get(id) ?? 0);
  }

  id(number: number): string {
    return this.columns.ids[number] as string;
  }

  nameId(number: number): number {
    return this.columns.names[number] as number;
  }

  name(number: number): string {
    return this.table.text(this.nameId(number));
  }

  evrId(number: number): number {
    return this.columns.evrs[number] as number;
  }

  evr(number: number): Evr {
    return parseEvr(this.table.text(this.evrId(number)) || '0');
  }

  archId(number: number): number {
    return this.columns.arches[number] as number;
  }

  arch(number: number): string {
    return this.table.text(this.archId(number));
  }

  vendorId(number: number): number {
    return this.columns.vendors[number] as number;
  }

  repositoryAt(number: number): number {
    return this.columns.repositories[number] as number;
  }

  repository(number: number): Repository {
    return this.repositories[this.repositoryAt(number)] as Repository;
  }

  files(number: number): readonly string[] {
    const files = this.columns.files[number];
    const source = files === undefined ? this.columns.tables.findLast(({ first }) => first <= number) : undefined;
    if (source === undefined) {
      return files ?? [];
    }
    const { first, table } = source;
    const [start, end] = [table.fileStarts[number - first], table.fileStarts[number - first + 1]];
    return Array.from(table.fileItems.subarray(start, end), (item) => table.text(item));
  }

  /** First place of the package's relations of a kind in `columns.relations`. */
  relationStart(number: number, kind: number): number {
    return this.columns.relationStarts[number * kindCount + kind] as number;
  }

  relationEnd(number: number, kind: number): number {
    return this.columns.relationStarts[number * kindCount + kind + 1] as number;
  }

  relations(number: number, kind: RelationKind): Int32Array {
    const at = relationKind[kind];
    return this.columns.relations.subarray(this.relationStart(number, at), this.relationEnd(number, at));
  }

  hasRelations(number: number, kind: RelationKind): boolean {
    const at = relationKind[kind];
    return this.relationStart(number, at) < this.relationEnd(number, at);
  }

  /** Packages of a name, ascending. */
  named(name: number): Int32Array {
    return this.index.named(name);
  }

  /** Negative when `a` is the older one, by epoch, version and release. */
  compareEvr(a: number, b: number): number {
    return this.evrOrder.compare(this.evrId(a), this.evrId(b));
  }

  format(dependency: DependencyId): string {
    return this.table.format(dependency);
  }

  nevra(number: number): string {
    return `${this.name(number)}-${this.table.text(this.evrId(number))}.${this.arch(number)}`;
  }

  reference(number: number): PackageReference {
    return {
      id: this.id(number),
      name: this.name(number),
      evr: this.evr(number),
      arch: this.arch(number),
      repository: this.repository(number).name,
      installedSizeBytes: this.columns.installedSizes[number] as number,
    };
  }
}
