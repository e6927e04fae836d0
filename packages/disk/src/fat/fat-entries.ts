import { entrySize } from './fat-geometry.ts';
import { type FatName, writeLongName } from './fat-names.ts';

export const attributes = { volumeLabel: 0x08, directory: 0x10, archive: 0x20 } as const;

/** Date and time words of directory entries; seconds count in twos. */
export interface FatTime {
  readonly date: number;
  readonly time: number;
}

const firstYear = 1980;
const earliest = Date.UTC(firstYear, 0, 1) / 1000;
const latest = Date.UTC(firstYear + 127, 11, 31, 23, 59, 58) / 1000;

/** Seconds since 1970 as UTC, moved into the range of 1980 to 2107. */
export function fatTime(seconds: number): FatTime {
  const moment = new Date(Math.min(Math.max(seconds, earliest), latest) * 1000);
  return {
    date: ((moment.getUTCFullYear() - firstYear) << 9) | ((moment.getUTCMonth() + 1) << 5) | moment.getUTCDate(),
    time: (moment.getUTCHours() << 11) | (moment.getUTCMinutes() << 5) | (moment.getUTCSeconds() >> 1),
  };
}

export interface FatEntry {
  readonly name: FatName;
  readonly attribute: number;
  /** 0 for empty files, labels, and the root directory as a parent. */
  readonly cluster: number;
  /** 0 for directories. */
  readonly sizeBytes: number;
}

/** The long name and the short entry; created, changed and read at the same time. */
export function writeEntry({ name, attribute, cluster, sizeBytes }: FatEntry, { date, time }: FatTime): Buffer {
  const bytes = Buffer.alloc(entrySize);
  bytes.set(name.short, 0);
  bytes.writeUInt8(attribute, 11);
  bytes.writeUInt16LE(time, 14);
  bytes.writeUInt16LE(date, 16);
  bytes.writeUInt16LE(attribute === attributes.volumeLabel ? 0 : date, 18);
  bytes.writeUInt16LE(cluster >>> 16, 20);
  bytes.writeUInt16LE(time, 22);
  bytes.writeUInt16LE(date, 24);
  bytes.writeUInt16LE(cluster & 0xffff, 26);
  bytes.writeUInt32LE(sizeBytes, 28);
  return Buffer.concat([writeLongName(name), bytes]);
}
