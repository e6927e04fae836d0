import type { NameIndex, PackageTable, RelationIndex } from './package-table.ts';
import { hashBytes } from './string-hash.ts';

/** What a table consists of. */
export interface TableColumns extends Omit<PackageTable, 'count' | 'stringCount' | 'text' | 'find'> {
  /** Where the record of details of each package ends. */
  readonly detailsEnds: Float64Array;
  readonly stringBytes: Buffer;
  readonly stringStarts: Uint32Array;
  /** Open addressing by `hashBytes`, two numbers a slot: string number + 1 or 0 for a free one, and the hash. */
  readonly stringSlots: Uint32Array;
}

/** A table over columns, wherever their bytes are. */
export class StoredPackageTable implements PackageTable, TableColumns {
  readonly count: number;
  readonly stringCount: number;
  readonly names: Uint32Array;
  readonly evrs: Uint32Array;
  readonly arches: Uint32Array;
  readonly vendors: Uint32Array;
  readonly buildTimes: Float64Array;
  readonly installedSizes: Float64Array;
  readonly packageSizes: Float64Array;
  readonly detailsEnds: Float64Array;
  readonly relationNames: Uint32Array;
  readonly relationEvrs: Uint32Array;
  readonly relationFlags: Uint8Array;
  readonly relationStarts: Uint32Array;
  readonly relationItems: Uint32Array;
  readonly fileStarts: Uint32Array;
  readonly fileItems: Uint32Array;
  readonly fileTypes: Uint8Array;
  readonly packagesNamed: NameIndex;
  readonly providers: RelationIndex;
  readonly obsoleters: RelationIndex;
  readonly supplementers: RelationIndex;
  readonly enhancers: RelationIndex;
  readonly fileOwners: NameIndex;
  readonly stringBytes: Buffer;
  readonly stringStarts: Uint32Array;
  readonly stringSlots: Uint32Array;

  constructor(columns: TableColumns) {
    this.count = columns.names.length;
    this.stringCount = columns.stringStarts.length - 1;
    this.names = columns.names;
    this.evrs = columns.evrs;
    this.arches = columns.arches;
    this.vendors = columns.vendors;
    this.buildTimes = columns.buildTimes;
    this.installedSizes = columns.installedSizes;
    this.packageSizes = columns.packageSizes;
    this.detailsEnds = columns.detailsEnds;
    this.relationNames = columns.relationNames;
    this.relationEvrs = columns.relationEvrs;
    this.relationFlags = columns.relationFlags;
    this.relationStarts = columns.relationStarts;
    this.relationItems = columns.relationItems;
    this.fileStarts = columns.fileStarts;
    this.fileItems = columns.fileItems;
    this.fileTypes = columns.fileTypes;
    this.packagesNamed = columns.packagesNamed;
    this.providers = columns.providers;
    this.obsoleters = columns.obsoleters;
    this.supplementers = columns.supplementers;
    this.enhancers = columns.enhancers;
    this.fileOwners = columns.fileOwners;
    this.stringBytes = columns.stringBytes;
    this.stringStarts = columns.stringStarts;
    this.stringSlots = columns.stringSlots;
  }

  text(stringId: number): string {
    return this.stringBytes.toString('utf8', this.stringStarts[stringId], this.stringStarts[stringId + 1]);
  }

  find(text: string): number {
    const bytes = Buffer.from(text);
    const hash = hashBytes(bytes, 0, bytes.length);
    const mask = this.stringSlots.length - 1;
    for (let slot = (hash << 1) & mask; this.stringSlots[slot] !== 0; slot = (slot + 2) & mask) {
      const id = (this.stringSlots[slot] as number) - 1;
      const [start, end] = [this.stringStarts[id], this.stringStarts[id + 1]];
      if (this.stringSlots[slot + 1] === hash && bytes.equals(this.stringBytes.subarray(start, end))) {
        return id;
      }
    }
    return -1;
  }

  /** Where the package's record of details is. */
  detailsRange(one: number): { readonly start: number; readonly end: number } {
    return { start: one === 0 ? 0 : (this.detailsEnds[one - 1] as number), end: this.detailsEnds[one] as number };
  }
}
