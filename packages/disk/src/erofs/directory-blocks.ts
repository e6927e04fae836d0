import type { DirectoryNode } from './numbered-tree.ts';
import { blockSize, directoryEntryBytes } from './on-disk.ts';

/** Where the entries of each block of a directory begin. */
export interface DirectoryPacking {
  readonly starts: readonly number[];
  /** All blocks whole but the last. */
  readonly sizeBytes: number;
}

/** Fills blocks one after the other: in each, fixed-size entries come first and their names after them. */
export function packDirectory({ entries }: DirectoryNode): DirectoryPacking {
  const starts = [0];
  let used = 0;
  entries.forEach(({ name }, index) => {
    const needed = directoryEntryBytes + name.length;
    if (used + needed > blockSize) {
      starts.push(index);
      used = 0;
    }
    used += needed;
  });
  return { starts, sizeBytes: (starts.length - 1) * blockSize + used };
}

/** The bytes of all blocks in a row, `sizeBytes` long. `nids` are the places of inodes by node number. */
export function writeDirectory(
  { entries }: DirectoryNode,
  { starts, sizeBytes }: DirectoryPacking,
  nids: readonly number[],
): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  starts.forEach((start, index) => {
    const inBlock = entries.slice(start, starts[index + 1] ?? entries.length);
    const block = bytes.subarray(index * blockSize, (index + 1) * blockSize);
    let nameOffset = inBlock.length * directoryEntryBytes;
    inBlock.forEach(({ name, node, type }, position) => {
      const at = position * directoryEntryBytes;
      block.writeBigUInt64LE(BigInt(nids[node.index] as number), at);
      block.writeUInt16LE(nameOffset, at + 8);
      block.writeUInt8(type, at + 10);
      block.set(name, nameOffset);
      nameOffset += name.length;
    });
  });
  return bytes;
}
