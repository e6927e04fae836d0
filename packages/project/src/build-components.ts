import { basename } from 'node:path';
import { plural } from '@slipway/core';
import { distroVersion, type EffectiveComponent } from './effective-components.ts';
import type { MergedConfig } from './merge-config.ts';
import type { Mistakes } from './mistakes.ts';
import type { Component, ComponentOverlay, ComponentSpec, Origin } from './project.ts';
import type { ComponentConfig } from './schema/component.ts';
import type { OverlayEntry } from './schema/overlay.ts';
import type { OverlayMetadata } from './schema/overlay-metadata.ts';

/** A file with overlays and their common metadata. */
export interface OverlayDocument {
  readonly file: string;
  readonly metadata: OverlayMetadata;
  readonly overlays: readonly OverlayEntry[];
}

/** The overlay files that each absolute pattern of `overlay-files` finds. */
export type OverlayFiles = ReadonlyMap<string, readonly OverlayDocument[]>;

/** Gives every component its final form; what cannot be resolved is reported and left out. */
export function buildComponents(
  components: readonly EffectiveComponent[],
  inputs: { readonly merged: MergedConfig; readonly overlayFiles: OverlayFiles },
  mistakes: Mistakes,
): Map<string, Component> {
  const built = new Map<string, Component>();
  const untyped: EffectiveComponent[] = [];
  for (const component of components) {
    if (!component.config.spec?.type) {
      untyped.push(component);
      continue;
    }
    const spec = componentSpec(component, inputs.merged, mistakes);
    if (spec !== undefined) {
      built.set(component.name, buildComponent(component, spec, inputs));
    }
  }
  reportUntyped(untyped, inputs.merged, mistakes);
  return built;
}

/** One message for all of them: the cause is one missing default. */
function reportUntyped(components: readonly EffectiveComponent[], merged: MergedConfig, mistakes: Mistakes): void {
  if (merged.project.defaultDistro !== undefined && distroVersion(merged) === undefined) {
    return; // reported as an unknown name
  }
  const keys = ['spec', 'default-distro', 'default-version', 'default-component-config'];
  const untyped = components.filter(({ origin }) => !mistakes.mayExplain(origin, ...keys));
  const [first] = untyped;
  if (first !== undefined) {
    const others = untyped.length === 1 ? '' : ` (and ${plural(untyped.length - 1, 'other component')})`;
    mistakes.add(
      'PROJECT_MISSING_KEY',
      first.origin,
      `nothing says where the spec of ${first.name}${others} comes from`,
      'set project.default-distro to a distribution with a default-component-config, or set spec.type',
    );
  }
}

function buildComponent(
  { name, groups, config, origin }: EffectiveComponent,
  spec: ComponentSpec,
  { merged, overlayFiles }: { readonly merged: MergedConfig; readonly overlayFiles: OverlayFiles },
): Component {
  return {
    name,
    spec,
    groups,
    release: config.release?.calculation || 'auto',
    overlays: [
      ...(config.overlays ?? []).map((overlay) => inlineOverlay(overlay, merged.origins.get(overlay) ?? origin)),
      ...overlaysOfFiles(config.overlayFiles ?? [], overlayFiles),
    ],
    build: config.build ?? {},
    skipFileFilter: config.render?.skipFileFilter ?? false,
    sourceFiles: config.sourceFiles ?? [],
    sourceFileOrigins: config.sourceFiles?.map((file) => merged.origins.get(file) ?? origin) ?? [],
    packages: config.packages === undefined ? noPackages : packagesOf(config.packages),
    publish: config.publish ?? {},
    origin,
  };
}

/** Shared by the thousands of components that have no settings of single packages. */
const noPackages: Component['packages'] = new Map();

function packagesOf(packages: NonNullable<ComponentConfig['packages']>): Component['packages'] {
  return new Map(Object.entries(packages).map(([rpm, { publish = {} }]) => [rpm, publish]));
}

function inlineOverlay(overlay: OverlayEntry, origin: Origin): ComponentOverlay {
  return componentOverlay(overlay, overlay.metadata, origin);
}

function componentOverlay(
  overlay: OverlayEntry,
  metadata: OverlayMetadata | undefined,
  origin: Origin,
): ComponentOverlay {
  const reason = metadata?.reason ?? overlay.description;
  return { overlay, origin, ...(metadata !== undefined && { metadata }), ...(reason && { reason }) };
}

