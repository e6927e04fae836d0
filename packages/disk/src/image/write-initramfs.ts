import type { Chunks } from '@slipway/core';
import { type CpioFields, type CpioWriteEntry, compressZstd, writeCpio } from '@slipway/formats';
import type { ContentSource, FileTree, Inode } from '@slipway/tree';
import { type TreeMember, treeMembers } from './tree-members.ts';

/** The kernel unpacks zstd with CONFIG_RD_ZSTD, windows up to 128 MiB: every level that zstd has. */
export type InitramfsCompression =
  | { readonly compression: 'none' }
  | { readonly compression: 'zstd'; readonly level: number };

/**
 * The whole tree as a newc cpio archive that the kernel unpacks into its root file system (kernel documentation,
 * "initramfs buffer format"). Inode numbers count from 1 in the order of the archive; the content of a file with hard
 * links comes with its last link. Extended attributes have no place in the format and are left out.
 * Throws `FORMATS_NOT_WRITABLE` for values over 32 bits and what the content source throws.
 */
export function writeInitramfs(
  tree: FileTree,
  content: ContentSource,
  options: InitramfsCompression,
): AsyncIterable<Uint8Array> {
  const archive = writeCpio(cpioEntries(treeMembers(tree, content)));
  return options.compression === 'none' ? archive : compressZstd(archive, { level: options.level });
}

async function* cpioEntries(members: AsyncIterable<TreeMember>): AsyncGenerator<CpioWriteEntry> {
  let inode = 0;
  for await (const member of members) {
    inode += 1;
    if (member.kind !== 'file') {
      const target = member.inode.type === 'symlink' ? Buffer.from(member.inode.target) : Buffer.alloc(0);
      yield cpioEntry(fieldsOf(member.path, member.inode, inode), target.length, [target]);
      continue;
    }
    const fields = { ...fieldsOf(member.paths[0], member.inode, inode), linkCount: member.paths.length };
    for (const path of member.paths.slice(0, -1)) {
      yield cpioEntry({ ...fields, path: archivePath(path) }, 0, []);
    }
    const last = archivePath(member.paths.at(-1) as string);
    yield cpioEntry({ ...fields, path: last }, member.inode.sizeBytes, member.content);
  }
}

function cpioEntry(fields: Omit<CpioFields, 'sizeBytes'>, sizeBytes: number, content: Chunks): CpioWriteEntry {
  return { kind: 'newc', ...fields, sizeBytes, content };
}

function fieldsOf(path: string, inode: Inode, number: number): Omit<CpioFields, 'sizeBytes'> {
  const device = inode.type === 'character-device' || inode.type === 'block-device';
  return {
    path: archivePath(path),
    mode: fileTypeBits[inode.type] | inode.mode,
    uid: inode.uid,
    gid: inode.gid,
    mtime: inode.mtime,
    inode: number,
    linkCount: inode.type === 'directory' ? 2 : 1,
    devMajor: 0,
    devMinor: 0,
    rdevMajor: device ? inode.major : 0,
    rdevMinor: device ? inode.minor : 0,
  };
}

/** S_IFMT values of stat(2). */
const fileTypeBits: Readonly<Record<Inode['type'], number>> = {
  fifo: 0o010000,
  'character-device': 0o020000,
  directory: 0o040000,
  'block-device': 0o060000,
  file: 0o100000,
  symlink: 0o120000,
};

function archivePath(path: string): string {
  return path === '/' ? '.' : path.slice(1);
}
