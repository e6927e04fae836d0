import { binaryEntry, type HeaderEntry, int32Entry, int64Entry, stringEntry } from '../header/header-entry.ts';
import { signatureTag } from '../header/tags.ts';
import { writeHeader } from '../header/write-header.ts';

/** Zeros that rpm keeps free for signatures that are added later. */
const reservedBytes = 4096 + 32;
const max32 = 0xffffffff;

export interface SignatureFacts {
  /** Hexadecimal digests of the main header. */
  readonly sha1: string;
  readonly sha256: string;
  readonly sha3: string;
  /** Of main header and payload, 16 bytes. */
  readonly md5: Uint8Array;
  /** Main header and compressed payload together, in bytes. */
  readonly contentBytes: number;
  /** The uncompressed payload, in bytes. */
  readonly archiveBytes: number;
  /** Whether the sizes are written with 64 bits: decided before they are known exactly. */
  readonly longSizes: boolean;
}

/** The unsigned signature header of a format 6 package, padded to 8 bytes; digests of the main header in hexadecimal. */
export function writeSignatureHeader6({ sha256, sha3 }: Pick<SignatureFacts, 'sha256' | 'sha3'>): Buffer {
  return padSignatureHeader([
    stringEntry(signatureTag.sha256, sha256),
    stringEntry(signatureTag.sha3, sha3),
    binaryEntry(signatureTag.reserved, Buffer.alloc(reservedBytes)),
  ]);
}

/** The unsigned signature header of a format 4 package, padded to 8 bytes. */
export function writeSignatureHeader4(facts: SignatureFacts): Buffer {
  const sizes: HeaderEntry[] = facts.longSizes
    ? [
        int64Entry(signatureTag.longSize, [facts.contentBytes]),
        int64Entry(signatureTag.longArchiveSize, [facts.archiveBytes]),
      ]
    : [int32Entry(signatureTag.size, [facts.contentBytes]), int32Entry(signatureTag.payloadSize, [facts.archiveBytes])];
  return padSignatureHeader([
    stringEntry(signatureTag.sha1, facts.sha1),
    stringEntry(signatureTag.sha256, facts.sha256),
    binaryEntry(signatureTag.md5, facts.md5),
    ...sizes,
    binaryEntry(signatureTag.reservedSpace, Buffer.alloc(reservedBytes)),
  ]);
}

/** Whether sizes may pass 32 bits: compression never makes data larger than by this rule. */
export function needsLongSizes(headerBytes: number, archiveBytes: number): boolean {
  const worstCompression = archiveBytes + Math.ceil(archiveBytes / 128) + (1 << 16);
  return headerBytes + worstCompression > max32;
}

export function padSignatureHeader(entries: readonly HeaderEntry[]): Buffer {
  const header = writeHeader(entries, 'signatures');
  return Buffer.concat([header, Buffer.alloc((8 - (header.length % 8)) % 8)]);
}
