import type { Dependency, Nevra, Relations } from '@slipway/rpm';

/** A package as the solver wants it: names and relations, no payload, no file attributes. */
export interface SolverPackage extends Nevra, Relations {
  /** Chosen by the caller, unique in the pool (a location, a digest): results name packages by it. */
  readonly id: string;
  /** Absolute paths that may be required or requested: rpm-md's primary files, or all of them. */
  readonly files: readonly string[];
  readonly vendor: string;
  readonly repository: string;
  /** dnf's repository priority, 1 to 99: the lower number wins over any version of a higher one. */
  readonly priority: number;
  /** dnf's repository cost: of equal packages those of the lower cost are taken. Default 1000. */
  readonly cost?: number;
  /** Seconds since 1970; 0 when it is not known. */
  readonly buildTime: number;
  readonly installedSizeBytes: number;
  /** Prerequisites that do not count for the package once it is installed (`Requires(pre)` alone). */
  readonly ignoredWhenInstalled?: readonly Dependency[];
}

/** A package of the pool in a result. */
export interface PackageReference extends Nevra {
  readonly id: string;
  readonly repository: string;
  readonly installedSizeBytes: number;
}
