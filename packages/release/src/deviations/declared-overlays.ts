import { relative } from 'node:path';
import type { Component, ComponentOverlay, ConfigPath, Origin, Project } from '@slipway/project';
import type { DeclaredAt, Deviation, MeasuredChange } from './deviation.ts';
import { overlayTarget } from './overlay-target.ts';

/** What the overlay engine says about an overlay that it applied; `index` is that of `component.overlays`. */
export interface AppliedOverlay {
  readonly index: number;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  readonly changes: readonly { readonly diff: string }[];
}

/** The overlays of a component as its project declares them, in order; nothing is measured. */
export function declaredOverlays(project: Project, component: Component): Deviation[] {
  return component.overlays.map((entry, index) => declaredOverlay(project, component, { entry, index }));
}

/** The overlays of a component that were applied, with what each of them changed. */
export function appliedOverlays(
  project: Project,
  component: Component,
  applied: readonly AppliedOverlay[],
): Deviation[] {
  return applied.flatMap((each) => {
    const entry = component.overlays[each.index];
    return entry === undefined
      ? []
      : [{ ...declaredOverlay(project, component, { entry, index: each.index }), measured: measure(each) }];
  });
}

function measure({ linesAdded, linesRemoved, changes }: AppliedOverlay): MeasuredChange {
  return { linesAdded, linesRemoved, diff: changes.map(({ diff }) => diff).join('') };
}

function declaredOverlay(
  project: Project,
  component: Component,
  { entry, index }: { readonly entry: ComponentOverlay; readonly index: number },
): Deviation {
  const { overlay, metadata, origin } = entry;
  const declaration = project.declaration(origin);
  const inheritedFrom = inheritedOverlay(project, component, origin);
  const links = [
    ...(metadata?.commits ?? []).map(({ url }) => ({ kind: 'commit' as const, url })),
    ...(metadata?.bugs ?? []).map(({ url }) => ({ kind: 'bug' as const, url })),
  ];
  return {
    component: component.name,
    kind: component.spec.type === 'import' ? 'import' : 'source',
    overlay: { index, type: overlay.type, target: overlayTarget(overlay) },
    description: overlay.description ?? '',
    ...explanation(metadata?.reason, declaration?.comment),
    category: metadata?.category,
    upstreamStatus: metadata?.upstreamStatus,
    links,
    at: declaredAt(project, origin),
    ...(inheritedFrom !== undefined && { inheritedFrom }),
  };
}

/** What the author states as the reason wins over the comment above the declaration. */
export function explanation(
  stated: string | undefined,
  comment: string | undefined,
): { readonly reason: string; readonly reasonIsComment?: boolean } {
  return stated === undefined && comment !== undefined
    ? { reason: comment, reasonIsComment: true }
    : { reason: stated ?? '' };
}

export function declaredAt(project: Project, where: ConfigPath | Origin): DeclaredAt {
  const lines = project.declaration(where);
  const { file, line } = lines === undefined ? project.position(where) : { file: lines.file, line: lines.firstLine };
  return {
    file: relative(project.directory, file),
    ...(line !== undefined && { line }),
    ...(lines !== undefined && { lastLine: lines.lastLine }),
  };
}

function inheritedOverlay(project: Project, component: Component, { path }: Origin): string | undefined {
  const isOfFile = path[0] === 'overlays';
  return isOfFile ? writtenLayer(project, component, ['overlay-files'])?.name : layerName(path);
}

/** A table that a component takes values from; the nearest has no name. */
export interface Layer {
  readonly name?: string;
  readonly where: ConfigPath | Origin;
}

/** The nearest table that writes a setting of a component (overlays.md 1.4). */
export function writtenLayer(project: Project, component: Component, setting: ConfigPath): Layer | undefined {
  return layers(project, component).find(({ where }) => project.declaration(below(where, setting)) !== undefined);
}

/** The tables that a component is made of, nearest first. */
export function layers(project: Project, component: Component): Layer[] {
  const groups = component.groups.toReversed().flatMap((name) => project.componentGroups.get(name)?.origin ?? []);
  const distro = project.defaultDistro;
  const defaults = 'default-component-config';
  const paths: readonly (ConfigPath | Origin)[] = [
    component.origin,
    ...groups.map((origin) => below(origin, [defaults])),
    [defaults],
    ...(distro === undefined ? [] : [['distros', distro.name, 'versions', distro.version, defaults]]),
  ];
  return paths.map((where) => {
    const name = layerName('file' in where ? where.path : where);
    return { where, ...(name !== undefined && { name }) };
  });
}

export function below(where: ConfigPath | Origin, path: ConfigPath): ConfigPath | Origin {
  return 'file' in where ? { file: where.file, path: [...where.path, ...path] } : [...where, ...path];
}

function layerName([table, name, , version]: ConfigPath): string | undefined {
  switch (table) {
    case 'component-groups':
      return `group ${name}`;
    case 'distros':
      return `defaults of ${name} ${version}`;
    case 'default-component-config':
      return 'defaults of the project';
    default:
      return undefined;
  }
}
