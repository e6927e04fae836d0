import { ByteWriter } from '@slipway/core';
import { crc32c } from '../crc32c.ts';
import { type Guid, mixedEndianGuidBytes, nilGuid } from '../gpt/guid.ts';

const kib = 1024;
const mib = 1 << 20;

/** The first MiB: identifier, two headers, two region tables at multiples of 64 KiB ([MS-VHDX] 2.2). */
const headerOffsets = [64 * kib, 128 * kib] as const;
const regionTableOffsets = [192 * kib, 256 * kib] as const;
const headerBytes = 4 * kib;
const regionTableBytes = 64 * kib;

/** An empty log, which must be 1 MiB at least. */
const logOffset = mib;
const logBytes = mib;
const metadataOffset = 2 * mib;
const metadataBytes = mib;
export const blockTableOffset = 3 * mib;

const blockTableRegion: Guid = '2dc27766-f623-4200-9d64-115e9bfd4a08';
const metadataRegion: Guid = '8b7ca206-4790-4b9a-b8fe-575f050f886e';

export const logicalSectorBytes = 512;
/** 512e, as Hyper-V makes disks. */
const physicalSectorBytes = 4096;

export interface VhdxIdentity {
  /** Changes whenever anything in the file does. */
  readonly fileWriteGuid: Guid;
  /** Changes whenever the bytes of the disk do. */
  readonly dataWriteGuid: Guid;
  /** The serial number that the machine sees (SCSI page 83). */
  readonly diskGuid: Guid;
}

export interface VhdxGeometry {
  readonly diskBytes: number;
  readonly blockBytes: number;
  /** Of the region, whole MiB. */
  readonly blockTableBytes: number;
}

/** The file up to the block allocation table, as parts with their offsets. */
export function writeVhdxHead(geometry: VhdxGeometry, identity: VhdxIdentity): { offset: number; bytes: Buffer }[] {
  const regions = writeRegionTable(geometry);
  const metadata = writeMetadata(geometry, identity);
  return [
    { offset: 0, bytes: new ByteWriter(64).text('vhdxfile').text('Slipway', 'utf16le').finish() },
    // The header with the larger sequence number is in force; the other one is the one before it.
    ...headerOffsets.map((offset, index) => ({ offset, bytes: writeHeader(identity, index) })),
    ...regionTableOffsets.map((offset) => ({ offset, bytes: regions })),
    { offset: metadataOffset, bytes: metadata.table },
    { offset: metadataOffset + metadataItemsOffset, bytes: metadata.items },
  ];
}

/** [MS-VHDX] 2.2.2. */
function writeHeader({ fileWriteGuid, dataWriteGuid }: VhdxIdentity, sequenceNumber: number): Buffer {
  const header = new ByteWriter(headerBytes).text('head').u32le(0).u64le(sequenceNumber);
  header.bytes(mixedEndianGuidBytes(fileWriteGuid)).bytes(mixedEndianGuidBytes(dataWriteGuid));
  header.bytes(mixedEndianGuidBytes(nilGuid)); // no log that would have to be replayed
  header.u16le(0).u16le(1).u32le(logBytes).u64le(logOffset);
  return checksummed(header.align(headerBytes).finish());
}

/** [MS-VHDX] 2.2.3. */
function writeRegionTable({ blockTableBytes }: VhdxGeometry): Buffer {
  const table = new ByteWriter(regionTableBytes).text('regi').u32le(0).u32le(2).u32le(0);
  table.bytes(mixedEndianGuidBytes(blockTableRegion)).u64le(blockTableOffset).u32le(blockTableBytes).u32le(1);
  table.bytes(mixedEndianGuidBytes(metadataRegion)).u64le(metadataOffset).u32le(metadataBytes).u32le(1);
  return checksummed(table.align(regionTableBytes).finish());
}

function checksummed(bytes: Buffer): Buffer {
  bytes.writeUInt32LE(~crc32c(bytes) >>> 0, 4);
  return bytes;
}

/** Items begin behind the table of the metadata region, which has 64 KiB. */
const metadataItemsOffset = 64 * kib;
const isVirtualDisk = 2;
const isRequired = 4;

interface MetadataItem {
  readonly id: Guid;
  readonly flags: number;
  readonly bytes: Buffer;
}

/** [MS-VHDX] 2.6. */
function writeMetadata(geometry: VhdxGeometry, identity: VhdxIdentity): { table: Buffer; items: Buffer } {
  const items = metadataItems(geometry, identity);
  const table = new ByteWriter(512).text('metadata').u16le(0).u16le(items.length).zeros(20);
  const values = new ByteWriter(64);
  for (const { id, flags, bytes } of items) {
    table.bytes(mixedEndianGuidBytes(id));
    table.u32le(metadataItemsOffset + values.length).u32le(bytes.length);
    table.u32le(flags).u32le(0);
    values.bytes(bytes);
  }
  return { table: table.finish(), items: values.finish() };
}

function metadataItems({ diskBytes, blockBytes }: VhdxGeometry, { diskGuid }: VhdxIdentity): MetadataItem[] {
  const ofDisk = isRequired | isVirtualDisk;
  const word = (value: number) => new ByteWriter(4).u32le(value).finish();
  return [
    // No bits: the file grows, and has no parent.
    {
      id: 'caa16737-fa36-4d43-b3b6-33f0aa44e76b',
      flags: isRequired,
      bytes: Buffer.concat([word(blockBytes), word(0)]),
    },
    {
      id: '2fa54224-cd1b-4876-b211-5dbed83bf4b8',
      flags: ofDisk,
      bytes: new ByteWriter(8).u64le(diskBytes).finish(),
    },
    { id: 'beca12ab-b2e6-4523-93ef-c309e000c746', flags: ofDisk, bytes: mixedEndianGuidBytes(diskGuid) },
    { id: '8141bf1d-a96f-4709-ba47-f233a8faab5f', flags: ofDisk, bytes: word(logicalSectorBytes) },
    { id: 'cda348c7-445d-4471-9cc9-e9885251c556', flags: ofDisk, bytes: word(physicalSectorBytes) },
  ];
}
