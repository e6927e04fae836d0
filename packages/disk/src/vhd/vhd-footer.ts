import { ByteWriter, SlipwayError } from '@slipway/core';
import { type Guid, guidBytes } from '../gpt/guid.ts';

export const vhdFooterBytes = 512;

const mib = 1 << 20;
/** Azure refuses smaller disks; 64 TiB is the largest disk of Hyper-V's VHDX and of Azure. */
const smallestBytes = 20 * mib;
const largestBytes = 64 * 1024 ** 4;

export interface VhdIdentity {
  readonly uuid: Guid;
  /** Seconds since 1970; the footer cannot say times before 2000. */
  readonly time: number;
}

/** Seconds from 1970 to 2000-01-01T00:00:00Z, the epoch of VHD time stamps. */
const vhdEpoch = 946_684_800;

/**
 * The 512 bytes that make a raw disk a fixed VHD (Microsoft "Virtual Hard Disk Image Format Specification" 1.0,
 * "Hard Disk Footer Format", big-endian). Throws `DISK_VHD_SIZE` for sizes that Azure refuses.
 */
export function vhdFooter(sizeBytes: number, identity: VhdIdentity): Buffer {
  checkVhdSize(sizeBytes);
  return footerOf(sizeBytes, identity, fixedDisk);
}

/** The footer of a dynamic VHD, whose dynamic header is at `headerOffset`; also the first sector of its file. */
export function dynamicVhdFooter(sizeBytes: number, identity: VhdIdentity, headerOffset: number): Buffer {
  return footerOf(sizeBytes, identity, { type: 3, dataOffset: BigInt(headerOffset) });
}

interface DiskKind {
  readonly type: number;
  readonly dataOffset: bigint;
}

const fixedDisk: DiskKind = { type: 2, dataOffset: 0xffffffffffffffffn };

function footerOf(sizeBytes: number, { uuid, time }: VhdIdentity, kind: DiskKind): Buffer {
  const geometry = diskGeometry(sizeBytes / 512);
  const footer = new ByteWriter(vhdFooterBytes)
    .text('conectix')
    .u32be(2) // features: the reserved bit is always set
    .u32be(0x00010000)
    .u64be(kind.dataOffset)
    .u32be(Math.min(Math.max(Math.floor(time) - vhdEpoch, 0), 0xffffffff))
    // Readers believe the size field for this creator; for others qemu computes the size from the geometry.
    .text('win ')
    .u32be(0x000a0000)
    .text('Wi2k')
    .u64be(sizeBytes)
    .u64be(sizeBytes)
    .u16be(geometry.cylinders)
    .u8(geometry.heads)
    .u8(geometry.sectorsPerTrack)
    .u32be(kind.type)
    .u32be(0) // the checksum counts itself as zero
    .bytes(guidBytes(uuid))
    .align(vhdFooterBytes)
    .finish();
  footer.writeUInt32BE(vhdChecksum(footer), 64);
  return footer;
}

/** Throws `DISK_VHD_SIZE` unless Azure takes a disk of this size. */
export function checkVhdSize(sizeBytes: number): void {
  if (sizeBytes % mib !== 0 || sizeBytes < smallestBytes || sizeBytes > largestBytes) {
    throw new SlipwayError('DISK_VHD_SIZE', `Cannot make a VHD of ${sizeBytes} bytes: Azure does not accept the size`, {
      hint: 'make the disk a whole number of MiB, 20 MiB or more',
    });
  }
}

interface Geometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

/** The appendix "CHS Calculation" of the specification. */
function diskGeometry(sectors: number): Geometry {
  const counted = Math.min(sectors, 65535 * 16 * 255);
  if (counted >= 65535 * 16 * 63) {
    return geometryOf(counted, 16, 255);
  }
  const heads = Math.max(Math.ceil(Math.floor(counted / 17) / 1024), 4);
  if (heads <= 16 && Math.floor(counted / 17) < heads * 1024) {
    return geometryOf(counted, heads, 17);
  }
  return Math.floor(counted / 31) < 16 * 1024 ? geometryOf(counted, 16, 31) : geometryOf(counted, 16, 63);
}

function geometryOf(sectors: number, heads: number, sectorsPerTrack: number): Geometry {
  return { cylinders: Math.floor(Math.floor(sectors / sectorsPerTrack) / heads), heads, sectorsPerTrack };
}

/** Of a footer or dynamic header whose checksum field is zero: the ones' complement of the sum of its bytes. */
export function vhdChecksum(bytes: Uint8Array): number {
  return ~bytes.reduce((sum, byte) => sum + byte, 0) >>> 0;
}
