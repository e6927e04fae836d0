import { baseName, type FileTree, type Inode, parentPath } from '@slipway/tree';
import { entryTypes } from '../inode-fields.ts';

/** An inode of the tree; `path` is the first of its paths. */
export interface TreeNode {
  /** From 0, the root, in tree order without gaps. */
  readonly index: number;
  readonly path: string;
  readonly inode: Inode;
  links: number;
}

export interface DirectoryEntry {
  readonly name: Buffer;
  readonly node: TreeNode;
  /** `file_type` of the entry. */
  readonly type: number;
}

export interface DirectoryNode extends TreeNode {
  /** With `.` and `..`, sorted by the bytes of the name: the kernel searches by halves. */
  entries: DirectoryEntry[];
}

export interface NumberedTree {
  readonly nodes: readonly TreeNode[];
  /** By the number of the node. */
  readonly directories: ReadonlyMap<number, DirectoryNode>;
}

/** Paths with one Inode object are hard links; a directory has one path, whatever objects its inodes are. */
export function numberTree(tree: FileTree): NumberedTree {
  const nodes: TreeNode[] = [];
  const byPath = new Map<string, DirectoryNode>();
  const byInode = new Map<Inode, TreeNode>();
  for (const { path, inode } of tree.entries()) {
    const parent = byPath.get(parentPath(path));
    const known = inode.type === 'directory' ? undefined : byInode.get(inode);
    const node: TreeNode = known ?? { index: nodes.length, path, inode, links: 0 };
    if (known === undefined) {
      nodes.push(node);
      byInode.set(inode, node);
    }
    node.links++;
    if (path !== '/') {
      parent?.entries.push({ name: Buffer.from(baseName(path)), node, type: entryTypes[inode.type] });
    }
    if (inode.type === 'directory') {
      byPath.set(path, beginDirectory(node, parent));
    }
  }
  const directories = [...byPath.values()];
  for (const directory of directories) {
    directory.entries.sort((a, b) => Buffer.compare(a.name, b.name));
  }
  return { nodes, directories: new Map(directories.map((directory) => [directory.index, directory])) };
}

/** A directory is linked by its name, by its own `.` and by the `..` of each subdirectory; the root is its own parent. */
function beginDirectory(node: TreeNode, parent: DirectoryNode | undefined): DirectoryNode {
  const directory: DirectoryNode = Object.assign(node, { links: 2, entries: [] as DirectoryEntry[] });
  const above = parent ?? directory;
  const type = entryTypes.directory;
  directory.entries.push({ name: Buffer.from('.'), node, type }, { name: Buffer.from('..'), node: above, type });
  if (parent !== undefined) {
    parent.links++;
  }
  return directory;
}
