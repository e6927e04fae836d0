import { isUtf8 } from 'node:buffer';
import { PacketCursor } from './packet-cursor.ts';
import { PacketFault } from './packet-fault.ts';

/** Signature subpackets of RFC 9580, section 5.2.3.7, that change a verdict. */
export const subpacketType = {
  created: 2,
  expiresAfter: 3,
  exportable: 4,
  revocable: 7,
  keyExpiresAfter: 9,
  issuerKeyId: 16,
  notation: 20,
  primaryUserId: 25,
  keyFlags: 27,
  revocationReason: 29,
  features: 30,
  embeddedSignature: 32,
  issuerFingerprint: 33,
} as const;

export interface Subpacket {
  readonly type: number;
  /** Who does not know it must refuse the signature. */
  readonly critical: boolean;
  readonly body: Buffer;
}

const maxSubpackets = 1024;

/** The subpackets of one area of a signature. Throws `PacketFault`. */
export function readSubpackets(area: Uint8Array): Subpacket[] {
  const cursor = new PacketCursor(area);
  const subpackets: Subpacket[] = [];
  while (cursor.left > 0) {
    if (subpackets.length === maxSubpackets) {
      throw new PacketFault(`more than ${maxSubpackets} subpackets`, cursor.offset);
    }
    const length = subpacketLength(cursor);
    if (length > cursor.left) {
      const reason = 'Malformed packet: Subpacket extends beyond the end of the subpacket area';
      throw new PacketFault(reason, cursor.offset);
    }
    if (length === 0) {
      throw new PacketFault('Malformed packet: Zero-length subpacket', cursor.offset);
    }
    const type = cursor.uint8();
    const subpacket = { type: type & 0x7f, critical: (type & 0x80) !== 0, body: cursor.take(length - 1) };
    checkContent(subpacket, cursor.offset);
    subpackets.push(subpacket);
  }
  return subpackets;
}

function checkContent(subpacket: Subpacket, end: number): void {
  const reason = contentFault(subpacket);
  if (reason !== undefined) {
    throw new PacketFault(reason, end - subpacket.body.length);
  }
}

/** In Sequoia's words: rpmkeys prints them. */
function contentFault({ type, body }: Subpacket): string | undefined {
  const { length } = body;
  const malformed = 'Malformed packet: Malformed';
  switch (type) {
    case subpacketType.created:
    case subpacketType.expiresAfter:
    case subpacketType.keyExpiresAfter:
      return length === 4 ? undefined : `${malformed} subpacket: body length is ${length} bytes, but read 4`;
    case subpacketType.issuerKeyId:
      return length === 8 ? undefined : `${malformed} issuer subpacket: expect 8 bytes (got ${length})`;
    case subpacketType.exportable:
    case subpacketType.revocable:
    case subpacketType.primaryUserId:
      return length === 1 ? undefined : 'Bad signature: Wrong number of bytes in certification subpacket';
    case subpacketType.issuerFingerprint: {
      const expected = body[0] === 4 ? 21 : body[0] === 6 ? 33 : length;
      return length === expected
        ? undefined
        : `${malformed} issuer fingerprint subpacket: expected ${expected} bytes, got ${length}`;
    }
    case subpacketType.notation: {
      const expected = length < 8 ? 8 : 8 + body.readUInt16BE(4) + body.readUInt16BE(6);
      if (length !== expected) {
        return `${malformed} notation data subpacket: expected ${expected} bytes, got ${length}`;
      }
      return isUtf8(body.subarray(8, 8 + body.readUInt16BE(4))) ? undefined : `${malformed} notation name`;
    }
    default:
      return undefined;
  }
}

/** Of type and body together; the form is that of new packets without parts. */
function subpacketLength(cursor: PacketCursor): number {
  const first = cursor.uint8();
  if (first < 192) {
    return first;
  }
  return first < 255 ? ((first - 192) << 8) + cursor.uint8() + 192 : cursor.uint32();
}
