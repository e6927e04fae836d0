import type { Overlay } from '@slipway/spec';
import type { Component, Project } from './project.ts';

/**
 * The overlays of a component as `applyOverlays` of `@slipway/spec` takes them: in order, each with its place for
 * error messages and with the metadata of its overlay file. Indices are those of `component.overlays`.
 */
export function placedOverlays(project: Project, component: Component): Overlay[] {
  return component.overlays.map(({ overlay, metadata, origin }) => ({
    ...overlay,
    ...(metadata !== undefined && { metadata }),
    at: project.position(origin),
  }));
}
