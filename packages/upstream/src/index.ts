export { type ArchivePackage, readPackagesIndex } from './apt/archive-package.ts';
export { download } from './apt/download.ts';
export { downloadSource, type SourcePackage } from './apt/download-source.ts';
export { type ArchiveState, fetchIndexes, loadArchiveState } from './apt/fetch-indexes.ts';
export { planClosure } from './apt/plan-closure.ts';
export { type AptArchive, type AptOptions, prepareApt } from './apt/prepare-apt.ts';
export { readIndex } from './apt/read-index.ts';
export { type DebianVersion, parseDebianVersion } from './debian/debian-version.ts';
export {
  buildImportContext,
  checkRelations,
  type ImportContext,
  type ImportFacts,
  importFacts,
} from './debian/import-context.ts';
export {
  type ImportDraft,
  type ImportedPackage,
  type ImportOptions,
  type ImportRequest,
  importPackage,
  withImportDraft,
} from './debian/import-package.ts';
export { mapRelations } from './debian/map-relations.ts';
export { isOrderPreserved, mapVersion } from './debian/map-version.ts';
export { DistGit, type UpstreamHistory } from './dist-git/dist-git.ts';
export { distGitUri, type LookasideFile, lookasideUri } from './dist-git/dist-git-uri.ts';
export type { HashType } from './dist-git/lookaside/hash-type.ts';
export { Lookaside, type LookasideRequest } from './dist-git/lookaside/lookaside.ts';
export { type ConfiguredSource, type MergeOptions, mergeSources } from './dist-git/lookaside/merge-sources.ts';
export { type SourcePlaces, sourceUris } from './dist-git/lookaside/source-uris.ts';
export {
  formatSources,
  parseSources,
  type SourcesEntry,
  type SourcesLine,
  sourcesLine,
} from './dist-git/lookaside/sources-file.ts';
export type { UpstreamCommit } from './dist-git/read-history.ts';
export type { CommitRequest, ResolvedCommit } from './dist-git/resolve-commit.ts';
export type { UpstreamOptions } from './dist-git/upstream-options.ts';
export type { TreeFile, UpstreamTree } from './dist-git/upstream-tree.ts';
export { lockedPackage } from './locked-package.ts';
export { downloadRpmMd, type RpmMdDownload } from './rpm-md/download-rpm-md.ts';
export { fetchRpmMdSnapshot, type RpmMdOptions, type RpmMdSnapshot } from './rpm-md/fetch-snapshot.ts';
export { planRpmMdClosure } from './rpm-md/plan-rpm-md-closure.ts';
