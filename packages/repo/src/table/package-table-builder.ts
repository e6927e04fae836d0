import { withRoom } from './growable-columns.ts';
import { indexItems, indexNames, indexRelations } from './name-indexes.ts';
import { relationKinds } from './package-table.ts';
import { RelationTableBuilder } from './relation-table-builder.ts';
import type { TableColumns } from './stored-package-table.ts';
import { StringTableBuilder } from './string-table-builder.ts';

/** The values of one package beside its relations and files. */
export interface PackageValues {
  readonly name: number;
  readonly evr: number;
  readonly arch: number;
  readonly vendor: number;
  readonly buildTime: number;
  readonly installedSize: number;
  readonly packageSize: number;
  /** Where its record of details ends; it begins where that of the package before it ends. */
  readonly detailsEnd: number;
}

/** Gathers packages, one after the other: relations and files first, then `finishPackage`. */
export class PackageTableBuilder {
  readonly strings = new StringTableBuilder();
  readonly relations = new RelationTableBuilder();
  #count = 0;
  #names = new Uint32Array(1 << 10);
  #evrs = new Uint32Array(1 << 10);
  #arches = new Uint32Array(1 << 10);
  #vendors = new Uint32Array(1 << 10);
  #buildTimes = new Float64Array(1 << 10);
  #installedSizes = new Float64Array(1 << 10);
  #packageSizes = new Float64Array(1 << 10);
  #detailsEnds = new Float64Array(1 << 10);
  #relationStarts = new Uint32Array(1 << 13);
  #relationItems = new Uint32Array(1 << 14);
  #relationTotal = 0;
  #fileStarts = new Uint32Array(1 << 10);
  #fileItems = new Uint32Array(1 << 12);
  #fileTypes = new Uint8Array(1 << 12);
  #fileTotal = 0;
  /** Relations of the package that is being read, by kind: documents may have the kinds in any order. */
  readonly #pending: Uint32Array[] = relationKinds.map(() => new Uint32Array(64));
  readonly #pendingCounts = new Uint32Array(relationKinds.length);

  get count(): number {
    return this.#count;
  }

  addRelation(kind: number, item: number): void {
    const at = this.#pendingCounts[kind] as number;
    const list = withRoom(this.#pending[kind] as Uint32Array, at + 1);
    this.#pending[kind] = list;
    list[at] = item;
    this.#pendingCounts[kind] = at + 1;
  }

  addFile(path: number, type: number): void {
    const at = this.#fileTotal++;
    this.#fileItems = withRoom(this.#fileItems, at + 1);
    this.#fileTypes = withRoom(this.#fileTypes, at + 1);
    this.#fileItems[at] = path;
    this.#fileTypes[at] = type;
  }

  finishPackage(values: PackageValues): void {
    const one = this.#count++;
    this.#makeRoom(one + 1);
    this.#names[one] = values.name;
    this.#evrs[one] = values.evr;
    this.#arches[one] = values.arch;
    this.#vendors[one] = values.vendor;
    this.#buildTimes[one] = values.buildTime;
    this.#installedSizes[one] = values.installedSize;
    this.#packageSizes[one] = values.packageSize;
    this.#detailsEnds[one] = values.detailsEnd;
    this.#fileStarts[one + 1] = this.#fileTotal;
    this.#storeRelations(one);
  }

  #makeRoom(count: number): void {
    this.#names = withRoom(this.#names, count);
    this.#evrs = withRoom(this.#evrs, count);
    this.#arches = withRoom(this.#arches, count);
    this.#vendors = withRoom(this.#vendors, count);
    this.#buildTimes = withRoom(this.#buildTimes, count);
    this.#installedSizes = withRoom(this.#installedSizes, count);
    this.#packageSizes = withRoom(this.#packageSizes, count);
    this.#detailsEnds = withRoom(this.#detailsEnds, count);
    this.#fileStarts = withRoom(this.#fileStarts, count + 1);
    this.#relationStarts = withRoom(this.#relationStarts, count * relationKinds.length + 1);
  }

  #storeRelations(one: number): void {
    for (let kind = 0; kind < relationKinds.length; kind++) {
      const count = this.#pendingCounts[kind] as number;
      const list = this.#pending[kind] as Uint32Array;
      this.#relationItems = withRoom(this.#relationItems, this.#relationTotal + count);
      for (let at = 0; at < count; at++) {
        this.#relationItems[this.#relationTotal++] = list[at] as number;
      }
      this.#pendingCounts[kind] = 0;
      this.#relationStarts[one * relationKinds.length + kind + 1] = this.#relationTotal;
    }
  }

  /** All columns and indexes, the first ones without copying. */
  finish(): TableColumns {
    const count = this.#count;
    const strings = this.strings.finish();
    const relations = this.relations.finish();
    const stringCount = this.strings.count;
    const columns = {
      names: this.#names.subarray(0, count),
      evrs: this.#evrs.subarray(0, count),
      arches: this.#arches.subarray(0, count),
      vendors: this.#vendors.subarray(0, count),
      buildTimes: this.#buildTimes.subarray(0, count),
      installedSizes: this.#installedSizes.subarray(0, count),
      packageSizes: this.#packageSizes.subarray(0, count),
      detailsEnds: this.#detailsEnds.subarray(0, count),
      relationNames: relations.names,
      relationEvrs: relations.evrs,
      relationFlags: relations.flags,
      relationStarts: this.#relationStarts.subarray(0, count * relationKinds.length + 1),
      relationItems: this.#relationItems.subarray(0, this.#relationTotal),
      fileStarts: this.#fileStarts.subarray(0, count + 1),
      fileItems: this.#fileItems.subarray(0, this.#fileTotal),
      fileTypes: this.#fileTypes.subarray(0, this.#fileTotal),
      stringBytes: strings.bytes,
      stringStarts: strings.starts,
      stringSlots: strings.slots,
    };
    const index = (kind: (typeof relationKinds)[number]) => indexRelations({ count, ...columns }, kind, stringCount);
    return {
      ...columns,
      packagesNamed: indexNames(columns.names, stringCount),
      providers: index('provides'),
      obsoleters: index('obsoletes'),
      supplementers: index('supplements'),
      enhancers: index('enhances'),
      fileOwners: indexItems(columns.fileItems, columns.fileStarts, stringCount),
    };
  }
}
