import { type Chunks, SlipwayError } from '@slipway/core';
import { type ClusterChain, placeFatTree } from './fat-clusters.ts';
import { clusterBytes, type FatGeometry, type FatType, planFatGeometry, sectorSize } from './fat-geometry.ts';
import { type FatTree, fatTree } from './fat-tree.ts';

/** A file for a FAT volume; directories come from the paths. `content` is asked once, in the order of the files. */
export interface FatFile {
  /** Absolute and normalised, as in a FileTree. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly content: () => Chunks;
}

/** A given size, or the content and `freeBytes` for more in whole MiB, 64 MiB at least (16 MiB with FAT16). */
export type FatSize =
  | { readonly kind: 'exact'; readonly sizeBytes: number }
  | { readonly kind: 'minimal'; readonly freeBytes: number };

export interface FatOptions {
  readonly size: FatSize;
  /** 32 bits, shown as XXXX-XXXX. */
  readonly volumeId: number;
  /** Time of everything, seconds since 1970; FAT begins in 1980. */
  readonly createdAt: number;
  /** At most 11 characters of 8.3 names or spaces. Default: none. */
  readonly label?: string;
  /** Default: FAT32, which UEFI requires of fixed disks. */
  readonly type?: FatType;
  /** 512-byte sectors before the volume on its disk, which only a BIOS looks at. Default 0. */
  readonly hiddenSectors?: number;
  /** Directories beyond those of the files. */
  readonly directories?: readonly string[];
  /**
   * Files begin at multiples of this in the volume: 2048 lets a CD show them too. A power of two, 4096 at most;
   * default: clusters follow each other.
   */
  readonly fileAlignmentBytes?: number;
}

/** A complete volume but for the content of its files. */
export interface FatLayout {
  readonly type: FatType;
  readonly sizeBytes: number;
  /** Behind the last file. */
  readonly freeBytes: number;
  /** Where each file lies, in bytes; every file is in one piece. */
  readonly files: ReadonlyMap<string, { readonly offset: number; readonly sizeBytes: number }>;
  /** For `writeFat`. */
  readonly plan: FatPlan;
}

export interface FatPlan {
  readonly geometry: FatGeometry;
  readonly volumeId: number;
  readonly label: Buffer;
  readonly hiddenSectors: number;
  readonly directories: readonly { readonly offset: number; readonly bytes: Buffer }[];
  readonly files: readonly { readonly offset: number; readonly file: FatFile }[];
  /** Of every directory and file, ascending. */
  readonly chains: readonly ClusterChain[];
  readonly usedClusters: number;
  readonly spannedClusters: number;
}

const mebibyte = 1 << 20;
/** Below about 33 MiB there is no legal FAT32; firmware and tools expect some room above that. */
const minimalBytes: Readonly<Record<FatType, number>> = { fat32: 64 * mebibyte, fat16: 16 * mebibyte };
const maxSectors = 2 ** 32 - 1;
const labelPattern = /^[A-Z0-9$%'\-_@~`!(){}^#& ]{0,11}$/;
/** Data begins at a multiple of 4 KiB. */
const fileAlignments: readonly number[] = Array.from({ length: 13 }, (_, bit) => 1 << bit);
const noLabel = 'NO NAME';

/**
 * Decides the place of everything. Equal files and options give equal layouts.
 * Throws `DISK_FAT_TOO_SMALL`, `DISK_FAT_UNREPRESENTABLE` and `DISK_FAT_BAD_OPTION`.
 */
export function planFat(files: Iterable<FatFile>, options: FatOptions): FatLayout {
  checkOptions(options);
  const type = options.type ?? 'fat32';
  const tree = fatTree([...files], options.directories ?? []);
  const { size } = options;
  if (size.kind === 'minimal') {
    return planMinimal(tree, options, type);
  }
  const geometry = planFatGeometry(type, Math.floor(size.sizeBytes / sectorSize));
  if (geometry === undefined) {
    throw new SlipwayError('DISK_FAT_BAD_OPTION', `Cannot make a ${type} volume of ${size.sizeBytes} bytes`, {
      hint: type === 'fat32' ? 'FAT32 needs at least 34 MiB; 64 MiB and more are usual' : 'choose FAT32 for this size',
    });
  }
  const layout = layOut(tree, options, geometry);
  if (layout.freeBytes < 0) {
    const needed = planMinimal(tree, { ...options, size: { kind: 'minimal', freeBytes: 0 } }, type).sizeBytes;
    throw new SlipwayError(
      'DISK_FAT_TOO_SMALL',
      `Cannot lay out the files in ${size.sizeBytes} bytes: they need ${needed}`,
      {
        hint: `make the partition at least ${needed} bytes large`,
        data: { sizeBytes: size.sizeBytes, needed },
      },
    );
  }
  return layout;
}

function planMinimal(tree: FatTree, options: FatOptions, type: FatType): FatLayout {
  const freeBytes = options.size.kind === 'minimal' ? options.size.freeBytes : 0;
  for (let sizeBytes = minimalBytes[type]; sizeBytes / sectorSize <= maxSectors; ) {
    const geometry = planFatGeometry(type, sizeBytes / sectorSize);
    if (geometry === undefined) {
      break;
    }
    const layout = layOut(tree, options, geometry);
    if (layout.freeBytes >= freeBytes) {
      return layout;
    }
    sizeBytes += Math.ceil((freeBytes - layout.freeBytes) / mebibyte) * mebibyte;
  }
  throw new SlipwayError('DISK_FAT_UNREPRESENTABLE', `Cannot store the files: no ${type} volume is that large`);
}

function layOut(tree: FatTree, options: FatOptions, geometry: FatGeometry): FatLayout {
  const label = options.label?.trim() ? paddedLabel(options.label) : undefined;
  const placed = placeFatTree(tree, geometry, {
    label,
    createdAt: options.createdAt,
    fileAlignmentBytes: options.fileAlignmentBytes ?? 1,
  });
  return {
    type: geometry.type,
    sizeBytes: geometry.sectors * sectorSize,
    freeBytes: (geometry.clusters - placed.spannedClusters) * clusterBytes(geometry),
    files: new Map(placed.files.map(({ offset, file }) => [file.path, { offset, sizeBytes: file.sizeBytes }])),
    plan: {
      geometry,
      volumeId: options.volumeId,
      label: label ?? paddedLabel(noLabel),
      hiddenSectors: options.hiddenSectors ?? 0,
      ...placed,
    },
  };
}

function paddedLabel(label: string): Buffer {
  return Buffer.from(label.padEnd(11), 'latin1');
}

function checkOptions(options: FatOptions): void {
  const { size, volumeId, label = '', createdAt, hiddenSectors = 0, fileAlignmentBytes = 1 } = options;
  const bytes = size.kind === 'exact' ? size.sizeBytes : size.freeBytes;
  check(Number.isSafeInteger(bytes) && bytes >= 0 && bytes <= maxSectors * sectorSize, 'the size is out of range');
  check(isUint32(volumeId), 'the volume identifier is not a number of 32 bits');
  check(isUint32(hiddenSectors), 'hiddenSectors is not a number of 32 bits');
  check(Number.isSafeInteger(createdAt), 'createdAt is not a time');
  check(fileAlignments.includes(fileAlignmentBytes), `files cannot be aligned to ${fileAlignmentBytes} bytes`);
  check(labelPattern.test(label), `the label ${JSON.stringify(label)} is not possible`);
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}

function check(condition: boolean, complaint: string): void {
  if (!condition) {
    throw new SlipwayError('DISK_FAT_BAD_OPTION', `Cannot plan a FAT volume: ${complaint}`);
  }
}
