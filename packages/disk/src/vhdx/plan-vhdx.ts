import { SlipwayError } from '@slipway/core';
import { alignUp, consecutivePlaces, type DiskExtents, type FormatPlan, usedBlocks } from '../image/format-plan.ts';
import { blockTableOffset, logicalSectorBytes, type VhdxIdentity, writeVhdxHead } from './vhdx-structures.ts';

export type { VhdxIdentity } from './vhdx-structures.ts';

const mib = 1 << 20;
const largestBytes = 64 * 1024 ** 4;
/** Blocks of 1 MiB waste the least for Linux (Microsoft, "Best practices for running Linux on Hyper-V"). */
const smallBlockBytes = mib;
/** Beyond a TiB, larger blocks keep the table, which machines hold in memory, below 16 MiB. */
const largeBlockBytes = 32 * mib;
const largeDiskBytes = 1024 ** 4;
/** [MS-VHDX] 2.5.1.1: states of a payload block. The data of a zero block is defined, that of an absent one is not. */
const stateZero = 2n;
const stateFullyPresent = 6n;

/** Throws `DISK_FORMAT_SIZE` unless VHDX can hold a disk of the size. */
export function checkVhdxSize(sizeBytes: number): void {
  if (sizeBytes % logicalSectorBytes !== 0 || sizeBytes <= 0 || sizeBytes > largestBytes) {
    throw new SlipwayError('DISK_FORMAT_SIZE', `Cannot write a disk of ${sizeBytes} bytes as VHDX`, {
      hint: 'make it a whole number of sectors of 512 bytes, 64 TiB at most',
    });
  }
}

/** A dynamic VHDX with an empty log ([MS-VHDX] 7.0). Throws `DISK_FORMAT_SIZE`. */
export function planVhdx(disk: DiskExtents, identity: VhdxIdentity): FormatPlan {
  checkVhdxSize(disk.sizeBytes);
  const blockBytes = disk.sizeBytes > largeDiskBytes ? largeBlockBytes : smallBlockBytes;
  const blocks = usedBlocks(disk, blockBytes);
  const count = Math.ceil(disk.sizeBytes / blockBytes);
  const chunkRatio = (2 ** 23 * logicalSectorBytes) / blockBytes;
  const entries = count + Math.floor((count - 1) / chunkRatio);
  const blockTableBytes = alignUp(entries * 8, mib);
  const first = blockTableOffset + blockTableBytes;
  const offsetOf = consecutivePlaces(blocks, first, blockBytes);
  const table = Buffer.alloc(entries * 8);
  for (let block = 0; block < count; block++) {
    table.writeBigUInt64LE(stateZero, tableIndex(block, chunkRatio) * 8);
  }
  for (const block of blocks) {
    table.writeBigUInt64LE(BigInt(offsetOf(block)) | stateFullyPresent, tableIndex(block, chunkRatio) * 8);
  }
  const geometry = { diskBytes: disk.sizeBytes, blockBytes, blockTableBytes };
  return {
    sizeBytes: first + blocks.length * blockBytes,
    structures: [...writeVhdxHead(geometry, identity), { offset: blockTableOffset, bytes: table }],
    blockBytes,
    offsetOf,
  };
}

/** Every `chunkRatio` blocks are followed by the entry of a sector bitmap, which only differencing disks have. */
function tableIndex(block: number, chunkRatio: number): number {
  return block + Math.floor(block / chunkRatio);
}
