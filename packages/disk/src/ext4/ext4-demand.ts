import { SlipwayError } from '@slipway/core';
import type { FileTree } from '@slipway/tree';
import { inContentOrder, inodeProblem } from '../inode-fields.ts';
import { storeAttributes } from './attributes.ts';
import { type DirectoryPacking, packDirectory } from './directory-blocks.ts';
import type { Ext4Settings } from './ext4-options.ts';
import { lostAndFoundPath, type NumberedDirectory, type NumberedInode, numberInodes } from './inode-numbering.ts';
import { blockSize, blocksOf, inodeNumbers, maxFileBlocks } from './on-disk.ts';

/** e2fsck puts what it finds into lost+found without allocating: mke2fs gives it 16 KiB. */
const lostAndFoundBlocks = 4;
/** A target of up to 59 bytes and its terminator fit into i_block (ext4_inode_is_fast_symlink). */
export const maxFastTargetBytes = 59;
/** A target lies in one block and PATH_MAX includes a terminator. */
const maxTargetBytes = 4095;
/** 34 bits around 1970 without the last quarter, which e2fsck takes for dates before 1970 that old kernels mangled. */
const earliestTime = -(2 ** 31);
const latestTime = 2 ** 33 + 2 ** 31 - 1;

/** What one inode needs from the file system, wherever that will lie. */
export interface InodeDemand extends NumberedInode {
  /** Content bytes as in i_size. */
  readonly sizeBytes: number;
  /** Blocks for content; 0 when everything is in the inode. */
  readonly blocks: number;
  readonly inlineAttributes: Buffer | undefined;
  readonly attributeBlock: Buffer | undefined;
  readonly directory: { readonly entries: NumberedDirectory; readonly packing: DirectoryPacking } | undefined;
}

/** What a tree needs, independent of size and place; inodes root first, then by number. */
export interface Ext4Demand {
  readonly inodes: readonly InodeDemand[];
  /** Non-empty regular files in the order their content shall lie in. */
  readonly files: readonly InodeDemand[];
  /** The highest inode number in use. */
  readonly lastInode: number;
}

/** Throws `DISK_EXT4_UNREPRESENTABLE` for what ext4 cannot hold. */
export function demandOf(tree: FileTree, settings: Ext4Settings): Ext4Demand {
  const numbered = numberInodes(tree, settings.createdAt);
  const directories = new Map(numbered.directories.map((directory) => [directory.number, directory]));
  const root = numbered.directories[0] as NumberedDirectory;
  const inodes = [root, ...numbered.inodes].map((inode) => inodeDemand(inode, directories.get(inode.number)));
  return {
    inodes,
    files: inContentOrder(inodes, settings.order, ({ blocks }) => blocks > 0),
    lastInode: inodeNumbers.first + numbered.inodes.length - 1,
  };
}

function inodeDemand(numbered: NumberedInode, entries: NumberedDirectory | undefined): InodeDemand {
  const { inode, path } = numbered;
  checkOwnership(numbered);
  const stored = storeAttributes(inode.xattrs, path);
  const packing = entries && packDirectory(entries, path === lostAndFoundPath ? lostAndFoundBlocks : 1);
  const sizeBytes = packing === undefined ? contentBytes(numbered) : packing.length * blockSize;
  return {
    ...numbered,
    sizeBytes,
    blocks: inode.type === 'symlink' && sizeBytes <= maxFastTargetBytes ? 0 : blocksOf(sizeBytes),
    inlineAttributes: stored.inline,
    attributeBlock: stored.block,
    directory: entries && packing && { entries, packing },
  };
}

function contentBytes({ inode, path }: NumberedInode): number {
  if (inode.type === 'symlink') {
    const length = Buffer.byteLength(inode.target);
    check(length > 0 && length <= maxTargetBytes && !inode.target.includes('\0'), path, 'bad symbolic link target');
    return length;
  }
  if (inode.type === 'file') {
    const { sizeBytes } = inode;
    check(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0, path, 'its size is not a number of bytes');
    check(blocksOf(sizeBytes) <= maxFileBlocks, path, 'it is larger than 16 TiB');
    return sizeBytes;
  }
  return 0;
}

function checkOwnership({ inode, path }: NumberedInode): void {
  const { mtime } = inode;
  const problem = inodeProblem(inode);
  check(problem === undefined, path, problem ?? '');
  check(Number.isInteger(mtime) && mtime >= earliestTime && mtime <= latestTime, path, `its time is ${mtime}`);
}

function check(condition: boolean, path: string, complaint: string): void {
  if (!condition) {
    throw new SlipwayError('DISK_EXT4_UNREPRESENTABLE', `Cannot store ${path}: ${complaint}`);
  }
}
