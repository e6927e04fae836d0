import type { Chunks } from '@slipway/core';

/** A member of a newc archive: the fields of its header (cpio(5), "New ASCII Format"), each below 2^32. */
export interface CpioFields {
  /** As stored: `./usr/bin/x` in RPM payloads, `usr/bin/x` in initramfs archives. */
  readonly path: string;
  /** File type and permissions as in st_mode. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Links of one file share inode and device numbers; all but the last have no content. */
  readonly inode: number;
  readonly linkCount: number;
  readonly devMajor: number;
  readonly devMinor: number;
  /** Of device nodes. */
  readonly rdevMajor: number;
  readonly rdevMinor: number;
  /** The target of a symbolic link is its content. */
  readonly sizeBytes: number;
}

export type CpioEntry =
  | (CpioFields & { readonly kind: 'newc'; readonly content: AsyncIterable<Uint8Array> })
  /** RPM's form without names: `index` is the file's place in the package header. */
  | {
      readonly kind: 'stripped';
      readonly index: number;
      readonly sizeBytes: number;
      readonly content: AsyncIterable<Uint8Array>;
    };

export type CpioWriteEntry =
  | (CpioFields & { readonly kind: 'newc'; readonly content: Chunks })
  | { readonly kind: 'stripped'; readonly index: number; readonly sizeBytes: number; readonly content: Chunks };

/** How names and the characters of `path` go together; `latin1` has a character for each byte, whatever it means. */
export type NameEncoding = 'utf8' | 'latin1';

export const newcMagic = '070701';
/** rpm's lib/cpio.cc: the magic and the index in 8 hexadecimal digits are the whole header. */
export const strippedMagic = '07070X';
export const newcHeaderBytes = 110;
export const cpioTrailer = 'TRAILER!!!';
/** Linux PATH_MAX with the final zero byte: the kernel refuses longer names. */
export const maxCpioNameBytes = 4096;

export function cpioPadding(offset: number): number {
  return (4 - (offset % 4)) % 4;
}
