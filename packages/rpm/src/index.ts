export { findRpmDatabase } from './database/database-format.ts';
export {
  type Installation,
  type InstalledFile,
  readInstallation,
  readInstalledFiles,
} from './database/installation.ts';
export { installedHeaderProblem } from './database/installed-header-problem.ts';
export { type InstalledKey, isInstalledKey, readInstalledKey } from './database/installed-key.ts';
export { fileState, type InstalledPackage, type PackageDigest } from './database/installed-package.ts';
export { type InstalledList, type ListedKey, type ListedPackage, listInstalled } from './database/list-installed.ts';
export { type InstalledHeader, readRpmDatabase } from './database/read-database.ts';
export { type DatabaseInput, writeRpmDatabase } from './database/write-database.ts';
export { parseDependency } from './dependency.ts';
export { compareEvr, formatEvr, parseEvr } from './evr.ts';
export { fileFlags, fileType } from './file-mode.ts';
export { formatDependency } from './format-dependency.ts';
export { formatHeaderJson } from './header/format-header-json.ts';
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
export type { TagName } from './header/tag-table.ts';
export { type TagValue, tagValue } from './header/tag-value.ts';
export { signatureTag, tag } from './header/tags.ts';
export { type HeaderRegion, writeHeader } from './header/write-header.ts';
export {
  type InstalledRoot,
  type InstalledSolvable,
  loadInstalledRoot,
  systemRepository,
} from './installed-root/load-installed-root.ts';
export { packageMetadata, packageNevra } from './metadata/read-metadata.ts';
export { formatNevra, parseNevra } from './nevra.ts';
export { overlaps } from './overlaps.ts';
export { type ByteRange, openPackage, type RpmPackage, readPackage } from './package/open-package.ts';
export { queryHeader } from './package/query-header.ts';
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
  ScriptletOption,
  TriggerEvent,
} from './package-metadata.ts';
export { type NamedArchiveOptions, namedArchive } from './payload/named-archive.ts';
export { readArchive } from './payload/payload-stream.ts';
export { type PayloadMember, type ReadPayloadOptions, readPayload } from './payload/read-payload.ts';
export { type DigestCheck, type DigestReport, verifyDigests } from './payload/verify-digests.ts';
export { formatRich, parseRich, type RichDependency, richLeaves } from './rich-dependency.ts';
export { rpmlibFeatures } from './rpmlib-features.ts';
export { isSatisfied, type Supplier } from './satisfaction.ts';
export { comparisonFromBits, comparisonToBits } from './sense.ts';
export {
  type PackageSignature,
  readSignatures,
  removeSignatures,
  type SignHeader,
  signPackage,
} from './signing/sign-package.ts';
export { formatSystemState } from './system-state/format-system-state.ts';
export { parseSystemState } from './system-state/parse-system-state.ts';
export { rpmdbCookie } from './system-state/rpmdb-cookie.ts';
export {
  emptySystemState,
  type GroupMemberType,
  type GroupState,
  type InstallReason,
  reasonLookup,
  type SystemState,
  systemStateDirectory,
} from './system-state/system-state.ts';
export type { VerificationLevel } from './verification/judge-items.ts';
export type { VerificationResult } from './verification/verifiable-item.ts';
export {
  type PackageVerification,
  type VerifiedItem,
  type VerifyPackageOptions,
  verifyPackage,
} from './verification/verify-package.ts';
export { compareVersions } from './version.ts';
export type { PackageFormat, PayloadCompression } from './writing/package-form.ts';
export type { InputFile, PackageInput, Translation } from './writing/package-input.ts';
export type { FileContent } from './writing/payload-entries.ts';
export { type WritePackageOptions, type WrittenPackage, writePackage } from './writing/write-package.ts';
