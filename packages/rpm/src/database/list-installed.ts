import type { Header } from '../header/header.ts';
import { packageMetadata } from '../metadata/read-metadata.ts';
import type { PackageMetadata } from '../package-metadata.ts';
import { type Installation, type InstalledFile, readInstallation, readInstalledFiles } from './installation.ts';
import { installedHeaderProblem } from './installed-header-problem.ts';
import { type InstalledKey, readInstalledKey } from './installed-key.ts';
import { readRpmDatabase } from './read-database.ts';

/** A package of a database, read completely. */
export interface ListedPackage extends Installation, Omit<PackageMetadata, 'files'> {
  /** rpm's number of the package in this database. */
  readonly hnum: number;
  readonly files: readonly InstalledFile[];
  /** Why rpm itself does not list the package, which is installed nonetheless; undefined when it does. */
  readonly problem: string | undefined;
}

export interface ListedKey extends InstalledKey {
  readonly hnum: number;
}

export interface InstalledList {
  /** In order of their numbers. */
  readonly packages: readonly ListedPackage[];
  readonly keys: readonly ListedKey[];
}

/**
 * Everything in an rpm database. For large systems that need little of it, `readRpmDatabase` gives header after header.
 * Throws as that does; header values that rpm would not take make it throw `RPM_BAD_HEADER`.
 */
export function listInstalled(path: string): InstalledList {
  const packages: ListedPackage[] = [];
  const keys: ListedKey[] = [];
  for (const { hnum, header } of readRpmDatabase(path)) {
    const key = readInstalledKey(header);
    if (key === undefined) {
      packages.push(listedPackage(hnum, header));
    } else {
      keys.push({ hnum, ...key });
    }
  }
  return { packages, keys };
}

function listedPackage(hnum: number, header: Header): ListedPackage {
  return {
    ...packageMetadata(header),
    ...readInstallation(header),
    hnum,
    files: readInstalledFiles(header),
    problem: installedHeaderProblem(header),
  };
}
