import { SlipwayError } from '@slipway/core';
import type { FileInode } from '@slipway/tree';
import { blockSize } from './on-disk.ts';

/** How large the file system becomes: that of a given partition, or its content and `freeBytes` for more. */
export type Ext4Size =
  | { readonly kind: 'exact'; readonly sizeBytes: number }
  | { readonly kind: 'minimal'; readonly freeBytes: number };

export interface Ext4Options {
  readonly size: Ext4Size;
  /** Textual UUID (RFC 9562), also the seed of every checksum. */
  readonly uuid: string;
  /** Textual UUID: the seed of directory hashes, for directories that are indexed later. */
  readonly hashSeed: string;
  /** Time of creation, seconds since 1970. */
  readonly createdAt: number;
  /** At most 16 bytes. */
  readonly label?: string;
  /** Bytes of the journal; 0 for none (read-only images). Default: that of mke2fs for the size, at least 4 MiB. */
  readonly journalBytes?: number;
  /** Inodes beyond those of the tree, as a share of them. Default 0.25. */
  readonly spareInodes?: number;
  /** At least one inode for so many bytes, which also holds for space that is added by growing. Default 16384. */
  readonly bytesPerInode?: number;
  /** Share of the blocks that only root may use. Default 0.05. */
  readonly reservedShare?: number;
  /** Files in the order in which their content will come; others follow in tree order. */
  readonly order?: Iterable<FileInode>;
}

/** Options with their defaults and in the form of the superblock. */
export interface Ext4Settings {
  readonly size: Ext4Size;
  readonly uuid: Buffer;
  readonly hashSeed: Buffer;
  readonly createdAt: number;
  readonly label: Buffer;
  /** Undefined: by size. */
  readonly journalBlocks: number | undefined;
  readonly spareInodes: number;
  readonly bytesPerInode: number;
  readonly reservedShare: number;
  readonly order: Iterable<FileInode>;
}

/** JBD2_MIN_JOURNAL_BLOCKS */
const minJournalBlocks = 1024;
/** Journals are at most this large in mke2fs; more only lengthens recovery. */
const maxJournalBlocks = 10_240_000;
/** 16 TiB of 4 KiB blocks, the most that mke2fs makes without the wide block numbers that inode 7 cannot reserve. */
export const maxSizeBytes = 2 ** 32 * blockSize;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Throws `DISK_EXT4_BAD_OPTION`. */
export function checkOptions(options: Ext4Options): Ext4Settings {
  const { size, createdAt, journalBytes, spareInodes = 0.25, bytesPerInode = 16_384, reservedShare = 0.05 } = options;
  const label = Buffer.from(options.label ?? '');
  const sizeBytes = size.kind === 'exact' ? size.sizeBytes : size.freeBytes;
  const journalBlocks = journalBytes === undefined ? undefined : Math.ceil(journalBytes / blockSize);
  check(uuidPattern.test(options.uuid), 'uuid is not a UUID');
  check(uuidPattern.test(options.hashSeed), 'hashSeed is not a UUID');
  check(label.length <= 16, 'the label has more than 16 bytes');
  check(Number.isSafeInteger(createdAt) && createdAt >= 0 && createdAt < 2 ** 40, 'createdAt is out of range');
  check(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 && sizeBytes <= maxSizeBytes, 'the size is out of range');
  check(
    !journalBlocks || (journalBlocks >= minJournalBlocks && journalBlocks <= maxJournalBlocks),
    'the journal must have from 4 MiB to 39 GiB, or be 0',
  );
  check(spareInodes >= 0 && spareInodes <= 1000, 'spareInodes must be between 0 and 1000');
  check(bytesPerInode >= blockSize && bytesPerInode <= 2 ** 26, 'bytesPerInode must be between 4 KiB and 64 MiB');
  check(reservedShare >= 0 && reservedShare <= 0.5, 'reservedShare must be between 0 and 0.5');
  return {
    size,
    uuid: uuidBytes(options.uuid),
    hashSeed: uuidBytes(options.hashSeed),
    createdAt,
    label,
    journalBlocks,
    spareInodes,
    bytesPerInode,
    reservedShare,
    order: options.order ?? [],
  };
}

/** Upper bounds of the file system's blocks and the journal for it (ext2fs_default_journal_size of e2fsprogs). */
const journalSteps: readonly (readonly [below: number, blocks: number])[] = [
  [32_768, minJournalBlocks],
  [256 * 1024, 4096],
  [512 * 1024, 8192],
  [4096 * 1024, 16_384],
  [8192 * 1024, 32_768],
  [16_384 * 1024, 65_536],
  [32_768 * 1024, 131_072],
  [Number.POSITIVE_INFINITY, 262_144],
];

export function journalBlocksFor(settings: Ext4Settings, blocks: number): number {
  return settings.journalBlocks ?? (journalSteps.find(([below]) => blocks < below)?.[1] as number);
}

function check(condition: boolean, complaint: string): void {
  if (!condition) {
    throw new SlipwayError('DISK_EXT4_BAD_OPTION', `Cannot plan an ext4 file system: ${complaint}`);
  }
}

function uuidBytes(text: string): Buffer {
  return Buffer.from(text.replaceAll('-', ''), 'hex');
}
