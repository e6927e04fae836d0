import { readFile, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Digest, fileError, sha256 } from '@slipway/core';
import { type Component, type ComponentOverlay, type Project, placedOverlays } from '@slipway/project';
import type { Deviation } from '@slipway/release';
import type { AppliedDeviation, Overlay, OverlaySource } from '@slipway/spec';

/** The overlays of a component as the engine takes them, each with its place in the project. */
export function engineOverlays(project: Project, component: Component | undefined): readonly Overlay[] {
  return component === undefined ? [] : placedOverlays(project, component);
}

export async function loadOverlaySource(path: string): Promise<OverlaySource> {
  try {
    const [bytes, { mode }] = await Promise.all([readFile(path), stat(path)]);
    return { bytes, mode: mode & 0o777 };
  } catch (cause) {
    throw fileError('read', path, cause);
  }
}

/** What overlays depend on, for keys of tasks: their fields and the bytes that they bring along, not their place. */
export async function overlayInputs(overlays: readonly Overlay[]): Promise<unknown[]> {
  return Promise.all(
    overlays.map(async (overlay) => {
      const { at: _at, metadata: _metadata, description: _description, ...fields } = overlay;
      const source = 'source' in fields ? await sourceDigest(fields.source) : undefined;
      return { ...fields, source };
    }),
  );
}

async function sourceDigest(path: string): Promise<Digest> {
  return sha256((await loadOverlaySource(path)).bytes);
}

/** Lines of the deviation report for what was applied to a component. */
export function describeDeviations(
  project: Project,
  component: Component,
  applied: readonly Omit<AppliedDeviation, 'overlay'>[],
): Deviation[] {
  return applied.map((deviation) => {
    const entry = component.overlays[deviation.index] as ComponentOverlay;
    const metadata = entry.metadata;
    const at = project.position(entry.origin);
    const links = [
      ...(metadata?.commits ?? []).map(({ url }) => ({ kind: 'commit' as const, url })),
      ...(metadata?.bugs ?? []).map(({ url }) => ({ kind: 'bug' as const, url })),
    ];
    return {
      component: component.name,
      kind: component.spec.type === 'import' ? 'import' : 'source',
      overlay: { index: deviation.index, type: deviation.type },
      description: entry.overlay.description ?? '',
      reason: entry.reason ?? '',
      category: metadata?.category,
      upstreamStatus: metadata?.upstreamStatus,
      links,
      at: { file: relative(project.directory, at.file), ...(at.line === undefined ? {} : { line: at.line }) },
      linesAdded: deviation.linesAdded,
      linesRemoved: deviation.linesRemoved,
      diff: deviation.changes.map(({ diff }) => diff).join(''),
    };
  });
}
