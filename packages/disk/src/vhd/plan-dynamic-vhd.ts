import { ByteWriter, SlipwayError } from '@slipway/core';
import {
  alignUp,
  consecutivePlaces,
  type DiskExtents,
  type FormatPlan,
  type Structure,
  usedBlocks,
} from '../image/format-plan.ts';
import { checkVhdSize, dynamicVhdFooter, type VhdIdentity, vhdChecksum, vhdFooterBytes } from './vhd-footer.ts';

const sectorBytes = 512;
/** The size that the specification calls default, and the only one that all readers know. */
const blockBytes = 2 << 20;
/** One bit for each sector of a block. */
const bitmapBytes = blockBytes / sectorBytes / 8;
/** The bitmap ends the 4 KiB before its block, so that blocks lie as file systems and disks count. */
const dataAlignment = 4096;
const headerOffset = vhdFooterBytes;
const headerBytes = 1024;
const tableOffset = headerOffset + headerBytes;
/** Hyper-V's limit: table entries are sectors in 32 bits. */
const largestBytes = 2040 * 1024 ** 3;

/** Throws `DISK_VHD_SIZE` or `DISK_FORMAT_SIZE` unless the disk can be a dynamic VHD that Azure's tools take. */
export function checkDynamicVhdSize(sizeBytes: number): void {
  checkVhdSize(sizeBytes);
  if (sizeBytes > largestBytes) {
    throw new SlipwayError('DISK_FORMAT_SIZE', `Cannot write a disk of ${sizeBytes} bytes as dynamic VHD`, {
      hint: 'make it 2040 GiB at most, or write it as VHDX',
    });
  }
}

/**
 * A dynamic VHD: a copy of the footer, the dynamic header, the block allocation table, each used block behind its
 * sector bitmap, the footer (Microsoft "Virtual Hard Disk Image Format Specification" 1.0, "Dynamic Disk Header
 * Format"). Throws `DISK_VHD_SIZE` and `DISK_FORMAT_SIZE`.
 */
export function planDynamicVhd(disk: DiskExtents, identity: VhdIdentity): FormatPlan {
  checkDynamicVhdSize(disk.sizeBytes);
  const blocks = usedBlocks(disk, blockBytes);
  const entries = Math.ceil(disk.sizeBytes / blockBytes);
  const tableEnd = tableOffset + alignUp(entries * 4, sectorBytes);
  const first = alignUp(tableEnd + bitmapBytes, dataAlignment);
  const stride = blockBytes + dataAlignment;
  const offsetOf = consecutivePlaces(blocks, first, stride);
  const footer = dynamicVhdFooter(disk.sizeBytes, identity, headerOffset);
  const footerOffset = blocks.length === 0 ? tableEnd : first + (blocks.length - 1) * stride + blockBytes;
  const table = writeTable(entries, blocks, offsetOf);
  return {
    sizeBytes: footerOffset + vhdFooterBytes,
    structures: [
      { offset: 0, bytes: Buffer.concat([footer, writeDynamicHeader(entries), table]) },
      ...bitmaps(blocks, offsetOf),
      { offset: footerOffset, bytes: footer },
    ],
    blockBytes,
    offsetOf,
  };
}

function writeDynamicHeader(entries: number): Buffer {
  const header = new ByteWriter(headerBytes)
    .text('cxsparse')
    .u64be(0xffffffffffffffffn) // no next structure
    .u64be(tableOffset)
    .u32be(0x00010000)
    .u32be(entries)
    .u32be(blockBytes)
    .align(headerBytes) // the checksum, and a parent, which only differencing disks have
    .finish();
  header.writeUInt32BE(vhdChecksum(header), 36);
  return header;
}

/** Sector numbers of the bitmaps. */
function writeTable(entries: number, blocks: readonly number[], offsetOf: (block: number) => number): Buffer {
  const table = Buffer.alloc(alignUp(entries * 4, sectorBytes));
  table.fill(0xff, 0, entries * 4); // no block
  for (const block of blocks) {
    table.writeUInt32BE((offsetOf(block) - bitmapBytes) / sectorBytes, block * 4);
  }
  return table;
}

/** Every sector of a block that is there counts as written. */
function bitmaps(blocks: readonly number[], offsetOf: (block: number) => number): Structure[] {
  const bytes = Buffer.alloc(bitmapBytes, 0xff);
  return blocks.map((block) => ({ offset: offsetOf(block) - bitmapBytes, bytes }));
}
