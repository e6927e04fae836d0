import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileError, hasErrno } from '@slipway/core';

/** A package file of a repository, as the file system knows it. */
export interface PackageFileState {
  /** Path relative to the repository's directory, with `/`. */
  readonly locationHref: string;
  readonly sizeBytes: number;
  /** Seconds since 1970. */
  readonly fileTime: number;
}

/** Deeper than any repository; symbolic links may make circles. */
const maxDepth = 64;

/**
 * Every `*.rpm` below a directory, in createrepo_c's order: by file name, then by directory. Links are followed, metadata
 * directories are left out. Throws `CORE_FILE_ACCESS`.
 */
export function findPackages(directory: string): PackageFileState[] {
  const found: PackageFileState[] = [];
  walk(directory, '', { found, depth: 0 });
  return found.sort((a, b) => compareLocations(a.locationHref, b.locationHref));
}

function walk(
  directory: string,
  prefix: string,
  { found, depth }: { readonly found: PackageFileState[]; readonly depth: number },
): void {
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (cause) {
    throw fileError('read', directory, cause);
  }
  for (const entry of entries) {
    const [path, locationHref] = [join(directory, entry.name), `${prefix}${entry.name}`];
    const isPackage = entry.name.endsWith('.rpm');
    if (!isPackage && entry.isFile()) {
      continue;
    }
    const isDirectory = entry.isDirectory() || (entry.isSymbolicLink() && stateOf(path)?.isDirectory() === true);
    if (isDirectory && entry.name !== 'repodata' && !entry.name.startsWith('.repodata') && depth < maxDepth) {
      walk(path, `${locationHref}/`, { found, depth: depth + 1 });
    } else if (isPackage && !isDirectory) {
      const state = stateOf(path);
      if (state?.isFile()) {
        found.push({ locationHref, sizeBytes: state.size, fileTime: Math.floor(state.mtimeMs / 1000) });
      }
    }
  }
}

/** Undefined when there is nothing at the end of a link. */
function stateOf(path: string) {
  try {
    return statSync(path);
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT', 'ELOOP')) {
      return undefined;
    }
    throw fileError('read', path, cause);
  }
}

/** The order in which createrepo_c lists packages: by the bytes of the file name, then of the directory. */
export function compareLocations(a: string, b: string): number {
  const [cutA, cutB] = [a.lastIndexOf('/'), b.lastIndexOf('/')];
  return compareBytes(a.slice(cutA + 1), b.slice(cutB + 1)) || compareBytes(directoryOf(a, cutA), directoryOf(b, cutB));
}

function directoryOf(location: string, cut: number): string {
  return cut < 0 ? '' : location.slice(0, cut);
}

const ascii = /^[\0-\x7f]*$/;

function compareBytes(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return ascii.test(a) && ascii.test(b) ? (a < b ? -1 : 1) : Buffer.compare(Buffer.from(a), Buffer.from(b));
}
