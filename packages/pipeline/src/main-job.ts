import { join } from 'node:path';
import { withProcessLock } from '@slipway/core';
import { buildStage } from './build-stage.ts';
import { composeStage } from './compose-stage.ts';
import type { BuiltImage } from './image-outputs.ts';
import { imageStage } from './image-stage.ts';
import { importStage } from './import-stage.ts';
import { removeLeftBehind } from './left-behind.ts';
import { PackageHeaders } from './package-record.ts';
import { renderStage } from './render-stage.ts';
import { reportStage, type WrittenReports } from './report-stage.ts';
import { type PublishedRepository, repositoryStage } from './repository-stage.ts';
import { type ImageResolution, resolveStage } from './resolve-stage.ts';
import { signingKey, signStage } from './sign-stage.ts';
import type { Snapshot } from './snapshot.ts';
import { snapshotStage } from './snapshot-stage.ts';
import type { StageReport } from './stage.ts';
import { gatherRequests } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

export interface MainJobResult {
  readonly stages: readonly StageReport[];
  readonly snapshot: Snapshot;
  readonly repository: PublishedRepository;
  readonly resolutions: readonly ImageResolution[];
  readonly images: readonly BuiltImage[];
  readonly reports: WrittenReports;
}

/**
 * The main job: snapshot → import → render → build → sign → repository → resolve → compose → images → reports.
 * Every stage remembers its results by the digests of what went in, so a run that was interrupted continues and a run
 * without changes does nothing.
 */
export function runMainJob(workspace: Workspace): Promise<MainJobResult> {
  return withProcessLock(join(workspace.output, '.lock'), () => runStages(workspace));
}

async function runStages(workspace: Workspace): Promise<MainJobResult> {
  await removeLeftBehind(workspace);
  const headers = new PackageHeaders(workspace.store);
  const requests = await gatherRequests(workspace.loaded);
  const key = await signingKey(workspace);
  const snapshot = await snapshotStage(workspace, requests);
  const imported = await importStage(workspace, snapshot.value, requests);
  const rendered = await renderStage(workspace, requests, { snapshot: snapshot.value, key });
  const built = await buildStage(workspace, rendered.value, { imported: imported.value, headers });
  const signed = await signStage(workspace, [...imported.value, ...built.value], key);
  const repository = await repositoryStage(workspace, signed.value, { headers, key });
  const resolved = await resolveStage(workspace, requests.images, { packages: signed.value, headers });
  const composed = await composeStage(workspace, requests.images, {
    resolutions: resolved.value,
    packages: signed.value,
    headers,
  });
  const images = await imageStage(workspace, composed.value);
  const reports = await reportStage(workspace, {
    imported: imported.value,
    rendered: rendered.value,
    packages: signed.value,
    headers,
    repository: repository.value,
    resolutions: resolved.value,
    images: images.value,
    key,
  });
  const stages = [snapshot, imported, rendered, built, signed, repository, resolved, composed, images, reports];
  return {
    stages: stages.map(({ report }) => report),
    snapshot: snapshot.value,
    repository: repository.value,
    resolutions: resolved.value,
    images: images.value,
    reports: reports.value,
  };
}
