import type { Comparison, Dependency, Evr } from '@slipway/rpm';
import type { ListedFile, RepoPackage } from '../repo-package.ts';
import { parseChecksum } from '../repomd.ts';
import { type DetailsSource, readDetails } from './package-details.ts';
import { preMark, relationKinds, relationMask } from './package-table.ts';
import type { StoredPackageTable } from './stored-package-table.ts';

/** By the bits of `relationFlag`. */
const comparisons: readonly (Comparison | undefined)[] = [undefined, '>', '=', '>=', '<', undefined, '<='];
const fileTypes = ['file', 'dir', 'ghost'] as const;

/** Packages of a table as objects, made when they are asked for; relations that are equal share one object. */
export class RepoPackages {
  readonly table: StoredPackageTable;
  readonly #details: DetailsSource;
  readonly #relations: (Dependency | undefined)[];
  readonly #preRelations: (Dependency | undefined)[];
  readonly #evrs = new Map<number, Evr>();

  constructor(table: StoredPackageTable, details: DetailsSource) {
    this.table = table;
    this.#details = details;
    this.#relations = new Array(table.relationNames.length);
    this.#preRelations = new Array(table.relationNames.length);
  }

  package(one: number): RepoPackage {
    const { table } = this;
    const range = table.detailsRange(one);
    const { texts, numbers } = readDetails(this.#details.read(range.start, range.end));
    const { checksumType, checksum, locationBase, ...shown } = texts;
    const [fileTime = 0, archiveSizeBytes = 0, start = 0, end = 0] = numbers;
    return {
      name: table.text(table.names[one] as number),
      evr: this.#evr(table.evrs[one] as number),
      arch: table.text(table.arches[one] as number),
      checksum: parseChecksum(checksumType, checksum, 'primary.xml'),
      ...shown,
      vendor: table.text(table.vendors[one] as number),
      fileTime,
      buildTime: table.buildTimes[one] as number,
      sizeBytes: table.packageSizes[one] as number,
      installedSizeBytes: table.installedSizes[one] as number,
      archiveSizeBytes,
      locationBase: locationBase === '' ? undefined : locationBase,
      headerRange: { start, end },
      ...this.#allRelations(one),
      files: this.#files(one),
    };
  }

  *all(): Generator<RepoPackage> {
    for (let one = 0; one < this.table.count; one++) {
      yield this.package(one);
    }
  }

  #allRelations(one: number): Record<(typeof relationKinds)[number], Dependency[]> {
    const { relationStarts, relationItems } = this.table;
    const lists: Partial<Record<(typeof relationKinds)[number], Dependency[]>> = {};
    relationKinds.forEach((kind, offset) => {
      const list = one * relationKinds.length + offset;
      lists[kind] = Array.from(relationItems.subarray(relationStarts[list], relationStarts[list + 1]), (item) =>
        this.#relation(item),
      );
    });
    return lists as Record<(typeof relationKinds)[number], Dependency[]>;
  }

  #relation(item: number): Dependency {
    const isPre = item >= preMark;
    const known = isPre ? this.#preRelations : this.#relations;
    const relation = item & relationMask;
    known[relation] ??= this.#readRelation(relation, isPre);
    return known[relation];
  }

  #readRelation(relation: number, isPre: boolean): Dependency {
    const { table } = this;
    const comparison = comparisons[table.relationFlags[relation] as number];
    return {
      name: table.text(table.relationNames[relation] as number),
      ...(comparison === undefined ? {} : { comparison, evr: this.#evr(table.relationEvrs[relation] as number) }),
      ...(isPre ? { pre: true } : {}),
    };
  }

  #evr(stringId: number): Evr {
    const known = this.#evrs.get(stringId) ?? splitEvr(this.table.text(stringId));
    this.#evrs.set(stringId, known);
    return known;
  }

  #files(one: number): ListedFile[] {
    const { fileStarts, fileItems, fileTypes: types } = this.table;
    const files: ListedFile[] = [];
    for (let at = fileStarts[one] as number; at < (fileStarts[one + 1] as number); at++) {
      files.push({ path: this.table.text(fileItems[at] as number), type: fileTypes[types[at] as number] ?? 'file' });
    }
    return files;
  }
}

/** The EVR of the strings of a table. */
function splitEvr(text: string): Evr {
  const colon = text.indexOf(':');
  const dash = text.indexOf('-', colon);
  return {
    epoch: Number(text.slice(0, colon)),
    version: text.slice(colon + 1, dash < 0 ? undefined : dash),
    release: dash < 0 ? '' : text.slice(dash + 1),
  };
}
