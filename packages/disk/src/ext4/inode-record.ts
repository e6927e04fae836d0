import { crc32c } from '../crc32c.ts';
import { blockSize, extraInodeSize, highPart, inlineAttributesOffset, inodeSize, lowPart } from './on-disk.ts';

/** The fields of struct ext4_inode that Slipway sets; all four times are the one of the tree. */
export interface InodeRecord {
  /** Type and permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly time: number;
  readonly links: number;
  readonly flags: number;
  /** Blocks of 4096 bytes of content, extent tree and attributes. */
  readonly blocks: number;
  /** i_block, at most 60 bytes. */
  readonly block: Uint8Array;
  readonly attributeBlock: number;
  readonly inlineAttributes: Uint8Array | undefined;
}

const sectorsPerBlock = blockSize / 512;
/** i_generation: NFS wants it random for inodes that are used again; these are used for the first time. */
const generation = 0;

/** The start value for checksums of an inode and of the blocks that belong to it. */
export function inodeSeed(number: number, fileSystemSeed: number): number {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(number, 0);
  bytes.writeUInt32LE(generation, 4);
  return crc32c(bytes, fileSystemSeed);
}

/** Writes the record at `offset` of an inode table that is zero there. */
export function writeInodeRecord(table: Buffer, offset: number, record: InodeRecord, seed: number): void {
  const bytes = table.subarray(offset, offset + inodeSize);
  const sectors = record.blocks * sectorsPerBlock;
  bytes.writeUInt16LE(record.mode, 0);
  bytes.writeUInt16LE(record.uid & 0xffff, 2);
  bytes.writeUInt32LE(lowPart(record.sizeBytes), 4);
  bytes.writeUInt16LE(record.gid & 0xffff, 24);
  bytes.writeUInt16LE(record.links, 26);
  bytes.writeUInt32LE(lowPart(sectors), 28);
  bytes.writeUInt32LE(record.flags, 32);
  bytes.set(record.block, 40);
  bytes.writeUInt32LE(generation, 100);
  bytes.writeUInt32LE(lowPart(record.attributeBlock), 104);
  bytes.writeUInt32LE(highPart(record.sizeBytes), 108);
  bytes.writeUInt16LE(highPart(sectors), 116);
  bytes.writeUInt16LE(highPart(record.attributeBlock), 118);
  bytes.writeUInt16LE(record.uid >>> 16, 120);
  bytes.writeUInt16LE(record.gid >>> 16, 122);
  bytes.writeUInt16LE(extraInodeSize, 128);
  writeTimes(bytes, record.time);
  bytes.set(record.inlineAttributes ?? [], inlineAttributesOffset);
  const checksum = crc32c(bytes, seed);
  bytes.writeUInt16LE(checksum & 0xffff, 124);
  bytes.writeUInt16LE(checksum >>> 16, 130);
}

/** Access, change, modification and creation: 32 signed bits each, and two more in a field of their own. */
function writeTimes(bytes: Buffer, time: number): void {
  const low = time | 0;
  const epoch = (time - low) / 2 ** 32;
  for (const [at, extraAt] of [
    [8, 140],
    [12, 132],
    [16, 136],
    [144, 148],
  ] as const) {
    bytes.writeInt32LE(low, at);
    bytes.writeUInt32LE(epoch, extraAt);
  }
}
