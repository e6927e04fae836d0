import { compareEvr, type Nevra } from '@slipway/rpm';
import type { RepoPackage } from './repo-package.ts';

/** A difference between two states of a repository. */
export interface PackageChange {
  readonly kind: 'added' | 'removed' | 'upgraded' | 'downgraded' | 'rebuilt';
  readonly name: string;
  readonly arch: string;
  /** The newest version before; undefined for what was added. */
  readonly before: RepoPackage | undefined;
  /** The newest version now; undefined for what was removed. */
  readonly after: RepoPackage | undefined;
}

/**
 * What changed between two states of a repository, by name and architecture, in the order of names: of several versions the
 * newest counts. `rebuilt` is the same version with another content.
 */
export function diffRepositories(before: Iterable<RepoPackage>, after: Iterable<RepoPackage>): PackageChange[] {
  const [old, now] = [newestOf(before), newestOf(after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  return keys.flatMap((key) => describeChange(old.get(key), now.get(key)) ?? []);
}

function newestOf(packages: Iterable<RepoPackage>): Map<string, RepoPackage> {
  const newest = new Map<string, RepoPackage>();
  for (const one of packages) {
    const key = keyOf(one);
    const known = newest.get(key);
    if (known === undefined || compareEvr(one.evr, known.evr) > 0) {
      newest.set(key, one);
    }
  }
  return newest;
}

/** A space sorts before everything that names have. */
function keyOf({ name, arch }: Nevra): string {
  return `${name} ${arch}`;
}

function describeChange(before: RepoPackage | undefined, after: RepoPackage | undefined): PackageChange | undefined {
  const one = after ?? before;
  if (one === undefined) {
    return undefined;
  }
  const { name, arch } = one;
  if (before === undefined || after === undefined) {
    return { kind: before === undefined ? 'added' : 'removed', name, arch, before, after };
  }
  const order = compareEvr(before.evr, after.evr);
  if (order !== 0) {
    return { kind: order < 0 ? 'upgraded' : 'downgraded', name, arch, before, after };
  }
  return before.checksum.value === after.checksum.value ? undefined : { kind: 'rebuilt', name, arch, before, after };
}
