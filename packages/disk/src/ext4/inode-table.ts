import type { DeviceInode } from '@slipway/tree';
import { modeTypes } from '../inode-fields.ts';
import { maxFastTargetBytes } from './ext4-demand.ts';
import { writeExtentTree } from './extent-tree.ts';
import { type InodeRecord, inodeSeed, writeInodeRecord } from './inode-record.ts';
import { blockSize, type Extent, extentsFlag, inodeNumbers, inodeSize, inodesPerBlock, maxLinks } from './on-disk.ts';
import type { Ext4Plan, PlacedInode, Placement } from './plan-ext4.ts';
import { resizeInodeRecord } from './resize-inode.ts';

/** The used part of the inode table of each group that has one; unused inodes are zeros. */
export function* writeInodeTables(plan: Ext4Plan, seed: number): Generator<{ block: number; bytes: Buffer }> {
  const { inodesPerGroup, groups } = plan.geometry;
  for (let group = 0; group * inodesPerGroup < plan.lastInode; group++) {
    const first = group * inodesPerGroup + 1;
    const used = Math.min(plan.lastInode - first + 1, inodesPerGroup);
    const bytes = Buffer.alloc(Math.ceil(used / inodesPerBlock) * inodesPerBlock * inodeSize);
    for (let number = first; number < first + used; number++) {
      const record = recordOf(plan, number, seed);
      if (record !== undefined) {
        writeInodeRecord(bytes, (number - first) * inodeSize, record, inodeSeed(number, seed));
      }
    }
    yield { block: groups[group]?.inodeTable as number, bytes };
  }
}

function recordOf(plan: Ext4Plan, number: number, seed: number): InodeRecord | undefined {
  if (number >= inodeNumbers.first) {
    return treeRecord(plan.inodes[number - inodeNumbers.first + 1] as PlacedInode, seed);
  }
  switch (number) {
    case inodeNumbers.root:
      return treeRecord(plan.inodes[0] as PlacedInode, seed);
    case inodeNumbers.resize:
      return resizeInodeRecord(plan);
    case inodeNumbers.journal:
      return plan.journal && journalRecord(plan.journal, plan.settings.createdAt, seed);
    default:
      return undefined;
  }
}

export function journalRecord(journal: Placement, time: number, seed: number): InodeRecord {
  return {
    mode: modeTypes.file | 0o600,
    uid: 0,
    gid: 0,
    sizeBytes: countBlocks(journal.extents) * blockSize,
    time,
    links: 1,
    flags: extentsFlag,
    blocks: countBlocks(journal.extents) + journal.treeBlocks.length,
    block: extentRoot(journal, inodeNumbers.journal, seed),
    attributeBlock: 0,
    inlineAttributes: undefined,
  };
}

function treeRecord(placed: PlacedInode, seed: number): InodeRecord {
  const { demand, placement, attributes } = placed;
  const { inode, links } = demand;
  const block = blockField(placed, seed);
  const isDirectory = inode.type === 'directory';
  return {
    mode: modeTypes[inode.type] | inode.mode,
    uid: inode.uid,
    gid: inode.gid,
    sizeBytes: demand.sizeBytes,
    time: inode.mtime,
    links: isDirectory && links > maxLinks ? 1 : links,
    flags: block.extents ? extentsFlag : 0,
    blocks: countBlocks(placement.extents) + placement.treeBlocks.length + (attributes === undefined ? 0 : 1),
    block: block.bytes,
    attributeBlock: attributes?.block ?? 0,
    inlineAttributes: demand.inlineAttributes,
  };
}

function blockField(placed: PlacedInode, seed: number): { bytes: Uint8Array; extents: boolean } {
  const { demand, placement } = placed;
  const { inode, number } = demand;
  switch (inode.type) {
    case 'file':
    case 'directory':
      return { bytes: extentRoot(placement, number, seed), extents: true };
    case 'symlink':
      return demand.sizeBytes <= maxFastTargetBytes
        ? { bytes: Buffer.from(inode.target), extents: false }
        : { bytes: extentRoot(placement, number, seed), extents: true };
    case 'character-device':
    case 'block-device':
      return { bytes: deviceNumber(inode), extents: false };
    case 'fifo':
      return { bytes: Buffer.alloc(0), extents: false };
  }
}

/** old_encode_dev for numbers of 8 bits, new_encode_dev for larger ones (include/linux/kdev_t.h). */
function deviceNumber({ major, minor }: DeviceInode): Buffer {
  const bytes = Buffer.alloc(8);
  if (major < 256 && minor < 256) {
    bytes.writeUInt32LE((major << 8) | minor, 0);
  } else {
    bytes.writeUInt32LE(((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0, 4);
  }
  return bytes;
}

function extentRoot({ extents, treeBlocks }: Placement, number: number, seed: number): Buffer {
  return writeExtentTree(extents, treeBlocks, inodeSeed(number, seed)).root;
}

function countBlocks(extents: readonly Extent[]): number {
  return extents.reduce((sum, { blocks }) => sum + blocks, 0);
}
