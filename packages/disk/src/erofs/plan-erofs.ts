import { SlipwayError } from '@slipway/core';
import type { FileTree } from '@slipway/tree';
import { demandOf, type ErofsDemand, type InodeDemand } from './erofs-demand.ts';
import { checkOptions, type ErofsOptions, type ErofsSettings } from './erofs-options.ts';
import { checkKernel } from './kernel-features.ts';
import { blockSize, blocksOf, maxBlocks, slotBytes, superblockOffset } from './on-disk.ts';
import { RecordPacking } from './record-packing.ts';
import { superblockLength } from './superblock.ts';

/** A complete EROFS file system but for the content of its files. */
export interface ErofsLayout {
  /** What the file system takes, a multiple of 4096; with compression at most so much, and `writeErofs` tells. */
  readonly maxSizeBytes: number;
  /** Inodes, directories and attributes, and what of the content lies among them: this much is held in memory. */
  readonly structureBytes: number;
  readonly inodeCount: number;
  /** For `writeErofs`. */
  readonly plan: ErofsPlan;
}

export interface ErofsPlan {
  readonly settings: ErofsSettings;
  readonly demand: ErofsDemand;
  /** Byte offset of the record of each node. */
  readonly offsets: readonly number[];
  readonly nids: readonly number[];
  /** First whole block of each node that has any and is not compressed; otherwise 0. */
  readonly starts: readonly number[];
  /** The area of shared attributes. */
  readonly attributeBlock: number;
  /** Content of files begins here. */
  readonly structureBlocks: number;
  /** Compressed content begins here. */
  readonly clusterBlock: number;
}

/**
 * Decides the place of everything but compressed content, without a byte of content. Equal trees and options give equal
 * layouts. Throws `DISK_EROFS_KERNEL`, `DISK_EROFS_UNREPRESENTABLE` and `DISK_EROFS_BAD_OPTION`.
 */
export function planErofs(tree: FileTree, options: ErofsOptions): ErofsLayout {
  const settings = checkOptions(options);
  const demand = demandOf(tree, settings);
  const { compression, kernel } = settings;
  checkKernel(kernel, [
    'erofs',
    ...(compression === undefined ? [] : [compression.algorithm]),
    ...demand.attributes.features,
  ]);
  const plan = layOut(demand, settings);
  const blocks = demand.nodes.reduce(
    (sum, { storage }) => sum + (storage.kind === 'clusters' ? storage.logicalBlocks : 0),
    plan.clusterBlock,
  );
  if (blocks > maxBlocks) {
    throw new SlipwayError('DISK_EROFS_UNREPRESENTABLE', 'Cannot store the tree: it needs more than 16 TiB');
  }
  return {
    maxSizeBytes: blocks * blockSize,
    structureBytes: plan.structureBlocks * blockSize,
    inodeCount: demand.nodes.length,
    plan,
  };
}

/**
 * Inodes come first, the root before all others because its nid has 16 bits only; then shared attributes, directories
 * and long links, then content in its order.
 */
function layOut(demand: ErofsDemand, settings: ErofsSettings): ErofsPlan {
  const packing = new RecordPacking(superblockOffset + superblockLength(settings.compression));
  const offsets = demand.nodes.map(({ recordBytes }) => packing.place(recordBytes));
  const attributeBlock = packing.blocks;
  const starts: number[] = demand.nodes.map(() => 0);
  let next = attributeBlock + blocksOf(demand.attributes.shared.length);
  const place = ({ index, storage }: InodeDemand) => {
    if (storage.kind !== 'clusters' && storage.blocks > 0) {
      starts[index] = next;
      next += storage.blocks;
    }
  };
  demand.nodes.filter(({ inode }) => inode.type !== 'file').forEach(place);
  const structureBlocks = next;
  demand.files.forEach(place);
  return {
    settings,
    demand,
    offsets,
    nids: offsets.map((offset) => offset / slotBytes),
    starts,
    attributeBlock,
    structureBlocks,
    clusterBlock: next,
  };
}
