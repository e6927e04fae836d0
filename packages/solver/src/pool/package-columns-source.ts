/**
 * Packages of a repository as columns of numbers: the part of @slipway/repo's `PackageTable` that a pool is made of.
 * Strings and relations are numbers from 0; string 0 is the empty one.
 */
export interface PackageColumnsSource {
  readonly count: number;
  readonly stringCount: number;
  readonly names: Uint32Array;
  /** Texts `epoch:version[-release]`. */
  readonly evrs: Uint32Array;
  readonly arches: Uint32Array;
  readonly vendors: Uint32Array;
  readonly buildTimes: Float64Array;
  readonly installedSizes: Float64Array;
  readonly relationNames: Uint32Array;
  readonly relationEvrs: Uint32Array;
  /** Bits: greater 1, equal 2, less 4; 0 for a name alone. */
  readonly relationFlags: Uint8Array;
  /** By package * 8 + kind (provides, requires, conflicts, obsoletes, recommends, suggests, supplements, enhances). */
  readonly relationStarts: Uint32Array;
  /** The highest bit marks requirements of scriptlets. */
  readonly relationItems: Uint32Array;
  readonly fileStarts: Uint32Array;
  readonly fileItems: Uint32Array;
  text(stringId: number): string;
  /** -1 when nothing in the repository has the text. */
  find(text: string): number;
}

/** The table's EVRs always have an epoch, a pool's only one that is not 0. */
export function withoutZeroEpoch(evr: string): string {
  return evr.startsWith('0:') ? evr.slice(2) : evr;
}
