import { SlipwayError } from '@slipway/core';
import type { Component } from '@slipway/project';
import { type ImportDraft, withImportDraft } from '@slipway/upstream';
import { importOptions } from './import-stage.ts';
import type { Snapshot } from './snapshot.ts';
import { snapshotStage } from './snapshot-stage.ts';
import { gatherRequests } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

/** What the overlays of imported components are applied to: their packages come from the snapshot of the project. */
export class ImportedSources {
  readonly #workspace: Workspace;
  readonly #snapshot: Snapshot;

  private constructor(workspace: Workspace, snapshot: Snapshot) {
    this.#workspace = workspace;
    this.#snapshot = snapshot;
  }

  /** Brings the snapshot up to date when it is not; everything is there after a build. */
  static async open(workspace: Workspace): Promise<ImportedSources> {
    const requests = await gatherRequests(workspace.loaded);
    return new ImportedSources(workspace, (await snapshotStage(workspace, requests)).value);
  }

  /** Throws `PIPELINE_UNKNOWN_COMPONENT`, `PIPELINE_RPM_OVERLAYS`, and what `withImportDraft` throws. */
  async with<T>(component: Component, work: (draft: ImportDraft) => Promise<T>): Promise<T> {
    const wanted = component.spec.type === 'import' ? component.spec.package : component.name;
    const at = this.#workspace.loaded.position(component.origin);
    const entry = this.#snapshot.packages.find(({ name }) => name === wanted);
    if (entry === undefined) {
      throw new SlipwayError('PIPELINE_UNKNOWN_COMPONENT', `Cannot find ${wanted} in the snapshot`, { at });
    }
    if (entry.format.kind === 'rpm') {
      throw new SlipwayError('PIPELINE_RPM_OVERLAYS', `Cannot show overlays of ${wanted}: it is a finished RPM`, {
        at,
      });
    }
    const { store } = this.#workspace;
    const { facts } = entry.format;
    return withImportDraft({ deb: entry.digest, store, facts, options: importOptions(this.#workspace) }, work);
  }
}
