import { join } from 'node:path';
import { asDigest, canonicalJson, type Digest, SlipwayError, sha256, withProcessLock } from '@slipway/core';
import { type LockedSnapshot, loadLock, type SnapshotSource, saveLock } from '@slipway/project';
import {
  type AptArchive,
  type ArchivePackage,
  type ArchiveState,
  buildImportContext,
  checkRelations,
  download,
  downloadSource,
  fetchIndexes,
  type ImportFacts,
  importFacts,
  planClosure,
  prepareApt,
  readIndex,
} from '@slipway/upstream';
import { runStage, type StageResult } from './stage.ts';
import type { UpstreamRequests } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

/** One upstream package with what its import has to know of the others. */
export interface SnapshotPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly origin: string;
  readonly sourceName: string;
  readonly sourceVersion: string;
  readonly facts: ImportFacts;
}

export interface SnapshotSourceFile {
  readonly package: string;
  readonly version: string;
  readonly file: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** The upstream packages at one moment, all in the store. */
export interface Snapshot {
  readonly name: string;
  readonly suite: string;
  /** When the archive was signed, seconds since 1970. */
  readonly date: number;
  readonly releaseDigest: Digest;
  readonly expired: ArchiveState['expired'] | null;
  readonly packages: readonly SnapshotPackage[];
  readonly sources: readonly SnapshotSourceFile[];
}

/** Brings the snapshot up to what the project asks for: lock, indexes, closure, downloads. */
export function snapshotStage(workspace: Workspace, requests: UpstreamRequests): Promise<StageResult<Snapshot>> {
  return runStage(workspace, 'snapshot', async () => {
    const { name, source } = theSnapshot(workspace);
    const lock = (await loadLock(lockPath(workspace)))?.snapshots.get(name);
    const task = {
      kind: 'snapshot',
      name,
      inputs: { source, requests: snapshotRequests(requests), lock: lock?.packages ?? null },
      code: workspace.code.of('core', 'upstream', 'pipeline'),
      objects: (snapshot: Snapshot) => [...snapshot.packages, ...snapshot.sources].map(({ digest }) => digest),
    };
    const { value, cached } = await workspace.tasks.run(task, () =>
      // apt's files are shared by all projects that use the archive
      withProcessLock(
        join(aptDirectory(workspace), '.lock'),
        () => takeSnapshot(workspace, requests, lock),
        'package index',
      ),
    );
    if (!cached) {
      await saveSnapshotLock(workspace, value);
      // the lock is an input: remember the result under the key that the next run will ask for
      await workspace.tasks.run(
        { ...task, inputs: { ...task.inputs, lock: lockedPackages(value) } },
        async () => value,
      );
    }
    const bytes = value.packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const summary = `${value.packages.length} packages of ${value.suite}, ${(bytes / 1e6).toFixed(0)} MB`;
    noteExpiry(workspace, value);
    return { value, summary, upToDate: cached };
  });
}

function theSnapshot(workspace: Workspace): { name: string; source: Extract<SnapshotSource, { type: 'apt' }> } {
  const { snapshots, defaultSnapshot, rootFile } = workspace.loaded;
  const name = defaultSnapshot ?? [...snapshots.keys()][0];
  const source = name === undefined ? undefined : snapshots.get(name);
  if (name === undefined || source?.type !== 'apt') {
    throw new SlipwayError('PIPELINE_NO_SNAPSHOT', 'Cannot build: the project has no apt snapshot', {
      at: { file: rootFile },
      hint: 'add a [snapshots.NAME] table with type = "apt", suite, components and architecture',
    });
  }
  return { name, source };
}

export function lockPath(workspace: Workspace): string {
  return join(workspace.loaded.directory, 'slipway.lock');
}

async function takeSnapshot(
  workspace: Workspace,
  requests: UpstreamRequests,
  lock: LockedSnapshot | undefined,
): Promise<Snapshot> {
  const { name, source } = theSnapshot(workspace);
  const archive = await openArchive(workspace, source);
  const state = await fetchIndexes(archive, Math.floor(workspace.now() / 1000));
  const index = await readIndex(archive);
  const context = buildImportContext(index);
  const chosen = await planPackages(archive, index, requests);
  refuseLostOrder(chosen, context);
  warnAboutDrift(workspace, chosen, lock);
  await download(archive, chosen, { store: workspace.store, progress: workspace.progress });
  const sources = await downloadSources(archive, requests.sources, workspace);
  return {
    name,
    suite: state.codename,
    date: state.date,
    releaseDigest: state.releaseDigest,
    expired: state.expired ?? null,
    packages: chosen.map((entry) => snapshotPackage(entry, archive, importFacts(context, entry))),
    sources,
  };
}

/** Archives do not share a directory, even when their snapshots have the same name in two projects. */
function aptDirectory(workspace: Workspace): string {
  const { name, source } = theSnapshot(workspace);
  const place = { baseUri: source.baseUri, keyring: source.keyring };
  const suffix = source.baseUri === undefined ? '' : `-${sha256(canonicalJson(place)).slice(0, 8)}`;
  return join(workspace.cacheDirectory, 'apt', `${name}${suffix}`);
}

function snapshotRequests({ packageSets, singlePackages, sources }: UpstreamRequests) {
  return { packageSets, singlePackages, sources };
}

/** The closures of all sets; of the single packages only those that no set has brought along. */
async function planPackages(
  archive: AptArchive,
  index: readonly ArchivePackage[],
  { packageSets, singlePackages }: UpstreamRequests,
): Promise<ArchivePackage[]> {
  const chosen = new Map((await planClosure(archive, index, packageSets)).map((entry) => [entry.digest, entry]));
  const names = new Set([...chosen.values()].map(({ name }) => name));
  const others = singlePackages.filter((name) => !names.has(name)).map((name) => [name]);
  for (const entry of await planClosure(archive, index, others)) {
    chosen.set(entry.digest, entry);
  }
  return [...chosen.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function openArchive(
  workspace: Workspace,
  source: Extract<SnapshotSource, { type: 'apt' }>,
): Promise<AptArchive> {
  if (source.architecture !== 'amd64') {
    throw new SlipwayError('PIPELINE_ARCHITECTURE', `Cannot build for ${source.architecture}: only amd64 is supported`);
  }
  return prepareApt({
    stateDirectory: aptDirectory(workspace),
    suite: source.suite,
    components: source.components,
    architecture: 'amd64',
    machineSources: workspace.aptSources,
    ...(workspace.signal === undefined ? {} : { signal: workspace.signal }),
    ...(source.baseUri === undefined ? {} : { baseUri: source.baseUri }),
    ...(source.keyring === undefined ? {} : { keyring: source.keyring }),
    ...(source.allowExpiredReason === undefined ? {} : { allowExpired: { reason: source.allowExpiredReason } }),
  });
}

async function downloadSources(
  archive: AptArchive,
  names: readonly string[],
  workspace: Workspace,
): Promise<SnapshotSourceFile[]> {
  const files: SnapshotSourceFile[] = [];
  for (const name of names) {
    const source = await downloadSource(archive, { name, needs: isOriginal }, workspace.store);
    files.push(
      ...source.files.map((file) => ({
        package: name,
        version: source.version,
        file: file.name,
        digest: file.digest,
        sizeBytes: file.sizeBytes,
      })),
    );
  }
  return files;
}

/** Upstream's own archives; Debian's changes to them are not used. */
function isOriginal(file: string): boolean {
  return /\.orig(-[A-Za-z0-9-]+)?\.tar\.[a-z0-9]+$/.test(file);
}

function snapshotPackage(entry: ArchivePackage, archive: AptArchive, facts: ImportFacts): SnapshotPackage {
  const { name, version, architecture, digest, sizeBytes, sourceName, sourceVersion } = entry;
  const origin = `${archive.suite}/${archive.components[0] ?? ''}/${entry.poolPath}`;
  return { name, version, architecture, digest, sizeBytes, origin, sourceName, sourceVersion, facts };
}

/** A relation that rpm would decide otherwise than dpkg, and that no other bound expresses, must not slip in. */
function refuseLostOrder(chosen: readonly ArchivePackage[], context: ReturnType<typeof buildImportContext>): void {
  const lost = checkRelations(context);
  if (lost.length === 0) {
    return;
  }
  const relations = new Set(lost.map(({ relation }) => relation));
  const affected = chosen.flatMap((entry) =>
    Object.values(entry.relations).flatMap((text) =>
      [...relations].filter((relation) => text.includes(relation)).map((relation) => `${entry.name}: ${relation}`),
    ),
  );
  if (affected.length > 0) {
    throw new SlipwayError(
      'PIPELINE_LOST_ORDER',
      `Cannot import: rpm would decide these relations otherwise than dpkg: ${affected.join('; ')}`,
      {
        hint: 'leave the package out, or remove the relation with an overlay on the component',
      },
    );
  }
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

async function saveSnapshotLock(workspace: Workspace, snapshot: Snapshot): Promise<void> {
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
function warnAboutDrift(
  workspace: Workspace,
  chosen: readonly ArchivePackage[],
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

function noteExpiry(workspace: Workspace, snapshot: Snapshot): void {
  if (snapshot.expired !== null && snapshot.expired !== undefined) {
    const since = new Date(snapshot.expired.since * 1000).toISOString().slice(0, 10);
    workspace.progress({
      type: 'note',
      level: 'info',
      text: `The index of ${snapshot.suite} expired on ${since}; allowed: ${snapshot.expired.reason}`,
    });
  }
}
