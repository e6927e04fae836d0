import { mapConcurrently, plural, SlipwayError } from '@slipway/core';
import type { Component } from '@slipway/project';
import { formatNevra, openPackage, type PackageMetadata, packageMetadata } from '@slipway/rpm';
import type { AppliedDeviation } from '@slipway/spec';
import { type ImportOptions, importPackage } from '@slipway/upstream';
import { engineOverlays, overlayInputs } from './component-overlays.ts';
import type { PackageRecord } from './package-record.ts';
import type { Snapshot, SnapshotPackage } from './snapshot.ts';
import { type Advance, runStage, type StageResult } from './stage.ts';
import type { UpstreamRequests } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

export interface ImportedRecord extends PackageRecord {
  readonly kind: 'import';
  readonly deviations: readonly Omit<AppliedDeviation, 'overlay'>[];
}

/** Two lanes: one decompresses while the other waits for the disk or the compressor. */
const lanes = 2;
/** Fast to write and to read again; the same level as rpm's own default would cost ten times the time. */
const zstdLevel = 3;

/** Every upstream package as an RPM, with the overlays of its component applied. */
export function importStage(
  workspace: Workspace,
  snapshot: Snapshot,
  requests: UpstreamRequests,
): Promise<StageResult<ImportedRecord[]>> {
  return runStage(workspace, 'import', async (advance) => {
    const components = importedComponents(snapshot, requests);
    const own = new Set(requests.locals.flatMap(({ packageNames }) => packageNames));
    const packages = snapshot.packages.filter(({ name }) => !own.has(name));
    const counter = new Counter(packages.length, advance);
    const results = await mapConcurrently(packages, lanes, async (entry) => {
      const result = await importOne(workspace, entry, components.get(entry.name));
      counter.add(entry.name);
      return result;
    });
    const done = results.filter(({ cached }) => !cached).length;
    const changed = [...components.values()].length;
    return {
      value: results.map(({ value }) => value),
      summary: `${plural(packages.length, 'package')}, ${changed} of them with overlays${done === packages.length ? '' : `, ${done} new`}`,
      upToDate: done === 0,
    };
  });
}

/** Counts finished items for progress. */
export class Counter {
  #done = 0;
  readonly #total: number;
  readonly #advance: Advance;

  constructor(total: number, advance: Advance) {
    this.#total = total;
    this.#advance = advance;
  }

  add(item: string): void {
    this.#done++;
    this.#advance('packages', this.#done, this.#total, item);
  }
}

function importedComponents(snapshot: Snapshot, requests: UpstreamRequests): Map<string, Component> {
  const names = new Set(snapshot.packages.map(({ name }) => name));
  return new Map(
    requests.imports.map((component) => {
      const name = component.spec.type === 'import' ? component.spec.package : component.name;
      if (!names.has(name)) {
        throw new SlipwayError(
          'PIPELINE_UNKNOWN_COMPONENT',
          `Cannot import ${component.name}: the snapshot has no package ${name}`,
          {
            at: { file: component.origin.file },
          },
        );
      }
      return [name, component] as const;
    }),
  );
}

async function importOne(workspace: Workspace, entry: SnapshotPackage, component: Component | undefined) {
  const overlays = engineOverlays(workspace.loaded, component);
  if (entry.format.kind === 'rpm') {
    return { value: await takeRpm(workspace, entry, component), cached: true };
  }
  const { facts } = entry.format;
  const options = importOptions(workspace);
  const task = {
    kind: 'import',
    name: entry.name,
    inputs: { deb: entry.digest, facts, options, overlays: await overlayInputs(overlays, workspace.loadSource) },
    code: workspace.code.of('core', 'formats', 'rpm', 'spec', 'upstream'),
    objects: (record: ImportedRecord) => [record.digest],
  };
  return workspace.tasks.run(task, async (): Promise<ImportedRecord> => {
    const { store, loadSource } = workspace;
    const imported = await importPackage({ deb: entry.digest, store, facts, options, overlays, loadSource });
    return {
      ...recordOf(entry, component, imported.metadata),
      digest: imported.digest,
      sizeBytes: imported.sizeBytes,
      deviations: imported.deviations.map(({ overlay: _overlay, ...rest }) => rest),
    };
  });
}

/** What holds for every import of a project. */
export function importOptions(workspace: Workspace): ImportOptions {
  return { buildTime: workspace.time, vendor: vendorOf(workspace), distTag: '', zstdLevel };
}

function recordOf(entry: SnapshotPackage, component: Component | undefined, metadata: PackageMetadata) {
  return {
    name: metadata.name,
    nevra: formatNevra(metadata),
    component: component?.name ?? entry.name,
    kind: 'import' as const,
    origin: entry.origin,
    source: { name: entry.sourceName, version: entry.sourceVersion },
  };
}

/** A package that is an RPM already keeps its bytes; its upstream signature is replaced by the distribution's. */
async function takeRpm(
  workspace: Workspace,
  entry: SnapshotPackage,
  component: Component | undefined,
): Promise<ImportedRecord> {
  if (component !== undefined && component.overlays.length > 0) {
    throw new SlipwayError('PIPELINE_RPM_OVERLAYS', `Cannot apply overlays to ${entry.name}: it is a finished RPM`, {
      at: workspace.loaded.position(component.origin),
      hint: 'build the component from its spec (spec.type = "local") to change it',
    });
  }
  const { header } = await openPackage(workspace.store.path(entry.digest));
  const rest = { digest: entry.digest, sizeBytes: entry.sizeBytes, deviations: [] };
  return { ...recordOf(entry, component, packageMetadata(header)), ...rest };
}

export function vendorOf(workspace: Workspace): string {
  return distroIdentity(workspace)?.vendor ?? 'Slipway';
}

export function distroIdentity(workspace: Workspace) {
  const { defaultDistro, distros } = workspace.loaded;
  return defaultDistro === undefined ? undefined : distros.get(defaultDistro.name)?.identity;
}
