import { crc32c } from '../crc32c.ts';
import { groupEnd, groupStart, superblockRegionBlocks } from './geometry.ts';
import {
  type BlockRange,
  blockSize,
  blocksPerGroup,
  descriptorSize,
  groupFlags,
  highPart,
  lowPart,
} from './on-disk.ts';
import type { Ext4Plan } from './plan-ext4.ts';

/**
 * Writes the bitmaps of every group and gives the descriptor table that names them. Groups that nothing is in are
 * marked as such and have no bitmaps on disk.
 */
export function* writeBitmaps(plan: Ext4Plan, seed: number): Generator<{ block: number; bytes: Buffer }, Buffer> {
  const { geometry } = plan;
  const table = Buffer.alloc(geometry.descriptorBlocks * blockSize);
  const directories = countDirectories(plan);
  let group = 0;
  for (const used of plan.used.byGroup()) {
    const placement = geometry.groups[group] as (typeof geometry.groups)[number];
    const blocks = blockUsage(plan, group, used, seed);
    const inodes = inodeUsage(plan, group, seed);
    if (blocks.bitmap !== undefined) {
      yield { block: placement.blockBitmap, bytes: blocks.bitmap };
    }
    if (inodes.bitmap !== undefined) {
      yield { block: placement.inodeBitmap, bytes: inodes.bitmap };
    }
    const bytes = table.subarray(group * descriptorSize, (group + 1) * descriptorSize);
    write32(bytes, placement.blockBitmap, 0, 32);
    write32(bytes, placement.inodeBitmap, 4, 36);
    write32(bytes, placement.inodeTable, 8, 40);
    write16(bytes, blocks.free, 12, 44);
    write16(bytes, inodes.free, 14, 46);
    write16(bytes, directories[group] ?? 0, 16, 48);
    bytes.writeUInt16LE(groupFlags.itableZeroed | blocks.flag | inodes.flag, 18);
    write16(bytes, blocks.checksum, 24, 56);
    write16(bytes, inodes.checksum, 26, 58);
    write16(bytes, inodes.free, 28, 50);
    bytes.writeUInt16LE(descriptorChecksum(bytes, group, seed), 30);
    group++;
  }
  return table;
}

interface Usage {
  readonly free: number;
  readonly flag: number;
  readonly checksum: number;
  readonly bitmap: Buffer | undefined;
}

function blockUsage(plan: Ext4Plan, group: number, used: readonly BlockRange[], seed: number): Usage {
  const { geometry } = plan;
  const start = groupStart(group);
  const size = groupEnd(geometry, group) - start;
  const usedCount = used.reduce((sum, range) => sum + range.end - range.start, 0);
  const isLast = group === geometry.groupCount - 1;
  const onlySuperblock = usedCount === superblockRegionBlocks(geometry, group);
  if (onlySuperblock && !isLast && group > 0) {
    return { free: size - usedCount, flag: groupFlags.blockUninit, checksum: 0, bitmap: undefined };
  }
  const bitmap = Buffer.alloc(blockSize);
  for (const range of used) {
    setBits(bitmap, range.start - start, range.end - start);
  }
  // Blocks behind the end of the file system count as used.
  setBits(bitmap, size, blocksPerGroup);
  return { free: size - usedCount, flag: 0, checksum: crc32c(bitmap, seed), bitmap };
}

/** Inodes are used from 1 on without a gap; the reserved ones are used too. */
function inodeUsage({ geometry, lastInode }: Ext4Plan, group: number, seed: number): Usage {
  const { inodesPerGroup } = geometry;
  const used = Math.min(Math.max(lastInode - group * inodesPerGroup, 0), inodesPerGroup);
  if (used === 0) {
    return { free: inodesPerGroup, flag: groupFlags.inodeUninit, checksum: 0, bitmap: undefined };
  }
  const bitmap = Buffer.alloc(blockSize);
  setBits(bitmap, 0, used);
  const checksum = crc32c(bitmap.subarray(0, inodesPerGroup / 8), seed);
  setBits(bitmap, inodesPerGroup, blockSize * 8);
  return { free: inodesPerGroup - used, flag: 0, checksum, bitmap };
}

function countDirectories({ geometry, inodes }: Ext4Plan): number[] {
  const counts = Array.from({ length: geometry.groupCount }, () => 0);
  for (const { demand } of inodes) {
    const { number, inode } = demand;
    if (inode.type === 'directory') {
      const group = Math.floor((number - 1) / geometry.inodesPerGroup);
      counts[group] = (counts[group] as number) + 1;
    }
  }
  return counts;
}

function descriptorChecksum(descriptor: Buffer, group: number, seed: number): number {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(group);
  return crc32c(descriptor, crc32c(number, seed)) & 0xffff;
}

function setBits(bitmap: Buffer, from: number, to: number): void {
  let bit = from;
  for (; bit < to && bit % 8 !== 0; bit++) {
    bitmap[bit >> 3] = (bitmap[bit >> 3] as number) | (1 << (bit & 7));
  }
  if (to - bit >= 8) {
    bitmap.fill(0xff, bit >> 3, to >> 3);
    bit = to & ~7;
  }
  for (; bit < to; bit++) {
    bitmap[bit >> 3] = (bitmap[bit >> 3] as number) | (1 << (bit & 7));
  }
}

function write32(bytes: Buffer, value: number, lowAt: number, highAt: number): void {
  bytes.writeUInt32LE(lowPart(value), lowAt);
  bytes.writeUInt32LE(highPart(value), highAt);
}

function write16(bytes: Buffer, value: number, lowAt: number, highAt: number): void {
  bytes.writeUInt16LE(value & 0xffff, lowAt);
  bytes.writeUInt16LE(value >>> 16, highAt);
}
