import { SlipwayError } from '@slipway/core';
import type { Header } from '../header/header.ts';
import { headerMagic, indexEntryBytes } from '../header/header-intro.ts';
import { headerType } from '../header/header-type.ts';
import { tag } from '../header/tags.ts';

/**
 * The header of the package file inside an installed header, which is what header digests and signatures cover: magic,
 * counts, index entries and data of the region, in pieces that follow one another (header.cc, hdrblobDigestUpdate).
 * Undefined for packages of rpm 3, which have no such region.
 */
export function immutableRegion(header: Header): readonly Buffer[] | undefined {
  const { blob } = header;
  if (header.regionTag !== tag.headerImmutable) {
    return undefined;
  }
  const indexStart = 8;
  const dataStart = indexStart + blob.readUInt32BE(0) * indexEntryBytes;
  const trailer = blob.readInt32BE(indexStart + 8);
  const entryCount = -blob.readInt32BE(dataStart + trailer + 8) / indexEntryBytes;
  if (blob.readUInt32BE(indexStart + 4) !== headerType.binary || !Number.isInteger(entryCount)) {
    throw new SlipwayError('CORE_BUG', 'a header was read whose region is not one');
  }
  const dataBytes = trailer + indexEntryBytes;
  const counts = Buffer.alloc(8);
  counts.writeUInt32BE(entryCount, 0);
  counts.writeUInt32BE(dataBytes, 4);
  const index = blob.subarray(indexStart, indexStart + entryCount * indexEntryBytes);
  return [headerMagic, counts, index, blob.subarray(dataStart, dataStart + dataBytes)];
}
