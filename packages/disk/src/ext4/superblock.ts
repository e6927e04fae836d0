import { crc32c } from '../crc32c.ts';
import { journalRecord } from './inode-table.ts';
import {
  blockSize,
  blocksPerGroup,
  compatible,
  descriptorSize,
  extraInodeSize,
  highPart,
  incompatible,
  inodeNumbers,
  inodeSize,
  logGroupsPerFlex,
  lowPart,
  readOnlyCompatible,
} from './on-disk.ts';
import type { Ext4Plan } from './plan-ext4.ts';

const superblockBytes = 1024;
/** In block 0, behind the place for a boot loader; copies begin their block. */
export const primarySuperblockOffset = 1024;

const magic = 0xef53;
const checksumOffset = superblockBytes - 4;
/** EXT2_DEFM_XATTR_USER | EXT2_DEFM_ACL */
const defaultMountOptions = 0xc;
const hashHalfMd4 = 1;
/** EXT2_FLAGS_SIGNED_HASH: names hash as on machines where `char` is signed, whatever the machine. */
const signedHashFlag = 1;
const checksumCrc32c = 1;

/** The superblock as it is in `group` (struct ext4_super_block). */
export function writeSuperblock(plan: Ext4Plan, group: number, seed: number): Buffer {
  const bytes = Buffer.alloc(superblockBytes);
  writeCounts(bytes, plan);
  writeFormat(bytes, plan, group);
  writeTimes(bytes, plan.settings.createdAt);
  bytes.set(plan.settings.uuid, 104);
  bytes.set(plan.settings.label, 120);
  bytes.set(plan.settings.hashSeed, 236);
  writeJournalFields(bytes, plan, seed);
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, checksumOffset)), checksumOffset);
  return bytes;
}

function writeCounts(bytes: Buffer, { geometry, settings, used, lastInode, journal }: Ext4Plan): void {
  const inodes = geometry.groupCount * geometry.inodesPerGroup;
  const reserved = Math.floor(geometry.blocks * settings.reservedShare);
  bytes.writeUInt32LE(inodes, 0);
  for (const [value, lowAt, highAt] of [
    [geometry.blocks, 4, 336],
    [reserved, 8, 340],
    [used.free, 12, 344],
  ] as const) {
    bytes.writeUInt32LE(lowPart(value), lowAt);
    bytes.writeUInt32LE(highPart(value), highAt);
  }
  bytes.writeUInt32LE(inodes - lastInode, 16);
  bytes.writeUInt32LE(geometry.inodesPerGroup, 40);
  bytes.writeUInt16LE(geometry.reservedDescriptorBlocks, 206);
  const fixed = geometry.fixed.reduce((sum, { start, end }) => sum + end - start, 0);
  const inJournal = journal?.extents.reduce((sum, { blocks }) => sum + blocks, 0) ?? 0;
  bytes.writeUInt32LE(fixed + inJournal, 584);
}

function writeFormat(bytes: Buffer, { journal }: Ext4Plan, group: number): void {
  const logBlockSize = Math.log2(blockSize / 1024);
  bytes.writeUInt32LE(logBlockSize, 24);
  bytes.writeUInt32LE(logBlockSize, 28);
  bytes.writeUInt32LE(blocksPerGroup, 32);
  bytes.writeUInt32LE(blocksPerGroup, 36);
  bytes.writeInt16LE(-1, 54);
  bytes.writeUInt16LE(magic, 56);
  bytes.writeUInt16LE(1, 58);
  bytes.writeUInt16LE(1, 60);
  bytes.writeUInt32LE(1, 76);
  bytes.writeUInt32LE(inodeNumbers.first, 84);
  bytes.writeUInt16LE(inodeSize, 88);
  bytes.writeUInt16LE(group, 90);
  bytes.writeUInt32LE(sum(compatible) - (journal === undefined ? compatible.hasJournal : 0), 92);
  bytes.writeUInt32LE(sum(incompatible), 96);
  bytes.writeUInt32LE(sum(readOnlyCompatible), 100);
  bytes.writeUInt8(hashHalfMd4, 252);
  bytes.writeUInt16LE(descriptorSize, 254);
  bytes.writeUInt32LE(defaultMountOptions, 256);
  bytes.writeUInt16LE(extraInodeSize, 348);
  bytes.writeUInt16LE(extraInodeSize, 350);
  bytes.writeUInt32LE(signedHashFlag, 352);
  bytes.writeUInt8(logGroupsPerFlex, 372);
  bytes.writeUInt8(checksumCrc32c, 373);
}

/** Written, checked and made at the time of creation; bits 32 to 39 have their own bytes. */
function writeTimes(bytes: Buffer, time: number): void {
  for (const [lowAt, highAt] of [
    [48, 628],
    [64, 631],
    [264, 630],
  ] as const) {
    bytes.writeUInt32LE(lowPart(time), lowAt);
    bytes.writeUInt8(highPart(time), highAt);
  }
}

/** A copy of the journal's i_block and size lets e2fsck find the journal when inode 8 is lost. */
function writeJournalFields(bytes: Buffer, { journal, settings }: Ext4Plan, seed: number): void {
  if (journal === undefined) {
    return;
  }
  const record = journalRecord(journal, settings.createdAt, seed);
  bytes.writeUInt32LE(inodeNumbers.journal, 224);
  bytes.writeUInt8(1, 253);
  bytes.set(record.block, 268);
  bytes.writeUInt32LE(highPart(record.sizeBytes), 328);
  bytes.writeUInt32LE(lowPart(record.sizeBytes), 332);
}

function sum(flags: Readonly<Record<string, number>>): number {
  return Object.values(flags).reduce((all, flag) => all | flag, 0);
}
