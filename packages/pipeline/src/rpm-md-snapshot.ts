import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asDigest, fileError, SlipwayError } from '@slipway/core';
import type { SnapshotSource } from '@slipway/project';
import { formatEvr } from '@slipway/rpm';
import { downloadRpmMd, fetchRpmMdSnapshot, planRpmMdClosure } from '@slipway/upstream';
import type { Snapshot, SnapshotAdapter } from './snapshot.ts';
import { warnAboutDrift } from './snapshot-lock.ts';
import type { UpstreamRequests } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

export type RpmMdSource = Extract<SnapshotSource, { type: 'rpm-md' }>;

/** An rpm-md repository (Fedora and its relatives): metadata and packages verified as the project demands. */
export function rpmMdSnapshot(
  workspace: Workspace,
  { name, source }: { name: string; source: RpmMdSource },
  requests: UpstreamRequests,
): SnapshotAdapter {
  const directory = join(workspace.cacheDirectory, 'rpm-md', name);
  return {
    lockFile: join(directory, '.lock'),
    take: async (lock) => {
      const repository = await openRepository(workspace, name, source);
      const sets = [...requests.packageSets, ...requests.singlePackages.map((single) => [single])];
      const chosen = planRpmMdClosure(repository, sets);
      const packages = chosen.map((entry) => ({
        name: entry.name,
        version: formatEvr(entry.evr),
        architecture: entry.arch,
        digest: asDigest(entry.checksum.value),
        sizeBytes: entry.sizeBytes,
        origin: `${name}/${entry.locationHref}`,
        sourceName: sourceName(entry.sourceRpm) ?? entry.name,
        sourceVersion: formatEvr(entry.evr),
        format: { kind: 'rpm' as const },
      }));
      warnAboutDrift(workspace, packages, lock);
      const { store, progress } = workspace;
      await downloadRpmMd(repository, chosen, { store, workDirectory: join(directory, 'work'), progress });
      return snapshotOf(name, repository, packages);
    },
  };
}

async function openRepository(workspace: Workspace, name: string, source: RpmMdSource) {
  if (source.baseUri === undefined) {
    throw new SlipwayError('PIPELINE_METALINK', `Cannot use the snapshot ${name}: metalinks are not read yet`, {
      at: { file: workspace.loaded.rootFile },
      hint: 'give the base-uri of one mirror',
    });
  }
  const check = source.disableGpgCheck !== true;
  return fetchRpmMdSnapshot({
    baseUrl: source.baseUri,
    name,
    gpgKeys: source.gpgKey === undefined ? [] : [await loadKey(source.gpgKey)],
    repoGpgCheck: check,
    gpgCheck: check,
    now: Math.floor(workspace.now() / 1000),
    ...(workspace.signal === undefined ? {} : { signal: workspace.signal }),
  });
}

async function loadKey(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause) => Promise.reject(fileError('read', path, cause)));
}

/** `less-668-1.src.rpm` → `less`. */
function sourceName(sourceRpm: string): string | undefined {
  return /^(.+)-[^-]+-[^-]+\.(?:no)?src\.rpm$/.exec(sourceRpm)?.[1];
}

type Repository = Awaited<ReturnType<typeof openRepository>>;

function snapshotOf(name: string, repository: Repository, packages: Snapshot['packages']): Snapshot {
  const { date, metadataDigest } = repository;
  return { name, suite: name, date, releaseDigest: metadataDigest, expired: null, packages, sources: [] };
}
