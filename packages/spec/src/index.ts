export { applyOverlays, type OverlayInput, type OverlayOptions, type OverlayResult } from './apply-overlays.ts';
export { applySpecOverlay } from './apply-spec-overlay.ts';
export type { ArchiveDeviation } from './archive/apply-archive-overlays.ts';
export type { ArchiveLimits } from './archive/archive-limits.ts';
export type { ArchiveProgress } from './archive/archive-progress.ts';
export {
  type ArchiveCheckOptions,
  type ArchiveSourceFile,
  checkArchiveOverlays,
} from './archive/check-archive-overlays.ts';
export type { ArchiveOverlayOptions, RepackedArchive } from './archive/repack-archive.ts';
export { DirectoryArchives, type SourceArchives, type StagedArchive } from './archive/source-archives.ts';
export { fromByteText, toByteText } from './byte-text.ts';
export { applyAsAzldev, type ConformanceResult } from './conformance.ts';
export type { AppliedDeviation, DeviationChange } from './deviation.ts';
export type { LoadSource, OverlaySource } from './file-overlays.ts';
export { compileFileGlob, compileGlob, unquoteWildcards } from './glob.ts';
export { editScript, type LineEdit } from './line-edits.ts';
export type { LintCode } from './lint/lint-codes.ts';
export type { LintFinding, LintSeverity, LintSuggestion } from './lint/lint-finding.ts';
export type { LintedOverlay, LintInput, OverlayFields } from './lint/lint-input.ts';
export { loadArchiveOverlays, loadLint } from './load-parts.ts';
export { type NumberedLine, nearestLines } from './nearest-lines.ts';
export type {
  ArchiveOverlay,
  FileOverlay,
  Overlay,
  OverlayMetadata,
  OverlayMode,
  OverlayType,
  PatchOverlay,
  SpecOverlay,
} from './overlay.ts';
export { isArchiveOverlay } from './overlay.ts';
export { formatOverlayToml } from './overlay-toml.ts';
export { Re2 } from './re2.ts';
export {
  type ReadSection,
  readPreamble,
  readSectionKinds,
  readSpecSections,
  type SectionPackage,
  type SpecTag,
} from './read-spec-sections.ts';
export { MemorySourceFiles, type SourceFile, type SourceFiles, StagedSourceFiles } from './source-files.ts';
export { specLines } from './spec-lines.ts';
export { formatSpec, parseSpec, type SpecText } from './spec-text.ts';
export { type DiffSummary, unifiedDiff } from './unified-diff.ts';
