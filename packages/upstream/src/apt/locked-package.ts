import type { Digest } from '@slipway/core';
import type { ArchivePackage } from './archive-package.ts';

/** One upstream file as the lock file records it: enough to fetch and verify it anywhere, and no host. */
export interface LockedPackage {
  readonly name: string;
  /** As upstream writes it (Debian version or EVR). */
  readonly version: string;
  /** As upstream writes it: `amd64`, `all`, `x86_64`, `noarch`. */
  readonly architecture: string;
  readonly sizeBytes: number;
  readonly digest: Digest;
  /** Suite and component, or the repository's name, with the path below its root. */
  readonly origin: string;
}

/** `forky/main pool/main/b/bash/bash_5.3-4_amd64.deb`. */
export function lockedPackage(entry: ArchivePackage, suite: string): LockedPackage {
  const component = /^pool\/(?:updates\/)?([^/]+)\//.exec(entry.poolPath)?.[1] ?? 'main';
  return {
    name: entry.name,
    version: entry.version,
    architecture: entry.architecture,
    sizeBytes: entry.sizeBytes,
    digest: entry.digest,
    origin: `${suite}/${component} ${entry.poolPath}`,
  };
}
