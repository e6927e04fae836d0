import type { Hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { constants, deflateRaw, zstdCompress } from 'node:zlib';
import { FileBlockWriter } from '../block-writer.ts';
import { AscendingHash } from '../image/ascending-hash.ts';
import type { DiskSink } from '../image/disk-sink.ts';
import { type DiskExtents, usedBlocks } from '../image/format-plan.ts';
import { readRanges } from '../image/sparse-scan.ts';
import { ClusterSpace } from './cluster-space.ts';
import {
  checkQcow2Size,
  clusterBytes,
  compressedEntry,
  plainEntry,
  planQcow2Map,
  qcow2FileBytes,
  writeQcow2Header,
  writeQcow2Map,
  writeRefcounts,
} from './qcow2-metadata.ts';

/** `zlib` is read by every version; `zstd` by QEMU 5.1 and later, in a quarter of the time. */
export type Qcow2Compression = 'zlib' | 'zstd';

const deflateRawAsync = promisify(deflateRaw);
const zstdCompressAsync = promisify(zstdCompress);

const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

const compressors: Readonly<Record<Qcow2Compression, (bytes: Buffer) => Promise<Buffer>>> = {
  // Readers give inflate a window of 12 bits (QEMU, block/qcow2-threads.c): distances must not go beyond 4 KiB.
  zlib: (bytes) => deflateRawAsync(bytes, { level: 6, windowBits: 12, memLevel: 9 }),
  // With the size known, tables are made for 64 KiB instead of megabytes: that is most of the time.
  zstd: (bytes) => zstdCompressAsync(bytes, { ...zstdOptions, pledgedSrcSize: bytes.length }),
};

/** Clusters under compression at the same time: enough for the thread pool, and 1 MiB of memory. */
const inFlight = 16;

/**
 * A qcow2 version 3 image of compressed clusters, laid out as `planQcow2` does: what does not get smaller is stored as
 * it is. The tables are known when all clusters are compressed, so the file is read once more for its hash.
 */
export async function openCompressedQcow2(
  path: string,
  disk: DiskExtents,
  compression: Qcow2Compression,
): Promise<DiskSink> {
  checkQcow2Size(disk.sizeBytes);
  const blocks = usedBlocks(disk, clusterBytes);
  const map = planQcow2Map(disk.sizeBytes, blocks);
  const mostClusters = map.dataOffset / clusterBytes + blocks.length;
  const out = await FileBlockWriter.create(path, qcow2FileBytes(mostClusters));
  const space = new ClusterSpace(map.dataOffset);
  const entries = new Map<number, bigint>();
  const clusters = new ClusterQueue(compressors[compression], async (block, plain, compressed) => {
    const isSmaller = compressed.length < clusterBytes;
    const offset = isSmaller ? space.takeBytes(compressed.length) : space.takeCluster();
    entries.set(block, isSmaller ? compressedEntry(offset, compressed.length) : plainEntry(offset));
    await out.write(offset, isSmaller ? compressed : plain);
  });
  return {
    write: (offset, bytes) => clusters.add(offset, bytes),
    async finish() {
      await clusters.finish();
      const refcounts = writeRefcounts(space.refcounts());
      const facts = { sizeBytes: disk.sizeBytes, map, refcounts, isZstd: compression === 'zstd' };
      await out.write(refcounts.offset, refcounts.bytes);
      await out.write(0, writeQcow2Header(facts));
      await out.write(
        clusterBytes,
        writeQcow2Map(map, blocks, (block) => entries.get(block) as bigint),
      );
      await out.close(refcounts.offset + refcounts.bytes.length);
      return await hashFile(path);
    },
    async abandon() {
      await clusters.abandon();
      await out.abandon();
    },
  };
}

type Place = (block: number, plain: Buffer, compressed: Buffer) => Promise<void>;

interface Job {
  readonly block: number;
  readonly plain: Buffer;
  readonly compressed: Promise<Buffer>;
}

/** Cuts the disk into clusters, compresses some at a time and places them in their order. */
class ClusterQueue {
  readonly #compress: (bytes: Buffer) => Promise<Buffer>;
  readonly #place: Place;
  readonly #jobs: Job[] = [];
  #block = -1;
  #plain = Buffer.alloc(0);

  constructor(compress: (bytes: Buffer) => Promise<Buffer>, place: Place) {
    this.#compress = compress;
    this.#place = place;
  }

  async add(offset: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const block = Math.floor((offset + done) / clusterBytes);
      if (block !== this.#block) {
        await this.#submit();
        this.#block = block;
        this.#plain = Buffer.alloc(clusterBytes);
      }
      const inside = (offset + done) % clusterBytes;
      const count = Math.min(bytes.length - done, clusterBytes - inside);
      this.#plain.set(bytes.subarray(done, done + count), inside);
      done += count;
    }
  }

  async finish(): Promise<void> {
    await this.#submit();
    while (this.#jobs.length > 0) {
      await this.#placeNext();
    }
  }

  /** Waits for what the thread pool still works on. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#jobs.map(({ compressed }) => compressed));
  }

  async #submit(): Promise<void> {
    if (this.#block === -1) {
      return;
    }
    const compressed = this.#compress(this.#plain);
    compressed.catch(() => undefined); // thrown where it is awaited
    this.#jobs.push({ block: this.#block, plain: this.#plain, compressed });
    if (this.#jobs.length > inFlight) {
      await this.#placeNext();
    }
  }

  async #placeNext(): Promise<void> {
    const { block, plain, compressed } = this.#jobs.shift() as Job;
    await this.#place(block, plain, await compressed);
  }
}

async function hashFile(path: string): Promise<Hash> {
  const { size } = await stat(path);
  const hash = new AscendingHash();
  for await (const { offset, bytes } of readRanges(path, [{ offset: 0, sizeBytes: size }])) {
    hash.update(offset, bytes);
  }
  return hash.finish(size);
}
