import { readFile, stat } from 'node:fs/promises';
import { type Digest, fileError, sha256 } from '@slipway/core';
import { type Component, type Project, placedOverlays } from '@slipway/project';
import type { Overlay, OverlaySource } from '@slipway/spec';

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
