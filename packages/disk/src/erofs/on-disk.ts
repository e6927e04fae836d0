/**
 * Constants of the EROFS on-disk format: Linux Documentation/filesystems/erofs.rst, and fs/erofs/erofs_fs.h for the
 * names. All numbers are little-endian.
 */
export const blockSize = 4096;
/** EROFS_SUPER_OFFSET: in block 0, behind the place for a boot loader. */
export const superblockOffset = 1024;
export const superblockBytes = 128;
/** A nid is the distance of an inode from the start of the metadata in units of this. */
export const slotBytes = 32;
export const compactInodeBytes = 32;
export const extendedInodeBytes = 64;
export const directoryEntryBytes = 12;
/** struct erofs_xattr_ibody_header, before the inline attributes of an inode. */
export const attributeHeaderBytes = 12;
/** struct z_erofs_map_header, and the 8 bytes that old versions of it left before a full index. */
export const clusterHeaderBytes = 16;
/** struct z_erofs_lcluster_index */
export const clusterIndexBytes = 8;
/** Block numbers have 32 bits without the 48-bit layout of Linux 6.15. */
export const maxBlocks = 2 ** 32 - 1;

/** enum in i_format */
export const dataLayouts = { plain: 0, clusters: 1, inline: 2 } as const;

export const compatible = { superblockChecksum: 0x1, mtime: 0x2 } as const;
export const incompatible = { zeroPadding: 0x1, bigClusters: 0x2 } as const;

/** Z_EROFS_COMPRESSION_*: in the cluster header, and as a bit in the superblock. */
export const algorithms = { lz4: 0, zstd: 3 } as const;

/** Z_EROFS_ADVISE_BIG_PCLUSTER_1 */
export const adviseBigClusters = 0x2;
/** Z_EROFS_LCLUSTER_TYPE_* */
export const clusterTypes = { plain: 0, head: 1, nonHead: 2 } as const;
/** Z_EROFS_LI_D0_CBLKCNT: the first distance is a number of physical blocks. */
export const physicalBlocksFlag = 0x800;

export function blocksOf(sizeBytes: number): number {
  return Math.ceil(sizeBytes / blockSize);
}

export function alignUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
