import { SlipwayError } from '@slipway/core';
import type { FatLayout } from '../fat/plan-fat.ts';
import type { DiskExtents, FormatPlan, Structure } from '../image/format-plan.ts';
import { writeBootCatalog, writeBootRecord, writePrimaryDescriptor, writeTerminator } from './iso-descriptors.ts';
import { writeIsoDirectories } from './iso-directories.ts';
import { type IsoFile, isoSectorBytes, isoTree } from './iso-tree.ts';

/** What makes a disk a CD. */
export interface IsoVolume {
  /** Volume identifier: 1 to 32 of A-Z, 0-9 and _. */
  readonly label: string;
  /** Of everything, seconds since 1970. */
  readonly time: number;
  /** The EFI system partition, which firmware boots from: its place on the disk. */
  readonly esp: { readonly offset: number; readonly sizeBytes: number };
  /** What is seen when the CD is mounted. */
  readonly files: readonly IsoFile[];
}

/** Sectors 0 to 15 are the system area: here lie the protective MBR and the GPT. */
const firstDescriptor = 16;
const bootRecordSector = 17;
const terminatorSector = 18;
const catalogSector = 19;
const firstFreeSector = 20;
/** The disk stays in one piece; this only says how much is written at once. */
const blockBytes = 1 << 20;
const labelPattern = /^[A-Z0-9_]{1,32}$/;

/** The files of an EFI system partition at `offset` of the disk; planned with `fileAlignmentBytes: 2048`. */
export function isoFilesOfEsp(esp: FatLayout, offset: number): IsoFile[] {
  return [...esp.files].map(([path, place]) => ({
    path,
    offset: offset + place.offset,
    sizeBytes: place.sizeBytes,
  }));
}

/**
 * The disk as it is, with ISO 9660 (ECMA-119, Rock Ridge) and El Torito in the gap before its first partition: the
 * same bytes boot as a disk and as a CD. The files are those of the disk, not copies.
 * Throws `DISK_ISO_UNREPRESENTABLE` and `DISK_FORMAT_SIZE`.
 */
export function planIso(disk: DiskExtents, volume: IsoVolume): FormatPlan {
  checkVolume(disk, volume);
  const directories = writeIsoDirectories(isoTree(volume.files), firstFreeSector, volume.time);
  const sectors = disk.sizeBytes / isoSectorBytes;
  const structures: Structure[] = [
    at(firstDescriptor, writePrimaryDescriptor({ ...volume, sectors, directories })),
    at(bootRecordSector, writeBootRecord(catalogSector)),
    at(terminatorSector, writeTerminator()),
    at(catalogSector, writeBootCatalog(volume.esp)),
    ...directories.pathTables.map(({ sector, bytes }) => at(sector, bytes)),
    at(directories.firstSector, directories.bytes),
  ];
  checkGap(disk, directories.firstSector * isoSectorBytes + directories.bytes.length);
  return { sizeBytes: disk.sizeBytes, structures, blockBytes, offsetOf: (block) => block * blockBytes };
}

function at(sector: number, bytes: Buffer): Structure {
  return { offset: sector * isoSectorBytes, bytes };
}

/** Throws `DISK_FORMAT_SIZE`: sectors are counted in 32 bits. */
export function checkIsoSize(sizeBytes: number): void {
  if (sizeBytes % isoSectorBytes !== 0 || sizeBytes <= 0 || sizeBytes / isoSectorBytes > 0xffffffff) {
    throw new SlipwayError('DISK_FORMAT_SIZE', `Cannot write a disk of ${sizeBytes} bytes as ISO`, {
      hint: 'make it a whole number of sectors of 2048 bytes, less than 8 TiB',
    });
  }
}

function checkVolume(disk: DiskExtents, { label, time, esp }: IsoVolume): void {
  checkIsoSize(disk.sizeBytes);
  check(labelPattern.test(label), `the label ${JSON.stringify(label)} is not 1 to 32 of A-Z, 0-9 and _`);
  check(Number.isSafeInteger(time) && time >= 0 && time < 2 ** 32, `${time} is not a time`);
  const isInside = esp.offset >= 0 && esp.offset + esp.sizeBytes <= disk.sizeBytes;
  check(isInside && esp.offset % isoSectorBytes === 0, 'the EFI system partition is not in whole sectors of the disk');
}

/** The system area and everything behind the structures belong to the disk. */
function checkGap({ ranges }: DiskExtents, end: number): void {
  const start = firstDescriptor * isoSectorBytes;
  const taken = ranges.find(({ offset, sizeBytes }) => offset < end && offset + sizeBytes > start);
  check(taken === undefined, `the disk has data at ${taken?.offset}, where directories would end at ${end}`);
}

function check(condition: boolean, complaint: string): void {
  if (!condition) {
    throw new SlipwayError('DISK_ISO_UNREPRESENTABLE', `Cannot make a CD of the disk: ${complaint}`);
  }
}
