import { ByteWriter, SlipwayError } from '@slipway/core';
import { alignUp } from '../image/format-plan.ts';

/** QEMU's default: large enough for short tables, small enough for little copying. */
const clusterBits = 16;
export const clusterBytes = 1 << clusterBits;
const tableEntries = clusterBytes / 8;
/** One L2 table maps this much of the disk: 512 MiB. */
const l2Bytes = tableEntries * clusterBytes;
/** Refcounts of 16 bits (refcount_order 4). */
const refcountsPerCluster = clusterBytes / 2;
/** QEMU's limit for L1 tables, 32 MiB, ends at 2 PiB; offsets must stay exact as numbers in any case. */
const largestBytes = 2 ** 51;

/** Of the table entries: the cluster is used once, so that a writer need not look at its refcount. */
const copiedFlag = 1n << 63n;
const compressedFlag = 1n << 62n;
/** From this bit on, a compressed entry counts 512-byte sectors: x = 62 - (cluster_bits - 8). */
const sectorCountShift = BigInt(62 - (clusterBits - 8));

const version = 3;
const headerLength = 112;
const refcountOrder = 4;
const compressionTypeZstd = 1;
const featureNameTable = 0x6803f857;
/** Incompatible feature 3: the compression type is another than zlib. */
const compressionTypeFeature = 3;

/** Throws `DISK_FORMAT_SIZE` unless qcow2 can hold a disk of the size. */
export function checkQcow2Size(sizeBytes: number): void {
  if (sizeBytes % 512 !== 0 || sizeBytes <= 0 || sizeBytes > largestBytes) {
    throw new SlipwayError('DISK_FORMAT_SIZE', `Cannot write a disk of ${sizeBytes} bytes as qcow2`, {
      hint: 'make it a whole number of sectors of 512 bytes, 2 PiB at most',
    });
  }
}

/** Where the tables lie that say where clusters lie: behind the header, L1 first. The data follows them. */
export interface Qcow2Map {
  readonly l1Bytes: number;
  /** Offset of the L2 table for each used entry of L1. */
  readonly l2Offsets: ReadonlyMap<number, number>;
  readonly dataOffset: number;
}

const l1Offset = clusterBytes;

/** `blocks`: the clusters of the disk that hold data, ascending. */
export function planQcow2Map(sizeBytes: number, blocks: readonly number[]): Qcow2Map {
  const l1Bytes = Math.ceil(sizeBytes / l2Bytes) * 8;
  let offset = l1Offset + alignUp(l1Bytes, clusterBytes);
  const l2Offsets = new Map<number, number>();
  for (const block of blocks) {
    const index = Math.floor(block / tableEntries);
    if (!l2Offsets.has(index)) {
      l2Offsets.set(index, offset);
      offset += clusterBytes;
    }
  }
  return { l1Bytes, l2Offsets, dataOffset: offset };
}

/** The bytes from L1 up to the data; `entryOf` gives the L2 entry of a used cluster. */
export function writeQcow2Map(map: Qcow2Map, blocks: readonly number[], entryOf: (block: number) => bigint): Buffer {
  const bytes = Buffer.alloc(map.dataOffset - l1Offset);
  for (const [index, offset] of map.l2Offsets) {
    bytes.writeBigUInt64BE(BigInt(offset) | copiedFlag, index * 8);
  }
  for (const block of blocks) {
    const table = map.l2Offsets.get(Math.floor(block / tableEntries)) as number;
    bytes.writeBigUInt64BE(entryOf(block), table - l1Offset + (block % tableEntries) * 8);
  }
  return bytes;
}

/** The L2 entry of a cluster that is stored as it is. */
export function plainEntry(offset: number): bigint {
  return BigInt(offset) | copiedFlag;
}

/** The L2 entry of a cluster whose compressed bytes lie at `offset`, which need not be aligned. */
export function compressedEntry(offset: number, sizeBytes: number): bigint {
  const additionalSectors = Math.floor((offset + sizeBytes - 1) / 512) - Math.floor(offset / 512);
  return compressedFlag | (BigInt(additionalSectors) << sectorCountShift) | BigInt(offset);
}

export interface Refcounts {
  readonly offset: number;
  /** Blocks, then the table, which the header names. */
  readonly bytes: Buffer;
  readonly tableOffset: number;
  readonly tableClusters: number;
}

/** The refcounts of a file that they end: `counts` of the clusters before them, then 1 for each of their own. */
export function writeRefcounts(counts: Uint16Array): Refcounts {
  const { blocks, tableClusters } = refcountSize(counts.length);
  const offset = counts.length * clusterBytes;
  const tableOffset = offset + blocks * clusterBytes;
  const bytes = Buffer.alloc((blocks + tableClusters) * clusterBytes);
  counts.forEach((count, cluster) => {
    bytes.writeUInt16BE(count, cluster * 2);
  });
  for (let own = 0; own < blocks + tableClusters; own++) {
    bytes.writeUInt16BE(1, (counts.length + own) * 2);
  }
  for (let block = 0; block < blocks; block++) {
    bytes.writeBigUInt64BE(BigInt(offset + block * clusterBytes), tableOffset - offset + block * 8);
  }
  return { offset, bytes, tableOffset, tableClusters };
}

/** Refcounts also count the clusters that they take themselves. */
function refcountSize(clustersBefore: number): { blocks: number; tableClusters: number } {
  let blocks = 0;
  let tableClusters = 0;
  for (;;) {
    const needed = Math.ceil((clustersBefore + blocks + tableClusters) / refcountsPerCluster);
    const table = Math.ceil((needed * 8) / clusterBytes);
    if (needed === blocks && table === tableClusters) {
      return { blocks, tableClusters };
    }
    blocks = needed;
    tableClusters = table;
  }
}

/** Bytes of a file whose refcounts follow `clusters` others. */
export function qcow2FileBytes(clusters: number): number {
  const { blocks, tableClusters } = refcountSize(clusters);
  return (clusters + blocks + tableClusters) * clusterBytes;
}

export interface Qcow2HeaderFacts {
  readonly sizeBytes: number;
  readonly map: Qcow2Map;
  readonly refcounts: Refcounts;
  readonly isZstd: boolean;
}

/** The first cluster (QEMU, docs/interop/qcow2.txt, "Header"); no backing file, no encryption, no snapshots. */
export function writeQcow2Header({ sizeBytes, map, refcounts, isZstd }: Qcow2HeaderFacts): Buffer {
  const header = new ByteWriter(512).text('QFI').u8(0xfb).u32be(version);
  header.u64be(0).u32be(0); // backing file
  header.u32be(clusterBits).u64be(sizeBytes).u32be(0);
  header.u32be(map.l1Bytes / 8).u64be(l1Offset);
  header.u64be(refcounts.tableOffset).u32be(refcounts.tableClusters);
  header.u32be(0).u64be(0); // snapshots
  header
    .u64be(isZstd ? 1 << compressionTypeFeature : 0)
    .u64be(0)
    .u64be(0);
  header.u32be(refcountOrder).u32be(headerLength);
  header.u8(isZstd ? compressionTypeZstd : 0).align(8);
  if (isZstd) {
    // So that a reader too old for zstd can say what it does not know.
    header.u32be(featureNameTable).u32be(48).u8(0).u8(compressionTypeFeature);
    header.text('compression type'.padEnd(46, '\0'));
  }
  return header.u64be(0).align(8).finish();
}
