import { sha256 } from '@slipway/core';
import { type Component, type Project, placedOverlays } from '@slipway/project';
import type { LoadSource, Overlay } from '@slipway/spec';

/** The overlays of a component as the engine takes them, each with its place in the project. */
export function engineOverlays(project: Project, component: Component | undefined): readonly Overlay[] {
  return component === undefined ? [] : placedOverlays(project, component);
}

/** What overlays depend on, for keys of tasks: their fields and the bytes that they bring along, not their place. */
export async function overlayInputs(overlays: readonly Overlay[], loadSource: LoadSource): Promise<unknown[]> {
  return Promise.all(
    overlays.map(async (overlay) => {
      const { at: _at, metadata: _metadata, description: _description, ...fields } = overlay;
      const source = 'source' in fields ? sha256((await loadSource(fields.source)).bytes) : undefined;
      return { ...fields, source };
    }),
  );
}
