export { fileState, type InstalledPackage, type PackageDigest } from './database/installed-package.ts';
export { type InstalledHeader, readRpmDatabase } from './database/read-database.ts';
export { writeRpmDatabase } from './database/write-database.ts';
export { parseDependency } from './dependency.ts';
export { compareEvr, formatEvr, parseEvr } from './evr.ts';
export { fileFlags, fileType } from './file-mode.ts';
export { formatDependency } from './format-dependency.ts';
export { Header } from './header/header.ts';
export {
  binaryEntry,
  type HeaderEntry,
  i18nEntry,
  int16Entry,
  int32Entry,
  int64Entry,
  stringArrayEntry,
  stringEntry,
} from './header/header-entry.ts';
export { type ReadHeaderOptions, readHeader } from './header/read-header.ts';
export { signatureTag, tag } from './header/tags.ts';
export { type HeaderRegion, writeHeader } from './header/write-header.ts';
export { packageMetadata } from './metadata/read-metadata.ts';
export { formatNevra, parseNevra } from './nevra.ts';
export { overlaps } from './overlaps.ts';
export { type ByteRange, openPackage, type RpmPackage, readPackage } from './package/open-package.ts';
export type {
  ChangelogEntry,
  Comparison,
  Dependency,
  Evr,
  Nevra,
  PackageFile,
  PackageMetadata,
  Relations,
  Scriptlet,
  ScriptletKind,
  TriggerEvent,
} from './package-metadata.ts';
export { type PayloadMember, type ReadPayloadOptions, readPayload } from './payload/read-payload.ts';
export { type DigestCheck, type DigestReport, verifyDigests } from './payload/verify-digests.ts';
export { formatRich, parseRich, type RichDependency, richLeaves } from './rich-dependency.ts';
export { comparisonFromBits, comparisonToBits } from './sense.ts';
export { type PackageSignature, readSignatures } from './signing/package-signature.ts';
export {
  removeSignatures,
  type SignHeader,
  type SignPackageOptions,
  signPackage,
} from './signing/sign-package.ts';
export type { VerificationLevel } from './verification/judge-items.ts';
export type { VerificationResult } from './verification/verifiable-item.ts';
export {
  type PackageVerification,
  type VerifiedItem,
  type VerifyPackageOptions,
  verifyPackage,
} from './verification/verify-package.ts';
export { compareVersions } from './version.ts';
export type { InputFile, PackageInput } from './writing/package-input.ts';
export type { FileContent } from './writing/payload-entries.ts';
export { type WritePackageOptions, type WrittenPackage, writePackage } from './writing/write-package.ts';
