export {
  type ComponentLock,
  componentLockFile,
  fileNameOf,
  formatComponentLock,
  listComponentLocks,
  loadComponentLock,
  parseComponentLock,
  removeComponentLock,
  saveComponentLock,
} from './component-lock.ts';
export { type ComponentSetting, componentSettings, misnamedFile } from './component-settings.ts';
export { configDump, formatConfigToml } from './config-dump.ts';
export type { Generation } from './generation.ts';
export type { ProjectCommit } from './history/blame.ts';
export { type ExportedRevision, exportRevision } from './history/export-revision.ts';
export type { LineHistory } from './history/line-history.ts';
export {
  type FileRange,
  type LineHistories,
  type LineHistoryOptions,
  loadLineHistories,
} from './history/load-line-histories.ts';
export { type LockChange, type LockHistory, loadLockHistory } from './history/lock-history.ts';
export { type LoadedImage, loadImage, loadImageDefinition } from './image-definition.ts';
export { imageJsonSchema, overlayFileJsonSchema, projectJsonSchema } from './json-schema.ts';
export { type LoadOptions, loadProject } from './load-project.ts';
export { formatLock, type Lock, loadLock, parseLock, saveLock } from './lock-file.ts';
export { type PlacedSourceFile, placedOverlays, placedSourceFiles } from './placed-overlays.ts';
export type {
  Component,
  ComponentGroup,
  ComponentOverlay,
  ComponentSpec,
  ConfigPath,
  Declaration,
  Distro,
  Image,
  Origin,
  PackageGroup,
  Project,
} from './project.ts';
export { projectDigest } from './project-digest.ts';
export { projectReference } from './project-reference.ts';
export { type PublishDecision, publishChannel } from './publish-channel.ts';
export { type NamedRepository, namedRepositories } from './repositories.ts';
export type { BuildConfig, PackagePublish, SourceFile } from './schema/component.ts';
export type { BuildEnvironment, ScriptletPolicy } from './schema/config-file.ts';
export type { DistroIdentity } from './schema/distro.ts';
export type { ImageDefinition } from './schema/image-definition.ts';
export type { LockedPackage, LockedSnapshot } from './schema/lock-file.ts';
export type { OverlayCategory, OverlayMetadata } from './schema/overlay-metadata.ts';
export type { SnapshotSource } from './schema/snapshot.ts';
export { parseSize } from './size.ts';
