import { installedTag } from '../database/installed-tags.ts';
import type { Header } from '../header/header.ts';
import { tag } from '../header/tags.ts';
import { readPaths } from '../metadata/files.ts';
import { readEvr } from '../metadata/read-metadata.ts';
import { readRelations } from '../metadata/relations.ts';
import type { Dependency, Nevra, Relations } from '../package-metadata.ts';
import { ignoredWhenInstalled } from './ignored-when-installed.ts';

/** What a header of a database tells a solver. */
export interface Solvable extends Nevra, Relations {
  /** All paths of the package. */
  readonly files: readonly string[];
  readonly vendor: string;
  /** As of a repository that says nothing: what is installed is not chosen by priority. */
  readonly priority: number;
  /** Seconds since 1970. */
  readonly buildTime: number;
  readonly installTime: number;
  readonly installedSizeBytes: number;
  /** Of `requires`, those that do not count any more. */
  readonly ignoredWhenInstalled: readonly Dependency[];
}

/** dnf's priority of repositories that have none of their own. */
const defaultPriority = 99;

/**
 * An installed header as a solver wants it (libsolv, rpmhead2solv). The features of rpm that it requires are left out:
 * it was installed, so they were there. Throws `RPM_BAD_HEADER`.
 */
export function solvableOf(header: Header): Solvable {
  const relations = readRelations(header);
  const requires = relations.requires.filter(({ name }) => !name.startsWith('rpmlib('));
  return {
    name: header.string(tag.name) ?? '',
    evr: readEvr(header),
    arch: header.string(tag.arch) ?? 'noarch',
    ...relations,
    requires,
    files: readPaths(header),
    vendor: header.string(tag.vendor) ?? '',
    priority: defaultPriority,
    buildTime: header.number(tag.buildTime) ?? 0,
    installTime: header.number(installedTag.installTime) ?? 0,
    installedSizeBytes: header.number(tag.longSize) ?? header.number(tag.size) ?? 0,
    ignoredWhenInstalled: ignoredWhenInstalled(requires),
  };
}
