import type { LockedPackage } from '@slipway/project';
import type { RepoPackage } from '@slipway/repo';
import { formatEvr } from '@slipway/rpm';
import type { ArchivePackage } from './apt/archive-package.ts';

/** How the lock file names an upstream package; the place is below the archive's root, and no host is in it. */
export function lockedPackage(entry: ArchivePackage | RepoPackage): LockedPackage {
  if ('poolPath' in entry) {
    const { name, version, architecture, sizeBytes, digest, poolPath } = entry;
    return { name, version, architecture, size: sizeBytes, sha256: digest, origin: poolPath };
  }
  const { name, evr, arch, sizeBytes, checksum, locationHref } = entry;
  return {
    ...{ name, version: formatEvr(evr), architecture: arch, size: sizeBytes },
    ...{ sha256: checksum.value, origin: locationHref },
  };
}
