export { imageJsonSchema, overlayFileJsonSchema, projectJsonSchema } from './json-schema.ts';
export { type LoadOptions, loadProject } from './load-project.ts';
export type {
  Component,
  ComponentGroup,
  ComponentOverlay,
  ComponentSpec,
  ConfigPath,
  Distro,
  Image,
  Origin,
  Overlay,
  PackageGroup,
  Project,
} from './project.ts';
export { type PublishDecision, publishChannel } from './publish-channel.ts';
export type { BuildConfig, PackagePublish, SourceFile } from './schema/component.ts';
export type { BuildEnvironment, ScriptletPolicy } from './schema/config-file.ts';
export type { DistroIdentity } from './schema/distro.ts';
export type { ImageDefinition } from './schema/image-definition.ts';
export type { OverlayCategory, OverlayMetadata } from './schema/overlay-metadata.ts';
export type { SnapshotSource } from './schema/snapshot.ts';
export { parseSize } from './size.ts';
