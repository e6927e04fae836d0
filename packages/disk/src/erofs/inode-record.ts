import type { DeviceInode } from '@slipway/tree';
import { modeTypes } from '../inode-fields.ts';
import { clusterIndexOffset, type InodeDemand } from './erofs-demand.ts';
import type { CompressionSettings } from './erofs-options.ts';
import {
  adviseBigClusters,
  algorithms,
  clusterIndexBytes,
  clusterTypes,
  compactInodeBytes,
  dataLayouts,
  extendedInodeBytes,
  physicalBlocksFlag,
} from './on-disk.ts';

/** The fields of an inode that depend on the place of its content. */
export interface InodeContent {
  readonly layout: keyof typeof dataLayouts;
  /** The first block of plain content, the number of physical blocks of compressed content, or a device number. */
  readonly value: number;
}

/** Writes the inode (struct erofs_inode_compact or _extended) and its attributes to the start of `record`. */
export function writeInode(record: Buffer, demand: InodeDemand, { layout, value }: InodeContent): void {
  const { inode, extended, sizeBytes, attributes, index, links } = demand;
  record.writeUInt16LE((extended ? 1 : 0) | (dataLayouts[layout] << 1), 0);
  record.writeUInt16LE(attributes.length === 0 ? 0 : (attributes.length - 12) / 4 + 1, 2);
  record.writeUInt16LE(modeTypes[inode.type] | inode.mode, 4);
  record.writeUInt32LE(value, 16);
  record.writeUInt32LE(index + 1, 20);
  if (extended) {
    record.writeBigUInt64LE(BigInt(sizeBytes), 8);
    record.writeUInt32LE(inode.uid, 24);
    record.writeUInt32LE(inode.gid, 28);
    record.writeBigInt64LE(BigInt(inode.mtime), 32);
    record.writeUInt32LE(links, 44);
  } else {
    record.writeUInt16LE(links, 6);
    record.writeUInt32LE(sizeBytes, 8);
    record.writeUInt16LE(inode.uid, 24);
    record.writeUInt16LE(inode.gid, 26);
  }
  record.set(attributes, bodyOffset(demand));
}

/** Where attributes begin in the record. */
function bodyOffset({ extended }: InodeDemand): number {
  return extended ? extendedInodeBytes : compactInodeBytes;
}

/** Where an inline tail begins in the record. */
export function tailOffset(demand: InodeDemand): number {
  return bodyOffset(demand) + demand.attributes.length;
}

/** new_encode_dev (include/linux/kdev_t.h) */
export function deviceNumber({ major, minor }: DeviceInode): number {
  return ((minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12)) >>> 0;
}

/** Content that is stored together: compressed in fewer blocks than it has, or as it is. */
export interface Cluster {
  readonly logicalBlocks: number;
  readonly physicalBlocks: number;
}

/**
 * Writes the header and the full index (struct z_erofs_map_header, z_erofs_lcluster_index) behind the inode. The clusters
 * lie in a row from block `start` on.
 */
export function writeClusterIndex(
  record: Buffer,
  demand: InodeDemand,
  content: { readonly clusters: readonly Cluster[]; readonly start: number; readonly compression: CompressionSettings },
): void {
  let at = clusterIndexOffset(tailOffset(demand));
  const header = at - 2 * clusterIndexBytes;
  record.writeUInt16LE(adviseBigClusters, header + 4);
  record.writeUInt8(algorithms[content.compression.algorithm], header + 6);
  let block = content.start;
  for (const cluster of content.clusters) {
    const entries = record.subarray(at, at + cluster.logicalBlocks * clusterIndexBytes);
    (isCompressed(cluster) ? writeCompressed : writeStored)(entries, cluster, block);
    at += entries.length;
    block += cluster.physicalBlocks;
  }
}

export function isCompressed({ logicalBlocks, physicalBlocks }: Cluster): boolean {
  return physicalBlocks < logicalBlocks;
}

/** Content as it is: every block for itself, as kernels expect it. */
function writeStored(entries: Buffer, { logicalBlocks }: Cluster, block: number): void {
  for (let index = 0; index < logicalBlocks; index++) {
    entries.writeUInt16LE(clusterTypes.plain, index * clusterIndexBytes);
    entries.writeUInt32LE(block + index, index * clusterIndexBytes + 4);
  }
}

/** The first entry says where, the second how many blocks, the others how far away their neighbours are. */
function writeCompressed(entries: Buffer, { logicalBlocks, physicalBlocks }: Cluster, block: number): void {
  entries.writeUInt16LE(clusterTypes.head, 0);
  entries.writeUInt32LE(block, 4);
  for (let index = 1; index < logicalBlocks; index++) {
    const at = index * clusterIndexBytes;
    entries.writeUInt16LE(clusterTypes.nonHead, at);
    entries.writeUInt16LE(index === 1 ? physicalBlocks | physicalBlocksFlag : index, at + 4);
    entries.writeUInt16LE(logicalBlocks - index, at + 6);
  }
}
