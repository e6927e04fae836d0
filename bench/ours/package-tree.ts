/** The files of packages as a tree, and their content in the order of the payloads: what image benchmarks write. */
import { payloadContent } from '@slipway/compose';
import { asDigest, type Digest, sha256 } from '@slipway/core';
import { openPackage, type PackageFile, packageMetadata } from '@slipway/rpm';
import { type ContentSource, type FileInode, FileTree, type Inode, parentPath, rootOwned } from '@slipway/tree';

/** The time of what no package says the time of. */
export const time = 1_793_404_800;
const types = { directory: 0o040000, symlink: 0o120000, mask: 0o170000 } as const;

interface Placed {
  readonly digest: Digest;
  readonly file: PackageFile;
  readonly index: number;
}

export interface PackageTree {
  readonly tree: FileTree;
  readonly content: ContentSource;
  /** Files in the order in which payloads give them. */
  readonly order: readonly FileInode[];
}

export async function packageTree(paths: readonly string[]): Promise<PackageTree> {
  const packages = new Map<Digest, string>();
  const placed: Placed[] = [];
  for (const path of paths) {
    const { header, signature } = await openPackage(path);
    const digest = asDigest(sha256(path)); // only a key here
    packages.set(digest, path);
    const { files } = packageMetadata(header, signature);
    placed.push(...files.flatMap((file, index) => (isGhost(file) ? [] : [{ digest, file, index }])));
  }
  const tree = treeOf(placed);
  const order = [...tree.entries()].flatMap(({ inode }) => (inode.type === 'file' ? [inode] : []));
  const rank = new Map([...packages.keys()].map((digest, index) => [digest, index]));
  const positionOf = ({ content }: FileInode) =>
    content.kind === 'payload' ? (rank.get(content.package) ?? 0) * 2 ** 20 + content.index : 0;
  order.sort((a, b) => positionOf(a) - positionOf(b));
  return { tree, content: payloadContent((digest) => packages.get(digest) ?? ''), order };
}

/** RPMFILE_GHOST: not in the payload. */
function isGhost({ flags }: PackageFile): boolean {
  return (flags & (1 << 6)) !== 0;
}

/** Links and directories first, so that nothing is laid through a link; of several equal paths the first stays. */
function treeOf(all: readonly Placed[]): FileTree {
  const result = new FileTree({ ...rootOwned(0o755, time), type: 'directory' });
  const typeOf = ({ file }: Placed) => file.mode & types.mask;
  const linked = new Map<string, Inode>();
  for (const type of [types.symlink, types.directory, undefined]) {
    for (const each of all) {
      const own = typeOf(each);
      if (type === undefined ? own !== types.symlink && own !== types.directory : own === type) {
        add(result, each, linked);
      }
    }
  }
  return result;
}

function add(into: FileTree, { digest, file, index }: Placed, linked: Map<string, Inode>): void {
  const path = into.resolve(file.path);
  const key = `${digest} ${file.device} ${file.inode}`;
  if (into.has(path) && !((file.mode & types.mask) === types.directory && into.get(path)?.type === 'directory')) {
    return;
  }
  addParents(into, path);
  const attributes = rootOwned(file.mode & 0o7777, file.mtime);
  const { linkTarget, sizeBytes } = file;
  switch (file.mode & types.mask) {
    case types.directory:
      return into.set(path, { ...attributes, type: 'directory' });
    case types.symlink:
      return into.set(path, { ...attributes, type: 'symlink', target: linkTarget });
    default: {
      const payload = { kind: 'payload', package: digest, index } as const;
      const inode = linked.get(key) ?? {
        ...attributes,
        type: 'file',
        sizeBytes,
        content: payload,
        digest: file.digest,
      };
      linked.set(key, inode);
      return into.set(path, inode);
    }
  }
}

function addParents(into: FileTree, path: string): void {
  const parent = parentPath(path);
  if (!into.has(parent)) {
    addParents(into, parent);
    into.set(parent, { ...rootOwned(0o755, time), type: 'directory' });
  }
}
