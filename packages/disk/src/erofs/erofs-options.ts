import { SlipwayError } from '@slipway/core';
import type { FileInode } from '@slipway/tree';
import type { ErofsKernel } from './kernel-features.ts';

export type ErofsCompression =
  | { readonly algorithm: 'lz4'; readonly clusterBytes?: number }
  | {
      readonly algorithm: 'zstd';
      /** 1 to 22; default 3. */
      readonly level?: number;
      /**
       * Content that is compressed together and read together: a power of two from 8 KiB to 512 KiB, default 128 KiB.
       * The last cluster of a file may have half as much again.
       */
      readonly clusterBytes?: number;
    };

export interface ErofsOptions {
  /** Textual UUID (RFC 9562). */
  readonly uuid: string;
  /** Time of creation, seconds since 1970. Inodes with this time take half the room of others. */
  readonly createdAt: number;
  /** At most 15 bytes. */
  readonly label?: string;
  /** The oldest kernel that must be able to mount the file system. */
  readonly kernel: ErofsKernel;
  /** Without it, content is stored as it is. */
  readonly compression?: ErofsCompression;
  /** Files in the order in which their content will come; others follow in tree order. */
  readonly order?: Iterable<FileInode>;
}

export interface CompressionSettings {
  readonly algorithm: 'lz4' | 'zstd';
  readonly level: number;
  readonly clusterBytes: number;
}

/** Options with their defaults and in the form of the superblock. */
export interface ErofsSettings {
  readonly uuid: Buffer;
  readonly createdAt: number;
  readonly label: Buffer;
  readonly kernel: ErofsKernel;
  readonly compression: CompressionSettings | undefined;
  readonly order: Iterable<FileInode>;
}

/** Kernels before 6.0 insist on a terminator in the field of 16 bytes. */
const maxLabelBytes = 15;
const defaultClusterBytes = 1 << 17;
const minClusterBytes = 1 << 13;
/** The longest cluster is half as long again, and kernels read up to 1 MiB (Z_EROFS_PCLUSTER_MAX_SIZE). */
const maxClusterBytes = 1 << 19;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Throws `DISK_EROFS_BAD_OPTION`. */
export function checkOptions(options: ErofsOptions): ErofsSettings {
  const { uuid, createdAt, kernel, order = [] } = options;
  const label = Buffer.from(options.label ?? '');
  check(uuidPattern.test(uuid), 'uuid is not a UUID');
  check(Number.isSafeInteger(createdAt) && createdAt >= 0, 'createdAt is out of range');
  check(label.length <= maxLabelBytes && !label.includes(0), 'the label has more than 15 bytes, or a NUL');
  const compression = options.compression && checkCompression(options.compression);
  return { uuid: Buffer.from(uuid.replaceAll('-', ''), 'hex'), createdAt, label, kernel, compression, order };
}

function checkCompression(compression: ErofsCompression): CompressionSettings {
  const { algorithm, clusterBytes = defaultClusterBytes } = compression;
  const level = compression.algorithm === 'zstd' ? (compression.level ?? 3) : 0;
  check(algorithm === 'lz4' || algorithm === 'zstd', `${JSON.stringify(algorithm)} is not a compression`);
  check(algorithm === 'lz4' || (Number.isInteger(level) && level >= 1 && level <= 22), 'zstd has levels from 1 to 22');
  check(
    Number.isInteger(Math.log2(clusterBytes)) && clusterBytes >= minClusterBytes && clusterBytes <= maxClusterBytes,
    'clusterBytes must be a power of two from 8 KiB to 512 KiB',
  );
  return { algorithm, level, clusterBytes };
}

function check(condition: boolean, complaint: string): void {
  if (!condition) {
    throw new SlipwayError('DISK_EROFS_BAD_OPTION', `Cannot plan an EROFS file system: ${complaint}`);
  }
}
