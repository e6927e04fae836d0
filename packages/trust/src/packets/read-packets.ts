import { PacketCursor } from './packet-cursor.ts';
import { PacketFault } from './packet-fault.ts';

/** Packet types of RFC 9580, section 5. */
export const packetType = {
  signature: 2,
  secretKey: 5,
  publicKey: 6,
  secretSubkey: 7,
  marker: 10,
  trust: 12,
  userId: 13,
  publicSubkey: 14,
  userAttribute: 17,
  padding: 21,
} as const;

export interface Packet {
  readonly type: number;
  readonly body: Buffer;
  /** Of the packet's first byte. */
  readonly offset: number;
}

/** A certificate of a distribution has some tens of packets; key servers have seen tens of thousands. */
const maxPackets = 50_000;

/**
 * The packets of a binary keyring or signature, in order. Both header forms (RFC 9580, 4.2); lengths of unknown size
 * do not exist in keys and signatures. Throws `PacketFault`.
 */
export function readPackets(bytes: Uint8Array): Packet[] {
  const cursor = new PacketCursor(bytes);
  const packets: Packet[] = [];
  while (cursor.left > 0) {
    if (packets.length === maxPackets) {
      throw new PacketFault(`more than ${maxPackets} packets`, cursor.offset);
    }
    packets.push(readPacket(cursor));
  }
  return packets;
}

/** The packet at the cursor. Throws `PacketFault`. */
export function readPacket(cursor: PacketCursor): Packet {
  const { type, length, offset } = readPacketHead(cursor);
  return { type, body: cursor.take(length), offset };
}

/** Type and announced length of the packet at the cursor, which stands at its body afterwards. Throws `PacketFault`. */
export function readPacketHead(cursor: PacketCursor): Omit<Packet, 'body'> & { readonly length: number } {
  const { offset } = cursor;
  const first = cursor.uint8();
  if ((first & 0x80) === 0) {
    throw new PacketFault('no packet begins here', offset);
  }
  const isNewForm = (first & 0x40) !== 0;
  const length = isNewForm ? newLength(cursor) : oldLength(cursor, first & 3);
  return { type: isNewForm ? first & 0x3f : (first >> 2) & 0x0f, length, offset };
}

function newLength(cursor: PacketCursor): number {
  const first = cursor.uint8();
  if (first < 192) {
    return first;
  }
  if (first < 224) {
    return ((first - 192) << 8) + cursor.uint8() + 192;
  }
  if (first < 255) {
    throw new PacketFault('a packet of a key or signature comes in parts', cursor.offset - 1);
  }
  return cursor.uint32();
}

function oldLength(cursor: PacketCursor, kind: number): number {
  switch (kind) {
    case 0:
      return cursor.uint8();
    case 1:
      return cursor.uint16();
    case 2:
      return cursor.uint32();
    default:
      throw new PacketFault('a packet has no length', cursor.offset - 1);
  }
}
