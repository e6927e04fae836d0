import type { Relations } from '@slipway/rpm';

/** A relation as a header has it: nothing was decided about it yet. */
export interface StatedRelation {
  readonly name: string;
  /** RPMSENSE_* bits (rpm's rpmds.h). */
  readonly bits: number;
  /** `[epoch:]version[-release]`, or empty. */
  readonly version: string;
}

/** A relation as rpm-md writes it: empty texts are left out. */
export interface ListedRelation {
  readonly name: string;
  readonly flags: '' | 'LT' | 'LE' | 'EQ' | 'GE' | 'GT';
  readonly epoch: string;
  readonly version: string;
  readonly release: string;
  readonly pre: boolean;
}

export type ListedRelations = Readonly<Record<keyof Relations, readonly ListedRelation[]>>;

export interface ListedChange {
  readonly author: string;
  /** Seconds since 1970. */
  readonly date: number;
  readonly text: string;
}

/** What rpm-md says of a package, after createrepo_c's rules: ready to be written. */
export interface PackageFacts {
  readonly name: string;
  readonly arch: string;
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
  readonly summary: string;
  readonly description: string;
  readonly packager: string;
  readonly url: string;
  readonly license: string;
  readonly vendor: string;
  readonly group: string;
  readonly buildHost: string;
  readonly sourceRpm: string;
  readonly buildTime: number;
  readonly installedSize: number;
  readonly archiveSize: number;
  readonly relations: ListedRelations;
  readonly paths: readonly string[];
  /** Beside `paths`: empty for files, `dir`, `ghost`. */
  readonly types: readonly ('' | 'dir' | 'ghost')[];
  /** Beside `paths`: digests of the contents; filelists-ext lists them. */
  readonly hashes: readonly string[];
  readonly hashAlgorithm: string;
  /** Oldest first. */
  readonly changes: readonly ListedChange[];
}
