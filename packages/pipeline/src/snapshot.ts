import type { Digest } from '@slipway/core';
import type { LockedSnapshot } from '@slipway/project';
import type { ArchiveState, ImportFacts } from '@slipway/upstream';

/** One upstream package with what its import has to know of the others. */
export interface SnapshotPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly origin: string;
  readonly sourceName: string;
  readonly sourceVersion: string;
  readonly format: PackageFormat;
}

/** A Debian package becomes an RPM by import; an RPM is taken as it is. */
export type PackageFormat = { readonly kind: 'deb'; readonly facts: ImportFacts } | { readonly kind: 'rpm' };

export interface SnapshotSourceFile {
  readonly package: string;
  readonly version: string;
  readonly file: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** The upstream packages at one moment, all in the store. */
export interface Snapshot {
  readonly name: string;
  readonly suite: string;
  /** When the archive was signed, seconds since 1970. */
  readonly date: number;
  readonly releaseDigest: Digest;
  readonly expired: ArchiveState['expired'] | null;
  readonly packages: readonly SnapshotPackage[];
  readonly sources: readonly SnapshotSourceFile[];
}

/** How one kind of archive is asked for packages; the stage around it does not know which kind it is. */
export interface SnapshotAdapter {
  /** Two runs must not use it at once: the file that says who does. */
  readonly lockFile: string;
  take(lock: LockedSnapshot | undefined): Promise<Snapshot>;
}
