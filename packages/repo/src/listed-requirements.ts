import { compareVersions, type Dependency, formatDependency, type PackageMetadata } from '@slipway/rpm';
import { isPrimaryFile } from './primary-file.ts';

/** RPMSENSE_MISSINGOK: a requirement that need not be met. */
const missingOk = 1 << 19;

export interface ListedRequirements {
  readonly requires: readonly Dependency[];
  /** Requirements that old packages mark as dispensable; they are listed before the recommendations. */
  readonly recommends: readonly Dependency[];
}

/**
 * The requirements that rpm-md lists (createrepo_c's parsehdr.c): none on rpm's own features, on what the package
 * provides in the same words or on its own primary files, none twice, and of libc.so.6 only the highest version, last.
 */
export function listedRequirements(metadata: PackageMetadata): ListedRequirements {
  const ownFiles = new Set(metadata.files.map(({ path }) => path));
  const provided = new Set(metadata.provides.map(formatDependency));
  const seen = new Map<string, string>();
  const requires: Dependency[] = [];
  const recommends: Dependency[] = [];
  let libc: Dependency | undefined;
  for (const dependency of metadata.requires) {
    const { name } = dependency;
    const key = `${formatDependency(dependency)} ${dependency.pre === true}`;
    const isOwn = ownFiles.has(name) && isPrimaryFile(name);
    if (name.startsWith('rpmlib(') || isOwn || provided.has(formatDependency(dependency)) || seen.get(name) === key) {
      continue;
    }
    if (((dependency.senseBits ?? 0) & missingOk) !== 0) {
      recommends.push(dependency);
    } else if (name.startsWith('libc.so.6')) {
      libc = libc !== undefined && !isLowerLibc(libc.name, name) ? libc : dependency;
    } else {
      requires.push(dependency);
      seen.set(name, key);
    }
  }
  return { requires: libc === undefined ? requires : [...requires, libc], recommends };
}

/** `libc.so.6()(64bit)` is lower than `libc.so.6(GLIBC_2.3.4)(64bit)`, and that than `libc.so.6(GLIBC_2.4)`. */
function isLowerLibc(a: string, b: string): boolean {
  const versionA = libcVersion(a);
  const versionB = libcVersion(b);
  return versionA === '' ? versionB !== '' : versionB !== '' && compareVersions(versionA, versionB) < 0;
}

/** From the first digit in the first parentheses; empty when there is none. */
function libcVersion(name: string): string {
  return /^[^(]*\([^0-9)]*([^)]*)\)/.exec(name)?.[1] ?? '';
}
