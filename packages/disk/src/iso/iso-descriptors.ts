import { ByteWriter } from '@slipway/core';
import type { IsoDirectories } from './iso-directories.ts';
import { isoSectorBytes } from './iso-tree.ts';
import { bothEndian32 } from './rock-ridge.ts';

export interface PrimaryVolume {
  readonly sectors: number;
  /** 1 to 32 of A-Z, 0-9 and _. */
  readonly label: string;
  readonly time: number;
  readonly directories: IsoDirectories;
}

/** ECMA-119 section 8.4. */
export function writePrimaryDescriptor({ sectors, label, time, directories }: PrimaryVolume): Buffer {
  const bothEndian16 = (value: number) => new ByteWriter(4).u16le(value).u16be(value).finish();
  const [littleTable, bigTable] = directories.pathTables;
  const descriptor = new ByteWriter(isoSectorBytes).u8(1).text('CD001').u8(1).u8(0);
  descriptor.text('LINUX'.padEnd(32)).text(label.padEnd(32)).zeros(8);
  descriptor.bytes(bothEndian32(sectors)).zeros(32);
  descriptor.bytes(bothEndian16(1)).bytes(bothEndian16(1)).bytes(bothEndian16(isoSectorBytes));
  descriptor.bytes(bothEndian32(directories.pathTableBytes));
  descriptor.u32le(littleTable.sector).u32le(0).u32be(bigTable.sector).u32be(0);
  descriptor.bytes(directories.rootRecord);
  // Volume set, publisher, preparer, application; copyright, abstract and bibliographic files.
  descriptor.text(' '.repeat(4 * 128 + 3 * 37));
  const date = descriptorDate(time);
  descriptor.bytes(date).bytes(date).bytes(noDate).bytes(date).u8(1);
  return descriptor.align(isoSectorBytes).finish();
}

const noDate = Buffer.from(`${'0'.repeat(16)}\0`);

/** 16 digits up to hundredths of seconds, then the distance from UTC (ECMA-119 section 8.4.26.1). */
function descriptorDate(seconds: number): Buffer {
  const digits = new Date(seconds * 1000).toISOString().replace(/[^0-9]/g, '');
  return Buffer.from(`${digits.slice(0, 16)}\0`);
}

/** El Torito 1.0 figure 7: the boot record that names the catalog. */
export function writeBootRecord(catalogSector: number): Buffer {
  return new ByteWriter(isoSectorBytes)
    .u8(0)
    .text('CD001')
    .u8(1)
    .text('EL TORITO SPECIFICATION'.padEnd(64, '\0'))
    .u32le(catalogSector)
    .align(isoSectorBytes)
    .finish();
}

/** ECMA-119 section 8.3. */
export function writeTerminator(): Buffer {
  return new ByteWriter(isoSectorBytes).u8(255).text('CD001').u8(1).align(isoSectorBytes).finish();
}

const platformEfi = 0xef;
const bootable = 0x88;
const virtualSectorBytes = 512;

/**
 * One entry without emulation: firmware takes the image as an EFI system partition (UEFI 2.10 section 13.3.2.1). Its
 * length has 16 bits; 0 means up to the end of the medium.
 */
export function writeBootCatalog({ offset, sizeBytes }: { offset: number; sizeBytes: number }): Buffer {
  const validation = new ByteWriter(32).u8(1).u8(platformEfi).zeros(28).u8(0x55).u8(0xaa).finish();
  let sum = 0;
  for (let at = 0; at < validation.length; at += 2) {
    sum += validation.readUInt16LE(at);
  }
  validation.writeUInt16LE(-sum & 0xffff, 28);
  const sectors = sizeBytes / virtualSectorBytes;
  return new ByteWriter(isoSectorBytes)
    .bytes(validation)
    .u8(bootable)
    .zeros(5)
    .u16le(sectors > 0xffff ? 0 : sectors)
    .u32le(offset / isoSectorBytes)
    .align(isoSectorBytes)
    .finish();
}
