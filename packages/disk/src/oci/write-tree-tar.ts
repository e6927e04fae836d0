import { type TarAttributes, type TarWriteEntry, writeTar } from '@slipway/formats';
import type { ContentSource, FileTree, Inode } from '@slipway/tree';
import { type TreeMember, treeMembers } from '../image/tree-members.ts';

/** Names for owners, written beside the numbers; numbers without a name stay numbers. */
export interface OwnerNames {
  readonly users?: ReadonlyMap<number, string>;
  readonly groups?: ReadonlyMap<number, string>;
}

/**
 * The tree as a POSIX pax archive with extended attributes and devices: an OCI layer, a WSL distribution. Paths have no
 * leading slash and the root itself is left out. Order: see `treeMembers`; hard links follow their target.
 */
export function writeTreeTar(
  tree: FileTree,
  content: ContentSource,
  names: OwnerNames = {},
): AsyncIterable<Uint8Array> {
  return writeTar(tarEntries(treeMembers(tree, content), names));
}

async function* tarEntries(members: AsyncIterable<TreeMember>, names: OwnerNames): AsyncGenerator<TarWriteEntry> {
  for await (const member of members) {
    if (member.kind === 'directory') {
      if (member.path !== '/') {
        yield { ...attributesOf(member.path, member.inode, names), type: 'directory' };
      }
    } else if (member.kind === 'special') {
      yield specialEntry(member, names);
    } else {
      const [target, ...links] = member.paths;
      const attributes = attributesOf(target, member.inode, names);
      yield { ...attributes, type: 'file', sizeBytes: member.inode.sizeBytes, content: member.content };
      for (const link of links) {
        yield { ...attributes, path: archivePath(link), type: 'hardlink', linkTarget: attributes.path };
      }
    }
  }
}

function specialEntry({ path, inode }: Extract<TreeMember, { kind: 'special' }>, names: OwnerNames): TarWriteEntry {
  const attributes = attributesOf(path, inode, names);
  switch (inode.type) {
    case 'symlink':
      return { ...attributes, type: 'symlink', linkTarget: inode.target };
    case 'fifo':
      return { ...attributes, type: 'fifo' };
    default:
      return { ...attributes, type: inode.type, major: inode.major, minor: inode.minor };
  }
}

function attributesOf(path: string, inode: Inode, names: OwnerNames): TarAttributes {
  return {
    path: archivePath(path),
    mode: inode.mode,
    uid: inode.uid,
    gid: inode.gid,
    user: names.users?.get(inode.uid) ?? '',
    group: names.groups?.get(inode.gid) ?? '',
    mtime: inode.mtime,
    xattrs: inode.xattrs,
  };
}

function archivePath(path: string): string {
  return path.slice(1);
}
