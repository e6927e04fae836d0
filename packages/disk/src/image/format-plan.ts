import type { ByteRange } from './extent-map.ts';

/** The disk as formats see it before its bytes are read. */
export interface DiskExtents {
  readonly sizeBytes: number;
  /** Ascending, apart from each other; everything between them is zeros. */
  readonly ranges: readonly ByteRange[];
}

/** Bytes that a format adds to those of the disk. */
export interface Structure {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A file that holds a disk: all of it is known, but for the disk's own bytes, before the first of them is read. */
export interface FormatPlan {
  readonly sizeBytes: number;
  /** By ascending offset, apart from each other and from the bytes of the disk. */
  readonly structures: readonly Structure[];
  /** Disk bytes between two multiples of this lie together in the file. */
  readonly blockBytes: number;
  /** Where block `index` begins in the file: ascending with the index, and asked only for blocks that hold data. */
  readonly offsetOf: (index: number) => number;
}

/** The blocks that hold data, ascending. */
export function usedBlocks({ ranges }: DiskExtents, blockBytes: number): number[] {
  const blocks: number[] = [];
  for (const { offset, sizeBytes } of ranges) {
    const first = Math.max(Math.floor(offset / blockBytes), (blocks.at(-1) ?? -1) + 1);
    const last = Math.floor((offset + sizeBytes - 1) / blockBytes);
    for (let block = first; block <= last; block++) {
      blocks.push(block);
    }
  }
  return blocks;
}

/** Gives the used blocks places one after another: the function for `offsetOf`. */
export function consecutivePlaces(blocks: readonly number[], first: number, strideBytes: number) {
  const ordinals = new Map(blocks.map((block, ordinal) => [block, ordinal]));
  return (block: number): number => first + (ordinals.get(block) as number) * strideBytes;
}

export function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
