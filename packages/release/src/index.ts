export { type Checksum, formatChecksums, parseChecksums } from './artifacts/checksums.ts';
export {
  formatReleaseJson,
  formatReleaseTable,
  type ReleaseArtifact,
  type ReleaseSummary,
} from './artifacts/release-summary.ts';
export { type AppliedOverlay, appliedOverlays, declaredOverlays } from './deviations/declared-overlays.ts';
export { declaredReport, reportedDistribution } from './deviations/declared-report.ts';
export { declaredSettings } from './deviations/declared-settings.ts';
export type {
  Deviation,
  DeviationFacts,
  DeviationLink,
  DeviationReport,
  MeasuredChange,
  SettingDeviation,
} from './deviations/deviation.ts';
export { deviationDocument, deviationJsonSchema, parseDeviationDocument } from './deviations/deviation-document.ts';
export { formatDeviationJson } from './deviations/deviation-json.ts';
export { formatDeviationMarkdown } from './deviations/deviation-markdown.ts';
export { type DeviationTableOptions, formatDeviationTable } from './deviations/deviation-table.ts';
export { formatDeviationHtml } from './deviations/html/deviation-page.ts';
export { formatTreemapHtml } from './image-pages/treemap-page.ts';
export { type CycloneDxDocument, cycloneDxDocument } from './sbom/cyclonedx-document.ts';
export { formatSbom } from './sbom/format-sbom.ts';
export type {
  SbomDocumentInfo,
  SbomFile,
  SbomOrigin,
  SbomPackage,
  SbomSource,
  SbomSubject,
} from './sbom/sbom-input.ts';
export { spdxDocument } from './sbom/spdx-document.ts';
export type { SpdxDocument } from './sbom/spdx-types.ts';
