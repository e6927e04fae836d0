import type { BuildSource } from '@slipway/build';
import { type Digest, plural, sha256 } from '@slipway/core';
import { componentMacros, loadLocalSources } from '@slipway/render';
import { type AppliedDeviation, applyOverlays } from '@slipway/spec';
import type { SigningKey } from '@slipway/trust';
import { besideSources, fetchedSources, snapshotSources } from './build-sources.ts';
import { engineOverlays } from './component-overlays.ts';
import type { Snapshot } from './snapshot.ts';
import { runStage, type StageResult } from './stage.ts';
import type { LocalComponent, UpstreamRequests } from './upstream-requests.ts';
import type { Workspace } from './workspace.ts';

/** A spec and its sources after the overlays, ready for rpmbuild. */
export interface RenderedComponent {
  readonly local: LocalComponent;
  readonly spec: Buffer;
  readonly sources: readonly BuildSource[];
  /** Macros of this component: its defines and conditionals, and `upstream_version`. */
  readonly macros: Readonly<Record<string, string>>;
  readonly deviations: readonly AppliedDeviation[];
  /** Digest of everything above. */
  readonly digest: Digest;
}

/** Applies the overlays of every component that has its spec in the project. Nothing is written. */
export function renderStage(
  workspace: Workspace,
  requests: UpstreamRequests,
  inputs: { readonly snapshot: Snapshot; readonly key: SigningKey },
): Promise<StageResult<RenderedComponent[]>> {
  return runStage(workspace, 'render', async (advance) => {
    const rendered: RenderedComponent[] = [];
    for (const local of requests.locals) {
      advance('packages', rendered.length, requests.locals.length, local.component.name);
      rendered.push(await renderComponent(workspace, local, inputs));
    }
    const overlays = rendered.reduce((sum, { deviations }) => sum + deviations.length, 0);
    const summary = `${plural(rendered.length, 'spec')}, ${plural(overlays, 'overlay')}`;
    return { value: rendered, summary, upToDate: true, transient: true };
  });
}

async function renderComponent(
  workspace: Workspace,
  local: LocalComponent,
  inputs: { readonly snapshot: Snapshot; readonly key: SigningKey },
): Promise<RenderedComponent> {
  const { component } = local;
  const { spec, specName, files } = await loadLocalSources(workspace.loaded, component.name, local.specPath);
  const fetched = await fetchedSources(workspace, local, files);
  const overlays = engineOverlays(workspace.loaded, component);
  const result = await applyOverlays({ spec, specName, files }, overlays, {
    loadSource: workspace.loadSource,
    mode: workspace.loaded.overlayMode,
  });
  const upstream = snapshotSources(workspace.loaded, local, inputs);
  const taken = new Set(fetched.map(({ name }) => name));
  const beside = (await besideSources(files)).filter(({ name }) => !taken.has(name));
  const sources = [...upstream.sources, ...beside, ...fetched];
  const macros = { ...upstream.macros, ...Object.fromEntries(componentMacros(component.build)) };
  const digest = renderedDigest(result.spec, sources, macros);
  return { local, spec: result.spec, sources, macros, deviations: result.deviations, digest };
}

function renderedDigest(
  spec: Buffer,
  sources: readonly BuildSource[],
  macros: Readonly<Record<string, string>>,
): Digest {
  const parts = sources.map(({ name, content }) => [
    name,
    content.kind === 'stored' ? content.digest : sha256(content.bytes),
  ]);
  return sha256(JSON.stringify([sha256(spec), parts, Object.entries(macros).sort()]));
}
