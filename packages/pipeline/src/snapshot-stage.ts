import { plural, SlipwayError, withProcessLock } from '@slipway/core';
import type { SnapshotSource } from '@slipway/project';
import { aptSnapshot } from './apt-snapshot.ts';
import { withRequester } from './package-requesters.ts';
import { rpmMdSnapshot } from './rpm-md-snapshot.ts';
import type { Snapshot, SnapshotAdapter } from './snapshot.ts';
import { loadSnapshotLock, saveSnapshotLock } from './snapshot-lock.ts';
import { runStage, type StageResult } from './stage.ts';
import type { UpstreamRequests } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

/** Brings the snapshot up to what the project asks for: lock, indexes, closure, downloads. */
export function snapshotStage(workspace: Workspace, requests: UpstreamRequests): Promise<StageResult<Snapshot>> {
  return runStage(workspace, 'snapshot', async () => {
    const { name, source } = theSnapshot(workspace);
    const lock = await loadSnapshotLock(workspace, name);
    const task = {
      kind: 'snapshot',
      name,
      inputs: { source, requests: snapshotRequests(requests), lock: lock?.packages ?? null },
      code: workspace.code.of('core', 'upstream', 'pipeline'),
      objects: (snapshot: Snapshot) => [...snapshot.packages, ...snapshot.sources].map(({ digest }) => digest),
    };
    const adapter = adapterOf(workspace, { name, source }, requests);
    const { value, cached } = await workspace.tasks.run(task, () =>
      // the archive's files are shared by all projects that use it
      withProcessLock(adapter.lockFile, () => adapter.take(lock), 'package index').catch((cause) =>
        Promise.reject(withRequester(cause, requests, workspace.loaded)),
      ),
    );
    if (!cached) {
      await saveSnapshotLock(workspace, value);
      // the lock is an input: remember the result under the key that the next run will ask for
      const written = (await loadSnapshotLock(workspace, name))?.packages ?? null;
      await workspace.tasks.run({ ...task, inputs: { ...task.inputs, lock: written } }, async () => value);
    }
    const bytes = value.packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const summary = `${plural(value.packages.length, 'package')} of ${value.suite}, ${(bytes / 1e6).toFixed(0)} MB`;
    noteExpiry(workspace, value);
    return { value, summary, upToDate: cached };
  });
}

interface NamedSource {
  readonly name: string;
  readonly source: SnapshotSource;
}

function theSnapshot(workspace: Workspace): NamedSource {
  const { snapshots, defaultSnapshot, rootFile } = workspace.loaded;
  const name = defaultSnapshot ?? [...snapshots.keys()][0];
  const source = name === undefined ? undefined : snapshots.get(name);
  if (name === undefined || source === undefined) {
    throw new SlipwayError('PIPELINE_NO_SNAPSHOT', 'Cannot build: the project has no snapshot', {
      at: { file: rootFile },
      hint: 'add a [snapshots.NAME] table with type = "apt" or "rpm-md": docs/reference/configuration.md',
    });
  }
  return { name, source };
}

/** To add an upstream: one adapter, and one line here. */
function adapterOf(workspace: Workspace, { name, source }: NamedSource, requests: UpstreamRequests): SnapshotAdapter {
  return source.type === 'apt'
    ? aptSnapshot(workspace, { name, source }, requests)
    : rpmMdSnapshot(workspace, { name, source }, requests);
}

function snapshotRequests({ packageSets, singlePackages, sources }: UpstreamRequests) {
  return { packageSets, singlePackages, sources };
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
