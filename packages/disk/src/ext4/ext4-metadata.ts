import { crc32c } from '../crc32c.ts';
import { sealAttributeBlock } from './attributes.ts';
import { writeDirectory } from './directory-blocks.ts';
import { writeExtentTree } from './extent-tree.ts';
import { backupGroups, groupStart } from './geometry.ts';
import { writeBitmaps } from './group-descriptors.ts';
import { inodeSeed } from './inode-record.ts';
import { writeInodeTables } from './inode-table.ts';
import { writeJournalSuperblock } from './journal.ts';
import { blockSize, type Extent, inodeNumbers } from './on-disk.ts';
import type { Ext4Plan, Placement } from './plan-ext4.ts';
import { writeResizeBlocks } from './resize-inode.ts';
import { primarySuperblockOffset, writeSuperblock } from './superblock.ts';

/** Bytes for a place in the file system. */
export interface Region {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface BlockRegion {
  readonly block: number;
  readonly bytes: Uint8Array;
}

/** Everything but the content of regular files. */
export function* writeMetadata(plan: Ext4Plan): Generator<Region> {
  const seed = crc32c(plan.settings.uuid);
  const descriptors = yield* placed(writeBitmaps(plan, seed));
  yield { offset: primarySuperblockOffset, bytes: writeSuperblock(plan, 0, seed) };
  yield { offset: blockSize, bytes: descriptors };
  for (const group of backupGroups(plan.geometry.groupCount)) {
    const offset = groupStart(group) * blockSize;
    yield { offset, bytes: writeSuperblock(plan, group, seed) };
    yield { offset: offset + blockSize, bytes: descriptors };
  }
  yield* placed(writeResizeBlocks(plan));
  yield* placed(writeInodeTables(plan, seed));
  yield* placed(writeInodeBlocks(plan, seed));
}

function* placed<Result>(regions: Generator<BlockRegion, Result>): Generator<Region, Result> {
  for (;;) {
    const next = regions.next();
    if (next.done === true) {
      return next.value;
    }
    yield { offset: next.value.block * blockSize, bytes: next.value.bytes };
  }
}

/** Attributes, directories, long symbolic links, extent trees and the journal. */
function* writeInodeBlocks(plan: Ext4Plan, seed: number): Generator<BlockRegion, void> {
  for (const { block, bytes, users } of plan.attributeBlocks) {
    yield { block, bytes: sealAttributeBlock(bytes, users, block, seed) };
  }
  for (const { demand, placement } of plan.inodes) {
    const { inode, number, directory } = demand;
    if (directory !== undefined) {
      const bytes = writeDirectory(directory.entries, directory.packing, inodeSeed(number, seed));
      yield* spread(placement.extents, bytes);
    } else if (inode.type === 'symlink') {
      yield* spread(placement.extents, Buffer.from(inode.target));
    }
    yield* treeBlocks(placement, number, seed);
  }
  if (plan.journal !== undefined) {
    const last = plan.journal.extents.at(-1) as Extent;
    const bytes = writeJournalSuperblock(last.logical + last.blocks, plan.settings.uuid);
    yield { block: (plan.journal.extents[0] as Extent).physical, bytes };
    yield* treeBlocks(plan.journal, inodeNumbers.journal, seed);
  }
}

function* spread(extents: readonly Extent[], bytes: Buffer): Generator<BlockRegion, void> {
  for (const { logical, physical, blocks } of extents) {
    yield { block: physical, bytes: bytes.subarray(logical * blockSize, (logical + blocks) * blockSize) };
  }
}

function* treeBlocks(placement: Placement, number: number, seed: number): Generator<BlockRegion, void> {
  if (placement.treeBlocks.length > 0) {
    yield* writeExtentTree(placement.extents, placement.treeBlocks, inodeSeed(number, seed)).blocks;
  }
}
