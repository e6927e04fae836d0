import { ByteWriter } from '@slipway/core';
import { crc32c } from '../crc32c.ts';
import type { CompressionSettings } from './erofs-options.ts';
import { longestClusterBytes } from './file-clusters.ts';
import { algorithms, blockSize, compatible, incompatible, superblockBytes, superblockOffset } from './on-disk.ts';
import type { ErofsPlan } from './plan-erofs.ts';

const magic = 0xe0f5e1e2;
const checksumOffset = 4;
/** LZ4_DISTANCE_MAX: how far back a match of LZ4 may reach. */
const lz4Distance = 0xffff;
/** ZSTD_WINDOWLOG_ABSOLUTEMIN */
const leastWindowLog = 10;

/** Bytes from the start of the superblock to the end of the settings of its compression. */
export function superblockLength(compression: CompressionSettings | undefined): number {
  return superblockBytes + compressionConfig(compression).length;
}

/**
 * The superblock (struct erofs_super_block) in `firstBlock`, whose other bytes are complete: the checksum covers the
 * block from the superblock on. `blocks` is the size of the file system.
 */
export function writeSuperblock(firstBlock: Buffer, plan: ErofsPlan, blocks: number): void {
  const bytes = Buffer.concat([formatSuperblock(plan, blocks), compressionConfig(plan.settings.compression)]);
  firstBlock.set(bytes, superblockOffset);
  const checksum = crc32c(firstBlock.subarray(superblockOffset, blockSize));
  firstBlock.writeUInt32LE(checksum, superblockOffset + checksumOffset);
}

function formatSuperblock(plan: ErofsPlan, blocks: number): Buffer {
  const { settings, demand, nids, attributeBlock } = plan;
  const { compression, createdAt, uuid, label } = settings;
  return new ByteWriter(superblockBytes)
    .u32le(magic)
    .u32le(0) // the checksum counts itself as zero
    .u32le(compatible.superblockChecksum | compatible.mtime)
    .u8(Math.log2(blockSize))
    .u8(0) // no slots beyond the 128 bytes
    .u16le(nids[0] as number)
    .u64le(demand.nodes.length)
    .u64le(createdAt)
    .u32le(0)
    .u32le(blocks)
    .u32le(0) // nids count from block 0
    .u32le(attributeBlock)
    .bytes(uuid)
    .bytes(label)
    .zeros(16 - label.length)
    .u32le(compression === undefined ? 0 : incompatible.zeroPadding | incompatible.bigClusters)
    .u16le(compression === undefined ? 0 : 1 << algorithms[compression.algorithm])
    .align(superblockBytes)
    .finish();
}

/** A length and what the decompressor must prepare for (struct z_erofs_lz4_cfgs, z_erofs_zstd_cfgs). */
function compressionConfig(compression: CompressionSettings | undefined): Buffer {
  if (compression === undefined) {
    return Buffer.alloc(0);
  }
  const longest = longestClusterBytes(compression.clusterBytes);
  if (compression.algorithm === 'lz4') {
    return new ByteWriter(16)
      .u16le(14)
      .u16le(lz4Distance)
      .u16le(longest / blockSize)
      .zeros(10)
      .finish();
  }
  return new ByteWriter(8)
    .u16le(6)
    .u8(0)
    .u8(Math.ceil(Math.log2(longest)) - leastWindowLog)
    .zeros(4)
    .finish();
}
