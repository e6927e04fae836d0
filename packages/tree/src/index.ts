export { type ContentChunk, type ContentSource, generatedContent, readContents } from './content-source.ts';
export { FileTree, type TreeEntry } from './file-tree.ts';
export {
  type Content,
  type DeviceInode,
  type DirectoryInode,
  type FifoInode,
  type FileInode,
  generatedFile,
  type Inode,
  type Ownership,
  rootOwned,
  type SymlinkInode,
} from './inode.ts';
export type { EntryChange, FactChange } from './manifest/compare-entries.ts';
export {
  type Changes,
  compareManifests,
  type ImageTotals,
  type ManifestComparison,
  type PackageChange,
} from './manifest/compare-manifests.ts';
export type { UnitLink } from './manifest/enabled-units.ts';
export { ManifestIndex } from './manifest/manifest-index.ts';
export { countedSizes, type EntryUsage, measureUsage, type OriginUsage, originName } from './manifest/measure-usage.ts';
export { loadManifest, readManifest } from './manifest/read-manifest.ts';
export type {
  DeviceEntry,
  EntryOrigin,
  FileEntry,
  ManifestEntry,
  ManifestGroup,
  ManifestHeader,
  ManifestPackage,
  ManifestRemoval,
  ManifestScriptlet,
  ManifestUser,
  PlainEntry,
  SymlinkEntry,
  TreeManifest,
} from './manifest/tree-manifest.ts';
export { writeManifest } from './manifest/write-manifest.ts';
export { baseName, comparePaths, joinPath, parentPath } from './tree-path.ts';
