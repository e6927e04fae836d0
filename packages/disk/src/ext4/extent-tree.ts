import { crc32c } from '../crc32c.ts';
import { blockSize, type Extent, highPart, lowPart } from './on-disk.ts';

const extentMagic = 0xf30a;
const headerBytes = 12;
const entryBytes = 12;
/** i_block of an inode holds a header and four entries. */
const rootBytes = 60;
const rootEntries = 4;
/** A block ends with the checksum (ext4_extent_tail). */
const blockEntries = Math.floor((blockSize - headerBytes - 4) / entryBytes);

/** Blocks that the tree of that many extents needs outside of the inode. */
export function extentTreeBlocks(extentCount: number): number {
  let blocks = 0;
  for (let entries = extentCount; entries > rootEntries; ) {
    entries = Math.ceil(entries / blockEntries);
    blocks += entries;
  }
  return blocks;
}

export interface ExtentTree {
  /** i_block */
  readonly root: Buffer;
  readonly blocks: readonly { readonly block: number; readonly bytes: Buffer }[];
}

/** The tree over `extents`, ascending; `places` are `extentTreeBlocks` block numbers, `seed` that of the inode. */
export function writeExtentTree(extents: readonly Extent[], places: readonly number[], seed: number): ExtentTree {
  const blocks: { block: number; bytes: Buffer }[] = [];
  let depth = 0;
  let entries = extents.map(leafEntry);
  let firsts = extents.map((extent) => extent.logical);
  while (entries.length > rootEntries) {
    const parents: Buffer[] = [];
    const parentFirsts: number[] = [];
    for (let at = 0; at < entries.length; at += blockEntries) {
      const block = places[blocks.length] as number;
      blocks.push({ block, bytes: writeNode(entries.slice(at, at + blockEntries), depth, seed) });
      parents.push(indexEntry(firsts[at] as number, block));
      parentFirsts.push(firsts[at] as number);
    }
    entries = parents;
    firsts = parentFirsts;
    depth++;
  }
  const root = Buffer.alloc(rootBytes);
  writeHeader(root, entries, rootEntries, depth);
  return { root, blocks };
}

function writeNode(entries: readonly Buffer[], depth: number, seed: number): Buffer {
  const bytes = Buffer.alloc(blockSize);
  const end = writeHeader(bytes, entries, blockEntries, depth);
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, end), seed), end);
  return bytes;
}

/** Header and entries; gives the offset behind the last possible entry. */
function writeHeader(bytes: Buffer, entries: readonly Buffer[], capacity: number, depth: number): number {
  bytes.writeUInt16LE(extentMagic, 0);
  bytes.writeUInt16LE(entries.length, 2);
  bytes.writeUInt16LE(capacity, 4);
  bytes.writeUInt16LE(depth, 6);
  entries.forEach((entry, index) => {
    bytes.set(entry, headerBytes + index * entryBytes);
  });
  return headerBytes + capacity * entryBytes;
}

function leafEntry({ logical, physical, blocks }: Extent): Buffer {
  const entry = Buffer.alloc(entryBytes);
  entry.writeUInt32LE(logical, 0);
  entry.writeUInt16LE(blocks, 4);
  entry.writeUInt16LE(highPart(physical), 6);
  entry.writeUInt32LE(lowPart(physical), 8);
  return entry;
}

function indexEntry(logical: number, block: number): Buffer {
  const entry = Buffer.alloc(entryBytes);
  entry.writeUInt32LE(logical, 0);
  entry.writeUInt32LE(lowPart(block), 4);
  entry.writeUInt16LE(highPart(block), 8);
  return entry;
}
