import { SlipwayError } from '@slipway/core';
import { type Guid, isGuid, nilGuid } from './guid.ts';
import { type PartitionAttribute, type PartitionType, partitionTypes } from './partition-types.ts';

export const sectorBytes = 512;
/** Partitions begin and end on whole MiB: what every flash eraser, Azure and systemd-repart expect. */
const alignmentBytes = 1 << 20;
export const entryCount = 128;
export const entryBytes = 128;
/** The entries (32 sectors) and the header that closes the disk. */
export const backupBytes = entryCount * entryBytes + sectorBytes;
/** PartitionName is 72 bytes of UTF-16LE (UEFI 2.10 table 5-6). */
const nameUnits = 36;
/** Offsets must stay exact as numbers: 2^53 bytes. */
const largestDiskBytes = Number.MAX_SAFE_INTEGER;

export interface GptPartitionRequest {
  readonly type: PartitionType;
  readonly guid: Guid;
  /** At most 36 UTF-16 units. */
  readonly name: string;
  /** Rounded up to whole MiB. */
  readonly sizeBytes: number;
  readonly attributes?: readonly PartitionAttribute[];
}

export interface GptRequest {
  readonly diskGuid: Guid;
  /** In the order on the disk; the first becomes partition 1. */
  readonly partitions: readonly GptPartitionRequest[];
  /** Size of the whole disk, whole MiB; by default the smallest that holds everything. */
  readonly diskSizeBytes?: number;
}

export interface GptPartition {
  /** 1 is the first. */
  readonly number: number;
  readonly type: Guid;
  readonly guid: Guid;
  readonly name: string;
  readonly attributes: readonly PartitionAttribute[];
  /** Multiples of 1 MiB. */
  readonly offsetBytes: number;
  readonly sizeBytes: number;
}

export interface GptLayout {
  readonly diskGuid: Guid;
  readonly partitions: readonly GptPartition[];
  /** The whole disk, a multiple of 1 MiB. */
  readonly sizeBytes: number;
}

/**
 * Places the partitions one after another from 1 MiB on. Throws `DISK_GPT_INVALID` for names, identifiers and sizes
 * that cannot be written and `DISK_GPT_TOO_SMALL` when `diskSizeBytes` does not hold them.
 */
export function planGpt(request: GptRequest): GptLayout {
  checkRequest(request);
  let offsetBytes = alignmentBytes;
  const partitions = request.partitions.map((partition, index): GptPartition => {
    const placed = {
      number: index + 1,
      type: partitionTypes[partition.type],
      guid: partition.guid,
      name: partition.name,
      attributes: partition.attributes ?? [],
      offsetBytes,
      sizeBytes: alignUp(partition.sizeBytes),
    };
    offsetBytes += placed.sizeBytes;
    return placed;
  });
  return { diskGuid: request.diskGuid, partitions, sizeBytes: diskSize(request, offsetBytes) };
}

function diskSize(request: GptRequest, partitionsEnd: number): number {
  const smallest = alignUp(partitionsEnd + backupBytes);
  const sizeBytes = request.diskSizeBytes ?? smallest;
  if (sizeBytes < smallest) {
    throw new SlipwayError(
      'DISK_GPT_TOO_SMALL',
      `Cannot lay out the disk: its partitions need ${smallest} bytes, it has ${sizeBytes}`,
      { hint: 'make the disk larger or a partition smaller' },
    );
  }
  if (sizeBytes % alignmentBytes !== 0 || sizeBytes > largestDiskBytes) {
    throw invalid(`its size, ${sizeBytes} bytes, is not a whole number of MiB below 2^53`);
  }
  return sizeBytes;
}

function checkRequest({ diskGuid, partitions }: GptRequest): void {
  if (partitions.length > entryCount) {
    throw invalid(`${partitions.length} partitions, at most ${entryCount} fit`);
  }
  const guids = [diskGuid, ...partitions.map((partition) => partition.guid)];
  for (const [index, guid] of guids.entries()) {
    if (!isGuid(guid) || guid === nilGuid) {
      throw invalid(`${JSON.stringify(guid)} is not a GUID in lower case`);
    }
    if (guids.indexOf(guid) !== index) {
      throw invalid(`the GUID ${guid} is used twice`);
    }
  }
  partitions.forEach(checkPartition);
}

function checkPartition({ name, sizeBytes }: GptPartitionRequest): void {
  if (name.length > nameUnits || name.includes('\0') || !name.isWellFormed()) {
    throw invalid(`the partition name ${JSON.stringify(name)} is longer than ${nameUnits} UTF-16 units or not text`);
  }
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0) {
    throw invalid(`partition ${JSON.stringify(name)} has the size ${sizeBytes}`);
  }
}

function invalid(reason: string): SlipwayError {
  return new SlipwayError('DISK_GPT_INVALID', `Cannot lay out the disk: ${reason}`);
}

function alignUp(value: number): number {
  return Math.ceil(value / alignmentBytes) * alignmentBytes;
}
