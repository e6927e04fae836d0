import { SlipwayError } from '@slipway/core';
import type { FileInode, FileTree } from '@slipway/tree';
import { maxAttributeBlockUsers } from './attributes.ts';
import { BlockAllocator, UsedBlocks } from './block-allocator.ts';
import { demandOf, type Ext4Demand, type InodeDemand } from './ext4-demand.ts';
import { checkOptions, type Ext4Options, type Ext4Settings, journalBlocksFor, maxSizeBytes } from './ext4-options.ts';
import { extentTreeBlocks } from './extent-tree.ts';
import { type Geometry, planGeometry } from './geometry.ts';
import { blockSize, blocksOf, type Extent } from './on-disk.ts';

/** Blocks of one file-like thing: its content, and the blocks of its extent tree. */
export interface Placement {
  readonly extents: readonly Extent[];
  readonly treeBlocks: readonly number[];
}

/** An attribute block and the number of inodes that point to it. */
export interface SharedAttributes {
  readonly block: number;
  readonly bytes: Buffer;
  users: number;
}

export interface PlacedInode {
  readonly demand: InodeDemand;
  readonly placement: Placement;
  readonly attributes: SharedAttributes | undefined;
}

/** A complete ext4 file system but for the content of its files. */
export interface Ext4Layout {
  /** What the file system covers, a multiple of 4096; a partition for it may be larger. */
  readonly sizeBytes: number;
  readonly freeBytes: number;
  readonly inodeCount: number;
  readonly freeInodes: number;
  /** Where the content of every non-empty file lies, in blocks of 4096 bytes, in the order they lie in. */
  readonly extents: ReadonlyMap<FileInode, readonly Extent[]>;
  /** For `writeExt4`. */
  readonly plan: Ext4Plan;
}

export interface Ext4Plan {
  readonly settings: Ext4Settings;
  readonly geometry: Geometry;
  /** Root first, then by number without gaps. */
  readonly inodes: readonly PlacedInode[];
  readonly lastInode: number;
  readonly attributeBlocks: readonly SharedAttributes[];
  /** Undefined without a journal. */
  readonly journal: Placement | undefined;
  /** The double-indirect block of the resize inode. */
  readonly resizeBlock: number;
  readonly used: UsedBlocks;
}

/** Smaller ones have no room for a journal (mke2fs says so too). */
const minBlocks = 2048;
/** Inode numbers are 32 bits wide; file systems of many TiB need no more than half of them. */
const maxInodesBySize = 2 ** 31;
/** Every attempt adds what was missing, which shrinks by orders of magnitude; more attempts mean a mistake here. */
const maxAttempts = 100;

/**
 * Decides the place of everything, without a byte of content. Equal trees and options give equal layouts.
 * Throws `DISK_EXT4_TOO_SMALL`, `DISK_EXT4_UNREPRESENTABLE` and `DISK_EXT4_BAD_OPTION`.
 */
export function planExt4(tree: FileTree, options: Ext4Options): Ext4Layout {
  const settings = checkOptions(options);
  const demand = demandOf(tree, settings);
  return settings.size.kind === 'exact'
    ? planExact(demand, settings, settings.size.sizeBytes)
    : planMinimal(demand, settings, blocksOf(settings.size.freeBytes));
}

function planExact(demand: Ext4Demand, settings: Ext4Settings, sizeBytes: number): Ext4Layout {
  const blocks = Math.floor(sizeBytes / blockSize);
  const inodes = inodesFor(demand, settings, blocks);
  const geometry = blocks < minBlocks ? undefined : planGeometry({ blocks, inodes, shortLastGroup: 'drop' });
  const layout = geometry && layOut(demand, settings, geometry);
  if (layout === undefined || layout.freeBytes < 0) {
    const needed = planMinimal(demand, settings, 0).sizeBytes;
    throw new SlipwayError('DISK_EXT4_TOO_SMALL', `Cannot lay out the tree in ${sizeBytes} bytes: it needs ${needed}`, {
      hint: `make the partition at least ${needed} bytes large, or take something out of the image`,
      data: { sizeBytes, needed },
    });
  }
  return layout;
}

function planMinimal(demand: Ext4Demand, settings: Ext4Settings, freeBlocks: number): Ext4Layout {
  let blocks = estimateBlocks(demand, settings, freeBlocks);
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const inodes = inodesFor(demand, settings, blocks);
    const geometry = planGeometry({ blocks, inodes, shortLastGroup: 'extend' });
    if (geometry === undefined) {
      break;
    }
    const layout = layOut(demand, settings, geometry);
    const missing = freeBlocks - layout.freeBytes / blockSize;
    if (missing <= 0) {
      return layout;
    }
    blocks = geometry.blocks + missing;
    checkSize(blocks);
  }
  throw new SlipwayError('CORE_BUG', 'the size of an ext4 file system did not settle');
}

