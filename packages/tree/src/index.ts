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
export { baseName, comparePaths, joinPath, parentPath } from './tree-path.ts';
