import type { Chunks } from '@slipway/core';

/** What every member of a tar archive has. */
export interface TarAttributes {
  /** As stored, without a final slash; from outside it may be anything: absolute, `./x`, `../x`. */
  readonly path: string;
  /** Permission bits (octal 07777). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Owner and group names; empty for none. */
  readonly user: string;
  readonly group: string;
  /** Whole seconds since 1970. */
  readonly mtime: number;
  /** Extended attributes by full name (PAX `SCHILY.xattr.*`), sorted by name. */
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
}

export type TarLink = TarAttributes & { readonly type: 'symlink' | 'hardlink'; readonly linkTarget: string };
export type TarDevice = TarAttributes & {
  readonly type: 'character-device' | 'block-device';
  readonly major: number;
  readonly minor: number;
};
export type TarPlain = TarAttributes & { readonly type: 'directory' | 'fifo' };
export type TarFile<Content> = TarAttributes & {
  readonly type: 'file';
  readonly sizeBytes: number;
  /** When reading: readable once, until the next entry is asked for; what is not read is skipped. */
  readonly content: Content;
};

export type TarEntry = TarFile<AsyncIterable<Uint8Array>> | TarLink | TarDevice | TarPlain;
export type TarWriteEntry = TarFile<Chunks> | TarLink | TarDevice | TarPlain;

export const tarBlockBytes = 512;

/** Bytes that fill the last block of content. */
export function tarPaddingBytes(sizeBytes: number): number {
  return (tarBlockBytes - (sizeBytes % tarBlockBytes)) % tarBlockBytes;
}

/**
 * What names are in memory: Unicode text (names that are not UTF-8 are refused), or one character per byte, so that
 * names of any encoding stay as they are.
 */
export type TarNames = 'utf8' | 'bytes';

/** POSIX ustar typeflags. */
export const tarTypeFlags = {
  file: '0',
  hardlink: '1',
  symlink: '2',
  'character-device': '3',
  'block-device': '4',
  directory: '5',
  fifo: '6',
} as const satisfies Record<TarEntry['type'], string>;

/** Where the fields of a header block are: [offset, length] (POSIX pax, "ustar Interchange Format"). */
export const tarFields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkTarget: [157, 100],
  magic: [257, 6],
  version: [263, 2],
  user: [265, 32],
  group: [297, 32],
  major: [329, 8],
  minor: [337, 8],
  prefix: [345, 155],
} as const satisfies Record<string, readonly [number, number]>;

export const xattrKeyword = 'SCHILY.xattr.';

/** The sum of a header's bytes with the checksum field taken as spaces. */
export function tarChecksum(block: Uint8Array): number {
  let sum = 8 * 0x20;
  const [start, length] = tarFields.checksum;
  for (let at = 0; at < tarBlockBytes; at++) {
    sum += at >= start && at < start + length ? 0 : (block[at] as number);
  }
  return sum;
}
