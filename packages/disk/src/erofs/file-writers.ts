import { SlipwayError } from '@slipway/core';
import type { BlockWriter } from '../block-writer.ts';
import { type ClusterCompressor, clusterCompressor } from './cluster-compressor.ts';
import type { InodeDemand } from './erofs-demand.ts';
import type { CompressionSettings } from './erofs-options.ts';
import { FileClusters, longestClusterBytes } from './file-clusters.ts';
import { type Cluster, isCompressed, tailOffset, writeClusterIndex, writeInode } from './inode-record.ts';
import { blockSize, blocksOf } from './on-disk.ts';
import type { ErofsPlan } from './plan-erofs.ts';
import { recordOf } from './structure.ts';

/** Takes the content of one file in a row; `finish` follows exactly as many bytes as the file has. */
export interface FileWriter {
  write(bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

/** Where content goes: to blocks of `out`, and with the inodes into `structure`. */
export interface ContentTarget {
  readonly plan: ErofsPlan;
  readonly structure: Buffer;
  readonly out: BlockWriter;
}

const zeros = new Uint8Array(blockSize);

/** Makes a writer for each file; compressed ones follow each other without gaps. */
export class FileWriters {
  readonly #target: ContentTarget;
  readonly #compression: ClusterCompression | undefined;

  constructor(target: ContentTarget) {
    const { compression } = target.plan.settings;
    this.#target = target;
    this.#compression = compression && {
      settings: compression,
      compress: clusterCompressor(compression),
      room: Buffer.allocUnsafeSlow(longestClusterBytes(compression.clusterBytes)),
      nextBlock: target.plan.clusterBlock,
    };
  }

  /** The first block behind all content. */
  get endBlock(): number {
    return this.#compression?.nextBlock ?? this.#target.plan.clusterBlock;
  }

  /** The writer before must be finished. */
  begin(file: InodeDemand): FileWriter {
    if (file.storage.kind !== 'clusters') {
      return new PlainFile(this.#target, file);
    }
    if (this.#compression === undefined) {
      throw new SlipwayError('CORE_BUG', 'compressed content without a compression');
    }
    return new ClusteredFile(this.#target, file, this.#compression);
  }
}

class PlainFile implements FileWriter {
  readonly #out: BlockWriter;
  readonly #offset: number;
  readonly #wholeBytes: number;
  readonly #tail: Buffer;
  #done = 0;

  constructor({ plan, structure, out }: ContentTarget, file: InodeDemand) {
    const blocks = file.storage.kind === 'clusters' ? 0 : file.storage.blocks;
    this.#out = out;
    this.#offset = (plan.starts[file.index] as number) * blockSize;
    this.#wholeBytes = blocks * blockSize;
    this.#tail = recordOf(structure, plan, file).subarray(tailOffset(file));
  }

  async write(bytes: Uint8Array): Promise<void> {
    const inBlocks = Math.min(bytes.length, Math.max(this.#wholeBytes - this.#done, 0));
    if (inBlocks > 0) {
      await this.#out.write(this.#offset + this.#done, inBlocks === bytes.length ? bytes : bytes.subarray(0, inBlocks));
    }
    if (inBlocks < bytes.length) {
      this.#tail.set(bytes.subarray(inBlocks), this.#done + inBlocks - this.#wholeBytes);
    }
    this.#done += bytes.length;
  }

  /** Fills the last block: neighbouring files then make one long write. */
  async finish(): Promise<void> {
    if (this.#done < this.#wholeBytes) {
      await this.#out.write(this.#offset + this.#done, zeros.subarray(0, this.#wholeBytes - this.#done));
    }
  }
}

interface ClusterCompression {
  readonly settings: CompressionSettings;
  readonly compress: ClusterCompressor;
  /** For one cluster that comes in pieces. */
  readonly room: Buffer;
  nextBlock: number;
}

class ClusteredFile implements FileWriter {
  readonly #target: ContentTarget;
  readonly #file: InodeDemand;
  readonly #compression: ClusterCompression;
  readonly #start: number;
  readonly #pieces: FileClusters;
  readonly #clusters: Cluster[] = [];

  constructor(target: ContentTarget, file: InodeDemand, compression: ClusterCompression) {
    this.#target = target;
    this.#file = file;
    this.#compression = compression;
    this.#start = compression.nextBlock;
    this.#pieces = new FileClusters(file.sizeBytes, compression.settings.clusterBytes, compression.room);
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (const piece of this.#pieces.add(bytes)) {
      const cluster = await this.#store(piece);
      this.#clusters.push(cluster);
      this.#compression.nextBlock += cluster.physicalBlocks;
    }
  }

  /** A file that became no smaller anywhere is stored as one without compression: its blocks lie in a row too. */
  async finish(): Promise<void> {
    const { plan, structure } = this.#target;
    const record = recordOf(structure, plan, this.#file);
    const start = this.#start;
    if (!this.#clusters.some(isCompressed)) {
      writeInode(record, this.#file, { layout: 'plain', value: start });
      return;
    }
    const blocks = this.#compression.nextBlock - start;
    writeInode(record, this.#file, { layout: 'clusters', value: blocks });
    const { settings } = this.#compression;
    writeClusterIndex(record, this.#file, { clusters: this.#clusters, start, compression: settings });
  }

  /** Compressed bytes end where their last block ends; content that saves no block is stored as it is. */
  async #store(piece: Uint8Array): Promise<Cluster> {
    const { out } = this.#target;
    const offset = this.#compression.nextBlock * blockSize;
    const logicalBlocks = blocksOf(piece.length);
    const compressed = this.#compression.compress(piece, (logicalBlocks - 1) * blockSize);
    const stored = compressed ?? piece;
    const physicalBlocks = blocksOf(stored.length);
    const padding = zeros.subarray(0, physicalBlocks * blockSize - stored.length);
    const [first, second] = compressed === undefined ? [stored, padding] : [padding, stored];
    await out.write(offset, first);
    await out.write(offset + first.length, second);
    return { logicalBlocks, physicalBlocks };
  }
}