/** Patterns in their order; within one sorted by base name, then path; each file once (overlays.md 1.7). */
function overlaysOfFiles(patterns: readonly string[], files: OverlayFiles): ComponentOverlay[] {
  const seen = new Set<string>();
  return patterns.flatMap((pattern) => {
    const documents = [...(files.get(pattern) ?? [])].sort(byBaseName).filter(({ file }) => !seen.has(file));
    for (const { file } of documents) {
      seen.add(file);
    }
    return documents.flatMap(({ file, metadata, overlays }) =>
      overlays.map((overlay, index) => componentOverlay(overlay, metadata, { file, path: ['overlays', index] })),
    );
  });
}

function byBaseName(a: OverlayDocument, b: OverlayDocument): number {
  const left = [basename(a.file), a.file] as const;
  const right = [basename(b.file), b.file] as const;
  return left[0] === right[0] ? compare(left[1], right[1]) : compare(left[0], right[0]);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function componentSpec(
  component: EffectiveComponent,
  merged: MergedConfig,
  mistakes: Mistakes,
): ComponentSpec | undefined {
  switch (component.config.spec?.type) {
    case 'local':
      return localSpec(component, mistakes);
    case 'upstream':
      return upstreamSpec(component, merged, mistakes);
    case 'import':
      return importSpec(component, merged, mistakes);
    default:
      return undefined;
  }
}

function specOrigin({ origin }: EffectiveComponent, ...keys: readonly string[]): Origin {
  return { file: origin.file, path: [...origin.path, 'spec', ...keys] };
}

function localSpec(component: EffectiveComponent, mistakes: Mistakes): ComponentSpec | undefined {
  const path = component.config.spec?.path;
  if (path === undefined) {
    if (!mistakes.mayExplain(specOrigin(component), 'path')) {
      mistakes.add('PROJECT_MISSING_KEY', specOrigin(component, 'type'), 'a local spec needs a path');
    }
    return undefined;
  }
  return { type: 'local', path };
}

function upstreamSpec(
  component: EffectiveComponent,
  merged: MergedConfig,
  mistakes: Mistakes,
): ComponentSpec | undefined {
  const { upstreamDistro, upstreamName, upstreamCommit, path } = component.config.spec ?? {};
  if (path !== undefined) {
    const hint = 'set spec.type = "local", or remove the path';
    mistakes.add('PROJECT_BAD_VALUE', specOrigin(component, 'path'), 'only a local spec has a path', hint);
    return undefined;
  }
  const version = upstreamDistro?.version || merged.distros.get(upstreamDistro?.name ?? '')?.config.defaultVersion;
  if (upstreamDistro === undefined || version === undefined) {
    const missing = upstreamDistro === undefined ? 'an upstream-distro' : 'a version of the upstream-distro';
    const isUnknown = upstreamDistro !== undefined && !merged.distros.has(upstreamDistro.name);
    if (!isUnknown && !mistakes.mayExplain(specOrigin(component), 'upstream-distro', 'default-version')) {
      mistakes.add('PROJECT_MISSING_KEY', specOrigin(component, 'type'), `an upstream spec needs ${missing}`);
    }
    return undefined;
  }
  return {
    type: 'upstream',
    distro: { name: upstreamDistro.name, version },
    name: upstreamName ?? component.name,
    ...(upstreamDistro.snapshot !== undefined && { snapshot: upstreamDistro.snapshot }),
    ...(upstreamCommit !== undefined && { commit: upstreamCommit }),
  };
}

function importSpec(
  component: EffectiveComponent,
  merged: MergedConfig,
  mistakes: Mistakes,
): ComponentSpec | undefined {
  const { package: packageName, snapshot: own } = component.config.spec ?? {};
  const snapshot = own ?? defaultSnapshot(merged);
  if (snapshot === undefined) {
    const hint = 'set project.default-snapshot or spec.snapshot';
    if (!mistakes.mayExplain(specOrigin(component), 'snapshot', 'snapshots', 'default-snapshot')) {
      mistakes.add('PROJECT_MISSING_KEY', specOrigin(component, 'type'), 'an import needs a snapshot', hint);
    }
    return undefined;
  }
  return { type: 'import', snapshot, package: packageName ?? component.name };
}

/** `[project] default-snapshot`, else the only one. */
export function defaultSnapshot(merged: MergedConfig): string | undefined {
  const [only, ...others] = merged.snapshots.keys();
  return merged.project.defaultSnapshot ?? (others.length === 0 ? only : undefined);
}
