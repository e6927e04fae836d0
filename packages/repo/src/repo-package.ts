import type { Dependency, Nevra, Relations } from '@slipway/rpm';
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
  const { name, evr, arch, vendor, buildTime, installedSizeBytes } = one;
  const { provides, requires, conflicts, obsoletes, recommends, suggests, supplements, enhances } = one;
  return {
    id: `${repository}/${one.locationHref}`,
    name,
    evr,
    arch,
    ...{ provides, requires, conflicts, obsoletes, recommends, suggests, supplements, enhances },
    files: one.files.map(({ path }) => path),
    vendor,
    repository,
    priority,
    buildTime,
    installedSizeBytes,
  };
}

/** Relations that are equal share one object: a distribution has a tenth as many different ones as uses. */
export class RelationCache {
  readonly #known = new Map<string, Dependency>();

  share(dependency: Dependency): Dependency {
    const { name, comparison = '', evr, pre } = dependency;
    const version = evr === undefined ? '' : `${evr.epoch}:${evr.version}-${evr.release}`;
    const key = `${name}\n${comparison}${version}${pre === true ? ' pre' : ''}`;
    const known = this.#known.get(key);
    if (known === undefined) {
      this.#known.set(key, dependency);
    }
    return known ?? dependency;
  }
}
