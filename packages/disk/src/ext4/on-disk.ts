/**
 * Constants of the ext4 on-disk format: Linux Documentation/filesystems/ext4, and fs/ext4/ext4.h for the names.
 * The feature set is that of mke2fs 1.47.0 (Debian 12): newer features break the GRUB and kernels of long-lived releases.
 */
export const blockSize = 4096;
export const inodeSize = 256;
/** The good old inode ends at 128; the fields of `extraInodeSize` bytes follow, then the in-inode attributes. */
export const extraInodeSize = 32;
export const inlineAttributesOffset = 128 + extraInodeSize;
export const inodesPerBlock = blockSize / inodeSize;
/** One block of bitmap describes one group. */
export const blocksPerGroup = 8 * blockSize;
export const maxInodesPerGroup = 8 * blockSize;
export const descriptorSize = 64;
export const descriptorsPerBlock = blockSize / descriptorSize;
/** Block numbers in one indirect block; also the most reserved descriptor blocks that inode 7 can map. */
export const addressesPerBlock = blockSize / 4;
/** log2 of the groups whose bitmaps and inode tables lie together. */
export const logGroupsPerFlex = 4;
export const groupsPerFlex = 1 << logGroupsPerFlex;

export const inodeNumbers = { root: 2, resize: 7, journal: 8, first: 11 } as const;

export const compatible = { hasJournal: 0x4, extAttr: 0x8, resizeInode: 0x10, dirIndex: 0x20 } as const;
export const incompatible = { filetype: 0x2, extents: 0x40, is64Bit: 0x80, flexBg: 0x200 } as const;
export const readOnlyCompatible = {
  sparseSuper: 0x1,
  largeFile: 0x2,
  hugeFile: 0x8,
  dirNlink: 0x20,
  extraIsize: 0x40,
  metadataCsum: 0x400,
} as const;

export const groupFlags = { inodeUninit: 0x1, blockUninit: 0x2, itableZeroed: 0x4 } as const;
export const extentsFlag = 0x80000;

/** EXT4_LINK_MAX; a directory with more subdirectories says 1 instead (dir_nlink). */
export const maxLinks = 65_000;
/** Logical block numbers of a file are 32 bits wide. */
export const maxFileBlocks = 2 ** 32 - 1;
/** ee_len of an initialised extent. */
export const maxExtentBlocks = 32_768;

/** A run of blocks of a file: `blocks` from block `logical` of the file lie at block `physical` of the file system. */
export interface Extent {
  readonly logical: number;
  readonly physical: number;
  readonly blocks: number;
}

/** Blocks `start` (included) to `end` (excluded). */
export interface BlockRange {
  readonly start: number;
  readonly end: number;
}

export function blocksOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / blockSize);
}

/** Fields of more than 32 bits are stored as a low and a high part; numbers here are exact up to 2^53. */
export function highPart(value: number): number {
  return Math.floor(value / 2 ** 32);
}

export function lowPart(value: number): number {
  return value % 2 ** 32;
}
