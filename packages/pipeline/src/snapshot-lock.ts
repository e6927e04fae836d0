import { join } from 'node:path';
import { asDigest, type Digest } from '@slipway/core';
import { type LockedSnapshot, loadLock, saveLock } from '@slipway/project';
import type { Snapshot } from './snapshot.ts';
import type { Workspace } from './workspace.ts';

export function lockPath(workspace: Workspace): string {
  return join(workspace.loaded.directory, 'slipway.lock');
}

export async function loadSnapshotLock(workspace: Workspace, name: string): Promise<LockedSnapshot | undefined> {
  return (await loadLock(lockPath(workspace)))?.snapshots.get(name);
}

function lockedPackages(snapshot: Snapshot): LockedSnapshot['packages'] {
  const binary = snapshot.packages.map((entry) => ({
    name: entry.name,
    version: entry.version,
    architecture: entry.architecture,
    size: entry.sizeBytes,
    sha256: entry.digest as string,
    origin: entry.origin,
  }));
  const source = snapshot.sources.map((entry) => ({
    name: entry.package,
    version: entry.version,
    architecture: 'source',
    size: entry.sizeBytes,
    sha256: entry.digest as string,
    origin: `${snapshot.suite}/${entry.file}`,
  }));
  return [...binary, ...source];
}

export async function saveSnapshotLock(workspace: Workspace, snapshot: Snapshot): Promise<void> {
  const path = lockPath(workspace);
  const present = await loadLock(path);
  const locked: LockedSnapshot = {
    date: new Date(snapshot.date * 1000).toISOString().replace('.000', ''),
    suite: snapshot.suite,
    metadataSha256: asDigest(snapshot.releaseDigest),
    packages: lockedPackages(snapshot),
  };
  await saveLock(path, { snapshots: new Map([...(present?.snapshots ?? []), [snapshot.name, locked]]) });
}

/** The archive has moved since the lock was written: said, because it changes what is built. */
export function warnAboutDrift(
  workspace: Workspace,
  chosen: readonly {
    readonly name: string;
    readonly architecture: string;
    readonly version: string;
    readonly digest: Digest;
  }[],
  lock: LockedSnapshot | undefined,
): void {
  const locked = new Map((lock?.packages ?? []).map((entry) => [`${entry.name} ${entry.architecture}`, entry.version]));
  const moved = chosen.filter((entry) => {
    const version = locked.get(`${entry.name} ${entry.architecture}`);
    return version !== undefined && version !== entry.version;
  });
  if (moved.length > 0) {
    const names = moved
      .slice(0, 5)
      .map(({ name }) => name)
      .join(', ');
    workspace.progress({
      type: 'note',
      level: 'warning',
      text: `${moved.length} locked packages have newer versions in the archive (${names}${moved.length > 5 ? ', …' : ''}); the lock file is brought up to date`,
    });
  }
}
