import {
  addressesPerBlock,
  type BlockRange,
  blocksPerGroup,
  descriptorsPerBlock,
  groupsPerFlex,
  inodesPerBlock,
  maxInodesPerGroup,
} from './on-disk.ts';

/** Where the metadata of one group lies, as block numbers; the inode table has `inodeTableBlocks` blocks. */
export interface GroupPlacement {
  readonly blockBitmap: number;
  readonly inodeBitmap: number;
  readonly inodeTable: number;
}

/** Everything about a file system that depends only on its size and its number of inodes. */
export interface Geometry {
  readonly blocks: number;
  readonly groupCount: number;
  readonly inodesPerGroup: number;
  readonly inodeTableBlocks: number;
  readonly descriptorBlocks: number;
  /** Blocks kept after every copy of the descriptors so that the file system can grow while mounted. */
  readonly reservedDescriptorBlocks: number;
  readonly groups: readonly GroupPlacement[];
  /** All blocks of superblocks, descriptors, bitmaps and inode tables, ascending. */
  readonly fixed: readonly BlockRange[];
}

/** A last group with fewer usable blocks than this is not worth its metadata (the rule of mke2fs). */
const minimalGroupBlocks = 50;
/** Descriptors are reserved for growing this many times, as mke2fs does. */
const growthFactor = 1024;
/** And to at least 64 GiB: resize2fs fails on file systems that grow beyond their reserve. */
const minGrownBlocks = 2 ** 24;

/** sparse_super: copies of the superblock are in groups 0, 1 and the powers of 3, 5 and 7. */
export function hasSuperblock(group: number): boolean {
  return group <= 1 || isPowerOf(group, 3) || isPowerOf(group, 5) || isPowerOf(group, 7);
}

/** Groups other than 0 that carry copies of the superblock, ascending. */
export function backupGroups(groupCount: number): number[] {
  return Array.from({ length: groupCount }, (_, group) => group).filter((group) => group > 0 && hasSuperblock(group));
}

/** Blocks of one copy of the superblock, descriptors and reserved descriptors; 0 in groups without one. */
export function superblockRegionBlocks(geometry: Geometry, group: number): number {
  return hasSuperblock(group) ? 1 + geometry.descriptorBlocks + geometry.reservedDescriptorBlocks : 0;
}

export function groupStart(group: number): number {
  return group * blocksPerGroup;
}

export function groupEnd(geometry: Geometry, group: number): number {
  return Math.min(groupStart(group + 1), geometry.blocks);
}

export interface GeometryRequest {
  readonly blocks: number;
  readonly inodes: number;
  /** What to do with a last group that is too short for its own metadata. */
  readonly shortLastGroup: 'drop' | 'extend';
}

/** The geometry, or undefined when that many blocks cannot hold that many inodes. */
export function planGeometry(request: GeometryRequest): Geometry | undefined {
  const { inodes } = request;
  for (let blocks = request.blocks; blocks > 0; ) {
    const groupCount = Math.ceil(blocks / blocksPerGroup);
    const inodesPerGroup = Math.ceil(Math.ceil(inodes / groupCount) / inodesPerBlock) * inodesPerBlock;
    if (inodesPerGroup > maxInodesPerGroup) {
      if (request.shortLastGroup === 'drop') {
        return undefined;
      }
      blocks = Math.ceil(inodes / maxInodesPerGroup) * blocksPerGroup;
      continue;
    }
    const sizes = sizesOf(blocks, inodesPerGroup);
    const last = groupCount - 1;
    const needed = superblockRegionBlocks(sizes, last) + 2 + sizes.inodeTableBlocks + minimalGroupBlocks;
    if (blocks - groupStart(last) >= needed) {
      return place(sizes);
    }
    blocks = request.shortLastGroup === 'drop' ? groupStart(last) : groupStart(last) + needed;
  }
  return undefined;
}

function sizesOf(blocks: number, inodesPerGroup: number): Geometry {
  const groupCount = Math.ceil(blocks / blocksPerGroup);
  const descriptorBlocks = Math.ceil(groupCount / descriptorsPerBlock);
  const grownBlocks = Math.min(Math.max(blocks * growthFactor, minGrownBlocks), 2 ** 32 - 1);
  const grownGroups = Math.ceil(grownBlocks / blocksPerGroup);
  const reserved = Math.ceil(grownGroups / descriptorsPerBlock) - descriptorBlocks;
  return {
    blocks,
    groupCount,
    inodesPerGroup,
    inodeTableBlocks: inodesPerGroup / inodesPerBlock,
    descriptorBlocks,
    reservedDescriptorBlocks: Math.min(Math.max(reserved, 1), addressesPerBlock),
    groups: [],
    fixed: [],
  };
}

function place(sizes: Geometry): Geometry {
  const groups: GroupPlacement[] = [];
  const fixed: BlockRange[] = [];
  for (let group = 0; group < sizes.groupCount; group++) {
    if (hasSuperblock(group)) {
      fixed.push({ start: groupStart(group), end: groupStart(group) + superblockRegionBlocks(sizes, group) });
    }
  }
  for (let first = 0; first < sizes.groupCount; first += groupsPerFlex) {
    const members = Math.min(groupsPerFlex, sizes.groupCount - first);
    let cursor = groupStart(first);
    const take = (blocks: number): number => {
      const start = skipSuperblocks(sizes, cursor, blocks);
      cursor = start + blocks;
      fixed.push({ start, end: cursor });
      return start;
    };
    const blockBitmaps = Array.from({ length: members }, () => take(1));
    const inodeBitmaps = Array.from({ length: members }, () => take(1));
    for (let member = 0; member < members; member++) {
      groups.push({
        blockBitmap: blockBitmaps[member] as number,
        inodeBitmap: inodeBitmaps[member] as number,
        inodeTable: take(sizes.inodeTableBlocks),
      });
    }
  }
  return { ...sizes, groups, fixed: merged(fixed) };
}

/** The first place from `cursor` on where `blocks` blocks in a row touch no copy of the superblock. */
function skipSuperblocks(sizes: Geometry, cursor: number, blocks: number): number {
  let start = cursor;
  for (let group = Math.floor(start / blocksPerGroup); groupStart(group) < start + blocks; group++) {
    const end = groupStart(group) + superblockRegionBlocks(sizes, group);
    start = Math.max(start, end);
  }
  return start;
}

function merged(ranges: readonly BlockRange[]): BlockRange[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last !== undefined && last.end === start) {
      last.end = end;
    } else {
      result.push({ start, end });
    }
  }
  return result;
}

function isPowerOf(value: number, base: number): boolean {
  let power = base;
  while (power < value) {
    power *= base;
  }
  return power === value;
}
