import { join } from 'node:path';
import { canonicalJson, SlipwayError, sha256 } from '@slipway/core';
import type { LockedSnapshot, SnapshotSource } from '@slipway/project';
import {
  type AptArchive,
  type ArchivePackage,
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
import type { Snapshot, SnapshotAdapter, SnapshotPackage, SnapshotSourceFile } from './snapshot.ts';
import { warnAboutDrift } from './snapshot-lock.ts';
import type { UpstreamRequests } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

export type AptSource = Extract<SnapshotSource, { type: 'apt' }>;

/** A Debian archive, asked through a private apt. */
export function aptSnapshot(
  workspace: Workspace,
  { name, source }: { name: string; source: AptSource },
  requests: UpstreamRequests,
): SnapshotAdapter {
  const directory = aptDirectory(workspace, name, source);
  return {
    lockFile: join(directory, '.lock'),
    take: async (lock) =>
      takeSnapshot(workspace, { name, requests, lock, archive: await openArchive(workspace, source, directory) }),
  };
}

interface Taking {
  readonly name: string;
  readonly archive: AptArchive;
  readonly requests: UpstreamRequests;
  readonly lock: LockedSnapshot | undefined;
}

async function takeSnapshot(workspace: Workspace, { name, archive, requests, lock }: Taking): Promise<Snapshot> {
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
function aptDirectory(workspace: Workspace, name: string, source: AptSource): string {
  const place = { baseUri: source.baseUri, keyring: source.keyring };
  const suffix = source.baseUri === undefined ? '' : `-${sha256(canonicalJson(place)).slice(0, 8)}`;
  return join(workspace.cacheDirectory, 'apt', `${name}${suffix}`);
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

async function openArchive(workspace: Workspace, source: AptSource, stateDirectory: string): Promise<AptArchive> {
  if (source.architecture !== 'amd64') {
    throw new SlipwayError('PIPELINE_ARCHITECTURE', `Cannot build for ${source.architecture}: only amd64 is supported`);
  }
  return prepareApt({
    stateDirectory,
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
  return {
    name,
    version,
    architecture,
    digest,
    sizeBytes,
    origin,
    sourceName,
    sourceVersion,
    format: { kind: 'deb', facts },
  };
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
