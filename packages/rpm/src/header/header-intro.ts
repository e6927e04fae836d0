import { SlipwayError } from '@slipway/core';

/** What a header is, which decides its limits: signature and main header of a package, or one of an rpm database. */
export type HeaderKind = 'signature' | 'main' | 'installed';

export const headerMagic: Buffer = Buffer.from('8eade80100000000', 'hex');
export const indexEntryBytes = 16;
/** Magic, entry count, data size. */
export const introBytes = 16;

/** rpm's limits (header.cc), which keep a hostile header from claiming gigabytes. */
const limits: Readonly<Record<HeaderKind, { readonly entries: number; readonly dataBytes: number }>> = {
  signature: { entries: 32, dataBytes: 64 * 1024 * 1024 },
  main: { entries: 0xffff, dataBytes: 0x0fffffff - 0xffff * indexEntryBytes },
  installed: { entries: 0xffff, dataBytes: 0x0fffffff - 0xffff * indexEntryBytes },
};

export interface HeaderIntro {
  readonly entryCount: number;
  readonly dataBytes: number;
  /** From the magic (or, for installed headers, from the entry count) to the end of the data. */
  readonly totalBytes: number;
}

/** Where a header lies, for error messages. */
export interface HeaderPlace {
  readonly kind: HeaderKind;
  readonly file: string;
  /** Byte offset of the header in the file. */
  readonly offset: number;
}

/** Reads magic, entry count and data size at the start of `bytes` (16 bytes; 8 for installed headers, which have no magic). */
export function readHeaderIntro(bytes: Buffer, place: HeaderPlace): HeaderIntro {
  const magicBytes = place.kind === 'installed' ? 0 : headerMagic.length;
  if (bytes.length < magicBytes + 8) {
    throw headerError(place, 'it is cut short');
  }
  if (!bytes.subarray(0, magicBytes).equals(headerMagic.subarray(0, magicBytes))) {
    throw headerError(place, 'its magic number is wrong');
  }
  const entryCount = bytes.readUInt32BE(magicBytes);
  const dataBytes = bytes.readUInt32BE(magicBytes + 4);
  const limit = limits[place.kind];
  if (entryCount < 1 || entryCount > limit.entries) {
    throw headerError(place, `it claims ${entryCount} entries (1 to ${limit.entries} are allowed)`);
  }
  if (dataBytes > limit.dataBytes) {
    throw headerError(place, `it claims ${dataBytes} bytes of data (${limit.dataBytes} are allowed)`);
  }
  return { entryCount, dataBytes, totalBytes: magicBytes + 8 + entryCount * indexEntryBytes + dataBytes };
}

export function headerError(place: HeaderPlace, reason: string, offset = 0): SlipwayError {
  const name = place.kind === 'signature' ? 'signature header' : 'header';
  return new SlipwayError('RPM_BAD_HEADER', `Cannot read the ${name} of ${place.file}: ${reason}`, {
    hint: 'the package is damaged or was made by a broken program: get it again, or leave it out',
    at: { file: place.file, offset: place.offset + offset },
  });
}
