export { type BuildRepositoryOptions, type BuildRepositoryResult, buildRepository } from './build/build-repository.ts';
export type { BrokenPackage } from './build/describe-batch.ts';
export { compareLocations } from './build/find-packages.ts';
export { openMetadata } from './open-metadata.ts';
export { mergeFilelists, type PackageFilelist, readFilelists } from './read-filelists.ts';
export { readPackages, readPrimary } from './read-primary.ts';
export { type ListedFile, type RepoPackage, toResolvable } from './repo-package.ts';
export { type Checksum, type Repomd, type RepomdRecord, type RepositoryTags, readRepomd } from './repomd.ts';
export type { RepositoryEntry } from './repository-entry.ts';
export { type CachedMetadata, openMetadataCache, writeMetadataCache } from './table/metadata-cache.ts';
export {
  type NameIndex,
  type PackageTable,
  preMark,
  type RelationIndex,
  relationFlag,
  relationKinds,
  relationMask,
} from './table/package-table.ts';
export type { RepoPackages } from './table/repo-packages.ts';
export { type Advisory, type AdvisoryPackage, formatUpdateinfo, readUpdateinfo } from './updateinfo.ts';
export { type WriteRepositoryOptions, writeRepository } from './write-repository.ts';
