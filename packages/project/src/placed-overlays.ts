import type { SourcePosition } from '@slipway/core';
import type { Overlay } from '@slipway/spec';
import type { Component, Project } from './project.ts';
import type { SourceFile } from './schema/component.ts';

/**
 * The overlays of a component as `applyOverlays` of `@slipway/spec` takes them: in order, each with its place for
 * error messages and with the metadata of its overlay file. Indices are those of `component.overlays`.
 */
export function placedOverlays(project: Pick<Project, 'position'>, component: Component): Overlay[] {
  return component.overlays.map(({ overlay, metadata, origin }) => ({
    ...overlay,
    ...(metadata !== undefined && { metadata }),
    at: project.position(origin),
  }));
}

/** A `source-files` entry with its place for error messages. */
export type PlacedSourceFile = SourceFile & { readonly at: SourcePosition };

/** The `source-files` of a component in order, those that it inherits first. */
export function placedSourceFiles(project: Pick<Project, 'position'>, component: Component): PlacedSourceFile[] {
  const { sourceFiles, sourceFileOrigins, origin } = component;
  return sourceFiles.map((file, index) => ({ ...file, at: project.position(sourceFileOrigins[index] ?? origin) }));
}
