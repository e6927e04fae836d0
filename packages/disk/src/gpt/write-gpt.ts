import { crc32 } from 'node:zlib';
import { ByteWriter } from '@slipway/core';
import type { BlockWriter } from '../block-writer.ts';
import { backupBytes, entryBytes, entryCount, type GptLayout, type GptPartition, sectorBytes } from './gpt-layout.ts';
import { mixedEndianGuidBytes } from './guid.ts';
import { partitionAttributeBits } from './partition-types.ts';

/** Revision 1.0 and the size of the defined header fields (UEFI 2.10 table 5-5). */
const revision = 0x00010000;
const headerBytes = 92;
const entryArraySectors = (entryCount * entryBytes) / sectorBytes;
/** The first MiB is reserved, as by systemd-repart: it leaves room for boot sectors and ISO 9660 descriptors. */
const firstUsableLba = 2048;

/** Writes the protective MBR, the primary table and its backup at the end of the disk; nothing in between. */
export async function writeGpt(layout: GptLayout, out: BlockWriter): Promise<void> {
  const lastLba = layout.sizeBytes / sectorBytes - 1;
  const entries = formatEntries(layout.partitions);
  const primary = formatHeader(layout, entries, { ownLba: 1, alternateLba: lastLba, entriesLba: 2 });
  const backup = formatHeader(layout, entries, {
    ownLba: lastLba,
    alternateLba: 1,
    entriesLba: lastLba - entryArraySectors,
  });
  await out.write(0, Buffer.concat([protectiveMbr(lastLba), primary, entries]));
  await out.write(layout.sizeBytes - backupBytes, Buffer.concat([entries, backup]));
}

/** UEFI 2.10 section 5.2.3: one partition of type 0xEE over the whole disk keeps MBR tools from writing to it. */
function protectiveMbr(lastLba: number): Buffer {
  const entry = new ByteWriter(16)
    .u8(0)
    .bytes(Buffer.from('000200', 'hex')) // first CHS address: sector of LBA 1
    .u8(0xee)
    .bytes(Buffer.from('ffffff', 'hex')) // last CHS address: not representable
    .u32le(1)
    .u32le(Math.min(lastLba, 0xffffffff))
    .finish();
  const bootCodeBytes = 446;
  return new ByteWriter(sectorBytes)
    .zeros(bootCodeBytes)
    .bytes(entry)
    .zeros(3 * entry.length)
    .u8(0x55)
    .u8(0xaa)
    .finish();
}

interface HeaderPlace {
  readonly ownLba: number;
  readonly alternateLba: number;
  readonly entriesLba: number;
}

function formatHeader(layout: GptLayout, entries: Buffer, place: HeaderPlace): Buffer {
  const lastUsableLba = (layout.sizeBytes - backupBytes) / sectorBytes - 1;
  const header = new ByteWriter(sectorBytes)
    .text('EFI PART')
    .u32le(revision)
    .u32le(headerBytes)
    .u32le(0) // the checksum counts itself as zero
    .u32le(0)
    .u64le(place.ownLba)
    .u64le(place.alternateLba)
    .u64le(firstUsableLba)
    .u64le(lastUsableLba)
    .bytes(mixedEndianGuidBytes(layout.diskGuid))
    .u64le(place.entriesLba)
    .u32le(entryCount)
    .u32le(entryBytes)
    .u32le(crc32(entries))
    .align(sectorBytes)
    .finish();
  header.writeUInt32LE(crc32(header.subarray(0, headerBytes)), 16);
  return header;
}

function formatEntries(partitions: readonly GptPartition[]): Buffer {
  const writer = new ByteWriter(entryCount * entryBytes);
  for (const partition of partitions) {
    const firstLba = partition.offsetBytes / sectorBytes;
    writer
      .bytes(mixedEndianGuidBytes(partition.type))
      .bytes(mixedEndianGuidBytes(partition.guid))
      .u64le(firstLba)
      .u64le(firstLba + partition.sizeBytes / sectorBytes - 1)
      .u64le(attributeWord(partition))
      .text(partition.name, 'utf16le')
      .align(entryBytes);
  }
  return writer.zeros(entryCount * entryBytes - writer.length).finish();
}

function attributeWord(partition: GptPartition): bigint {
  return partition.attributes.reduce((word, name) => word | (1n << partitionAttributeBits[name]), 0n);
}
