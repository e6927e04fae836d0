import type { Digest } from '@slipway/core';
import type { PackageMetadata } from '@slipway/rpm';

/** Where a package file is, and what rpm-md says of the file itself. */
export interface PackagePlacement {
  /** Path of the package file relative to the repository's directory, or to `locationBase`, with `/`. */
  readonly locationHref: string;
  /** Where the package is when it is not below the repository's directory. */
  readonly locationBase?: string;
  /** SHA-256 of the package file: its pkgid. */
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** The main header within the file: bytes from `start` up to, not including, `end`. */
  readonly headerRange: { readonly start: number; readonly end: number };
  /** Modification time of the package file, seconds since 1970. */
  readonly fileTime: number;
}

/** A package as it stands in a repository: what it says of itself and where its file is. */
export interface RepositoryEntry extends PackagePlacement {
  readonly metadata: PackageMetadata;
}
