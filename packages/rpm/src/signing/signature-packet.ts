import { SlipwayError } from '@slipway/core';

/** Public-key algorithms of OpenPGP (RFC 9580 section 9.1) whose signatures format 4 packages keep apart. */
const rsaAlgorithms: readonly number[] = [1, 3];
const signaturePacket = 2;

/** A package has room for few signatures; the largest post-quantum ones have some 50 kB (SLH-DSA). */
const maxPacketBytes = 1 << 20;

/**
 * Whether a binary OpenPGP signature packet was made with RSA. Throws `RPM_BAD_SIGNATURE` for anything that is not
 * exactly one signature packet of version 3, 4 or 6.
 */
export function isRsaSignature(packet: Uint8Array): boolean {
  const body = signaturePacketBody(packet);
  const version = body[0] ?? 0;
  const algorithm = version === 3 ? body[15] : body[2];
  if (![3, 4, 6].includes(version) || algorithm === undefined) {
    throw badSignature(`its version is ${version}`);
  }
  return rsaAlgorithms.includes(algorithm);
}

/** The contents of a binary OpenPGP signature packet. Throws `RPM_BAD_SIGNATURE` for anything else. */
export function signaturePacketBody(packet: Uint8Array): Uint8Array {
  const first = packet[0] ?? 0;
  const isNewForm = (first & 0x40) !== 0;
  const type = isNewForm ? first & 0x3f : (first >> 2) & 0x0f;
  if ((first & 0x80) === 0 || type !== signaturePacket || packet.length > maxPacketBytes) {
    throw badSignature('it does not begin like one (an armored signature must be decoded first)');
  }
  const { start, length } = isNewForm ? newLength(packet) : oldLength(packet, first & 3);
  if (start + length !== packet.length) {
    throw badSignature(`it has ${packet.length} bytes and says ${start + length}`);
  }
  return packet.subarray(start);
}

interface BodyRange {
  readonly start: number;
  readonly length: number;
}

/** RFC 9580 section 4.2.1. */
function newLength(packet: Uint8Array): BodyRange {
  const first = packet[1] ?? 0;
  if (first < 192) {
    return { start: 2, length: first };
  }
  if (first < 224) {
    return { start: 3, length: ((first - 192) << 8) + (packet[2] ?? 0) + 192 };
  }
  return { start: 6, length: first === 255 ? bigEndian(packet, 2, 4) : Number.NaN };
}

/** RFC 9580 section 4.2.2. */
function oldLength(packet: Uint8Array, lengthType: number): BodyRange {
  if (lengthType === 3) {
    return { start: 1, length: packet.length - 1 };
  }
  const bytes = 1 << lengthType;
  return { start: 1 + bytes, length: bigEndian(packet, 1, bytes) };
}

function bigEndian(bytes: Uint8Array, from: number, count: number): number {
  return bytes.subarray(from, from + count).reduce((value, byte) => value * 256 + byte, 0);
}

function badSignature(reason: string): SlipwayError {
  return new SlipwayError('RPM_BAD_SIGNATURE', `Cannot use the bytes as an OpenPGP signature packet: ${reason}`);
}