/** At most what is needed: without attribute blocks and extent trees, which need a layout. */
function estimateBlocks(demand: Ext4Demand, settings: Ext4Settings, freeBlocks: number): number {
  const content = demand.inodes.reduce((sum, inode) => sum + inode.blocks, freeBlocks);
  checkSize(content);
  let blocks = minBlocks;
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const inodes = inodesFor(demand, settings, blocks);
    const geometry = planGeometry({ blocks, inodes, shortLastGroup: 'extend' });
    const fixed = geometry?.fixed.reduce((sum, { start, end }) => sum + end - start, 0) ?? 0;
    const needed = content + fixed + journalBlocksFor(settings, blocks);
    if (needed <= blocks) {
      break;
    }
    blocks = needed;
  }
  return blocks;
}

function checkSize(blocks: number): void {
  if (blocks * blockSize > maxSizeBytes) {
    throw new SlipwayError(
      'DISK_EXT4_UNREPRESENTABLE',
      `Cannot store the tree: it needs more than ${maxSizeBytes} bytes`,
    );
  }
}

function inodesFor(demand: Ext4Demand, settings: Ext4Settings, blocks: number): number {
  const forTree = Math.ceil(demand.lastInode * (1 + settings.spareInodes));
  const bySize = Math.floor((blocks * blockSize) / settings.bytesPerInode);
  return Math.max(forTree, Math.min(bySize, maxInodesBySize));
}

/**
 * Directories, links and attributes come first, then the journal, then the content of files in a row. The free bytes
 * are negative when the geometry is too small.
 */
function layOut(demand: Ext4Demand, settings: Ext4Settings, geometry: Geometry): Ext4Layout {
  const allocator = new BlockAllocator(geometry.fixed);
  const resizeBlock = allocator.takeOne();
  const attributes = new AttributeSharing(allocator);
  const shared = demand.inodes.map((inode) => attributes.place(inode.attributeBlock));
  const placements = new Map<InodeDemand, Placement>();
  for (const inode of demand.inodes) {
    if (inode.inode.type !== 'file') {
      placements.set(inode, place(allocator, inode.blocks));
    }
  }
  const journalBlocks = journalBlocksFor(settings, geometry.blocks);
  const journal = journalBlocks === 0 ? undefined : place(allocator, journalBlocks);
  const extents = new Map<FileInode, readonly Extent[]>();
  for (const file of demand.files) {
    const placement = place(allocator, file.blocks);
    placements.set(file, placement);
    extents.set(file.inode as FileInode, placement.extents);
  }
  const used = new UsedBlocks(geometry.fixed, allocator.cursor, geometry.blocks);
  const inodes = demand.inodes.map((inode, index) => ({
    demand: inode,
    placement: placements.get(inode) ?? noBlocks,
    attributes: shared[index],
  }));
  const inodeCount = geometry.inodesPerGroup * geometry.groupCount;
  const { lastInode } = demand;
  return {
    sizeBytes: geometry.blocks * blockSize,
    freeBytes: used.free * blockSize,
    inodeCount,
    freeInodes: inodeCount - lastInode,
    extents,
    plan: { settings, geometry, inodes, lastInode, attributeBlocks: attributes.blocks, journal, resizeBlock, used },
  };
}

const noBlocks: Placement = { extents: [], treeBlocks: [] };

function place(allocator: BlockAllocator, blocks: number): Placement {
  if (blocks === 0) {
    return noBlocks;
  }
  const extents = allocator.take(blocks);
  const treeBlocks = Array.from({ length: extentTreeBlocks(extents.length) }, () => allocator.takeOne());
  return { extents, treeBlocks };
}

/** Inodes with the same attributes point to one block, as the kernel lets them. */
class AttributeSharing {
  readonly blocks: SharedAttributes[] = [];
  readonly #allocator: BlockAllocator;
  readonly #byContent = new Map<string, SharedAttributes>();

  constructor(allocator: BlockAllocator) {
    this.#allocator = allocator;
  }

  place(bytes: Buffer | undefined): SharedAttributes | undefined {
    if (bytes === undefined) {
      return undefined;
    }
    const key = bytes.toString('latin1');
    const known = this.#byContent.get(key);
    if (known !== undefined && known.users < maxAttributeBlockUsers) {
      known.users++;
      return known;
    }
    const shared = { block: this.#allocator.takeOne(), bytes, users: 1 };
    this.#byContent.set(key, shared);
    this.blocks.push(shared);
    return shared;
  }
}
