import { createHmac } from 'node:crypto';

/** The usual text form in lower case: `c12a7328-f81f-11d2-ba4b-00a0c93ec93b`. */
export type Guid = string;

const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const nilGuid: Guid = '00000000-0000-0000-0000-000000000000';

export function isGuid(text: string): text is Guid {
  return guidPattern.test(text);
}

/**
 * A GUID that is the same for the same seed and role, and unrelated for any other pair: the first 16 bytes of
 * HMAC-SHA-256(key = `seed`, message = `role`), both as UTF-8, with the version set to 8 and the RFC variant
 * (RFC 9562 section 5.8: version 5 is reserved for SHA-1).
 */
export function deriveGuid(seed: string, role: string): Guid {
  const bytes = createHmac('sha256', seed).update(role).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return formatGuid(bytes);
}

/** Text of 16 bytes in network order (RFC 9562 section 4). */
export function formatGuid(bytes: Uint8Array): Guid {
  const hex = Buffer.from(bytes).toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** 16 bytes in network order: VHD footers, ext4 superblocks. */
export function guidBytes(guid: Guid): Buffer {
  return Buffer.from(guid.replaceAll('-', ''), 'hex');
}

/** 16 bytes as EFI_GUID stores them: the first three fields are little-endian (UEFI 2.10 appendix A). */
export function mixedEndianGuidBytes(guid: Guid): Buffer {
  const bytes = guidBytes(guid);
  bytes.subarray(0, 4).reverse();
  bytes.subarray(4, 6).reverse();
  bytes.subarray(6, 8).reverse();
  return bytes;
}
