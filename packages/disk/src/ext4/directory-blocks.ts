import { crc32c } from '../crc32c.ts';
import { entryTypes } from '../inode-fields.ts';
import type { DirectoryEntry, NumberedDirectory } from './inode-numbering.ts';
import { blockSize } from './on-disk.ts';

/** The checksum entry at the end of every block: inode 0, length 12, type 0xDE (ext4_dir_entry_tail). */
const tailBytes = 12;
const tailType = 0xde;
const usableBytes = blockSize - tailBytes;
const entryHeaderBytes = 8;

/** Where each block of a directory begins in its list of entries, `.` and `..` included. */
export type DirectoryPacking = readonly number[];

/** Fills blocks one after the other: a linear directory, which dir_index permits and mke2fs writes too. */
export function packDirectory(directory: NumberedDirectory, minimalBlocks: number): DirectoryPacking {
  const starts = [0];
  let used = 2 * entryBytes(2);
  directory.entries.forEach(({ name }, index) => {
    const needed = entryBytes(name.length);
    if (used + needed > usableBytes) {
      starts.push(index + 2);
      used = 0;
    }
    used += needed;
  });
  while (starts.length < minimalBlocks) {
    starts.push(directory.entries.length + 2);
  }
  return starts;
}

/** All blocks of a directory in a row. `seed` is the checksum seed of its inode. */
export function writeDirectory(directory: NumberedDirectory, packing: DirectoryPacking, seed: number): Buffer {
  const bytes = Buffer.alloc(packing.length * blockSize);
  const all: DirectoryEntry[] = [
    { name: Buffer.from('.'), number: directory.number, type: entryTypes.directory },
    { name: Buffer.from('..'), number: directory.parent, type: entryTypes.directory },
    ...directory.entries,
  ];
  packing.forEach((start, index) => {
    const block = bytes.subarray(index * blockSize, (index + 1) * blockSize);
    writeEntries(block, all.slice(start, packing[index + 1] ?? all.length));
    writeTail(block, seed);
  });
  return bytes;
}

/** The last entry takes the rest of the block; a block without entries is one free entry. */
function writeEntries(block: Buffer, entries: readonly DirectoryEntry[]): void {
  let at = 0;
  entries.forEach(({ number, name, type }, index) => {
    const length = index === entries.length - 1 ? usableBytes - at : entryBytes(name.length);
    block.writeUInt32LE(number, at);
    block.writeUInt16LE(length, at + 4);
    block.writeUInt8(name.length, at + 6);
    block.writeUInt8(type, at + 7);
    block.set(name, at + entryHeaderBytes);
    at += length;
  });
  if (entries.length === 0) {
    block.writeUInt16LE(usableBytes, 4);
  }
}

function writeTail(block: Buffer, seed: number): void {
  block.writeUInt16LE(tailBytes, usableBytes + 4);
  block.writeUInt8(tailType, usableBytes + 7);
  block.writeUInt32LE(crc32c(block.subarray(0, usableBytes), seed), usableBytes + 8);
}

function entryBytes(nameLength: number): number {
  return (entryHeaderBytes + nameLength + 3) & ~3;
}
