import type { Nevra, Relations } from '@slipway/rpm';
import type { Checksum } from './repomd.ts';

/** A file as rpm-md lists it. */
export interface ListedFile {
  readonly path: string;
  readonly type: 'file' | 'dir' | 'ghost';
}

/** A package as primary.xml describes it; `files` are the primary ones until filelists were merged. */
export interface RepoPackage extends Nevra, Relations {
  /** Of the package file. */
  readonly checksum: Checksum;
  readonly summary: string;
  readonly description: string;
  readonly packager: string;
  readonly url: string;
  readonly license: string;
  readonly vendor: string;
  readonly group: string;
  readonly buildHost: string;
  readonly sourceRpm: string;
  /** Seconds since 1970. */
  readonly fileTime: number;
  readonly buildTime: number;
  readonly sizeBytes: number;
  readonly installedSizeBytes: number;
  readonly archiveSizeBytes: number;
  /** Path relative to the repository, or to `locationBase` when there is one. */
  readonly locationHref: string;
  readonly locationBase: string | undefined;
  readonly headerRange: { readonly start: number; readonly end: number };
  readonly files: readonly ListedFile[];
}

/** What a solver needs of a package (the shape of `SolverPackage` in @slipway/solver). */
export interface ResolvablePackage extends Nevra, Relations {
  readonly id: string;
  readonly files: readonly string[];
  readonly vendor: string;
  readonly repository: string;
  readonly priority: number;
  readonly buildTime: number;
  readonly installedSizeBytes: number;
}

/** The package for a solver's pool: its id is `<repository>/<location>`. `priority` is dnf's, 1 to 99, best first. */
export function toResolvable(
  one: RepoPackage,
  { repository, priority = 99 }: { readonly repository: string; readonly priority?: number },
): ResolvablePackage {
  return {
    id: `${repository}/${one.locationHref}`,
    name: one.name,
    evr: one.evr,
    arch: one.arch,
    provides: one.provides,
    requires: one.requires,
    conflicts: one.conflicts,
    obsoletes: one.obsoletes,
    recommends: one.recommends,
    suggests: one.suggests,
    supplements: one.supplements,
    enhances: one.enhances,
    files: one.files.map(({ path }) => path),
    vendor: one.vendor,
    repository,
    priority,
    buildTime: one.buildTime,
    installedSizeBytes: one.installedSizeBytes,
  };
}
