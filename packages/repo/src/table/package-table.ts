/**
 * A repository's packages as columns of numbers over one buffer: what a solver builds its pool from without an object
 * per package, and what the metadata cache stores. How to read it:
 *
 * - Packages are numbers from 0 to `count - 1`, in the order of primary.xml. `names`, `evrs`, `arches` and `vendors`
 *   hold their string ids.
 * - Strings are numbered from 0, the empty string. `text(id)` decodes one; `find(text)` gives its id or -1 without
 *   decoding anything. Equal strings have equal ids, so names are compared as numbers.
 * - EVR strings are always `epoch:version` or `epoch:version-release` (the first `:` and the first `-` divide them).
 * - A relation is a number from 0: `relationNames[r]`, `relationFlags[r]` (bits of `relationFlag`: 0 for a name without
 *   version) and `relationEvrs[r]`. Equal relations have equal numbers. Rich ones have the whole text as their name: it
 *   begins with `(`.
 * - Package p's relations of kind k (index in `relationKinds`) are
 *   `relationItems[relationStarts[p * 8 + k]] … relationItems[relationStarts[p * 8 + k + 1] - 1]`; of `requires`, items
 *   with `preMark` set must hold before scriptlets run: `item & relationMask` is the relation.
 * - Package p's primary files are `fileItems[fileStarts[p] … fileStarts[p + 1] - 1]`: string ids of whole paths.
 * - Indexes by string id s give packages, ascending: `packagesNamed`, `providers`, `obsoleters`, `supplementers`,
 *   `enhancers`, `fileOwners`; those of relations give the relation beside each package. Take
 *   `index.packages[index.starts[s] … index.starts[s + 1] - 1]`.
 * - What only people and downloads need (location, checksum, texts) is read on demand: `PackageDetails`.
 */
export interface PackageTable {
  /** Number of packages. */
  readonly count: number;
  /** Number of strings. */
  readonly stringCount: number;
  readonly names: Uint32Array;
  readonly evrs: Uint32Array;
  readonly arches: Uint32Array;
  readonly vendors: Uint32Array;
  /** Seconds since 1970. */
  readonly buildTimes: Float64Array;
  readonly installedSizes: Float64Array;
  /** Of the package file, in bytes: what a download costs. */
  readonly packageSizes: Float64Array;

  readonly relationNames: Uint32Array;
  readonly relationEvrs: Uint32Array;
  readonly relationFlags: Uint8Array;
  readonly relationStarts: Uint32Array;
  readonly relationItems: Uint32Array;

  readonly fileStarts: Uint32Array;
  readonly fileItems: Uint32Array;
  /** 0 file, 1 directory, 2 ghost; beside `fileItems`. */
  readonly fileTypes: Uint8Array;

  readonly packagesNamed: NameIndex;
  readonly providers: RelationIndex;
  readonly obsoleters: RelationIndex;
  readonly supplementers: RelationIndex;
  readonly enhancers: RelationIndex;
  readonly fileOwners: NameIndex;

  text(stringId: number): string;
  /** The id of a string, or -1 when nothing in the repository has it. */
  find(text: string): number;
}

/** Packages by string id. */
export interface NameIndex {
  /** `stringCount + 1` places in `packages`. */
  readonly starts: Uint32Array;
  readonly packages: Uint32Array;
}

/** Packages by the name of one of their relations, and that relation. */
export interface RelationIndex extends NameIndex {
  /** Beside `packages`. */
  readonly relations: Uint32Array;
}

/** The order of kinds in `relationStarts`. */
export const relationKinds = [
  'provides',
  'requires',
  'conflicts',
  'obsoletes',
  'recommends',
  'suggests',
  'supplements',
  'enhances',
] as const;

/** Bits of `relationFlags`: `>=` is `greater | equal`. */
export const relationFlag = { greater: 1, equal: 2, less: 4 } as const;

/** Set in a requirement that must hold before scriptlets run (`pre="1"`). */
export const preMark = 0x80000000;
export const relationMask = 0x7fffffff;
