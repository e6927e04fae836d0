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
