export { fileState, type InstalledPackage, type PackageDigest } from './database/installed-package.ts';
export { type InstalledHeader, readRpmDatabase } from './database/read-database.ts';
export { writeRpmDatabase } from './database/write-database.ts';
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
export { signatureTag, tag } from './header/tags.ts';
export { type HeaderRegion, writeHeader } from './header/write-header.ts';
export { packageMetadata } from './metadata/read-metadata.ts';
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
  TriggerEvent,
} from './package-metadata.ts';
export { type NamedArchiveOptions, namedArchive } from './payload/named-archive.ts';
export { readArchive } from './payload/payload-stream.ts';
export { type PayloadMember, type ReadPayloadOptions, readPayload } from './payload/read-payload.ts';
export { type DigestCheck, type DigestReport, verifyDigests } from './payload/verify-digests.ts';
export { formatRich, parseRich, type RichDependency, richLeaves } from './rich-dependency.ts';
export { comparisonFromBits, comparisonToBits } from './sense.ts';
export {
  type PackageSignature,
  readSignatures,
  removeSignatures,
  type SignHeader,
  signPackage,
} from './signing/sign-package.ts';
export { type DigestItemOptions, digestItems } from './verification/digest-items.ts';
export { type Judgement, judgeItems, type VerificationLevel } from './verification/judge-items.ts';
export { type Coverage, formatItem, type Outcome, type VerificationItem } from './verification/verification-item.ts';
export { compareVersions } from './version.ts';
export type { InputFile, PackageInput } from './writing/package-input.ts';
export type { FileContent } from './writing/payload-entries.ts';
export { type WritePackageOptions, type WrittenPackage, writePackage } from './writing/write-package.ts';
