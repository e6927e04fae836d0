/** A packet with its new-form header (RFC 9580, 4.2.1). */
export function writePacket(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0xc0 | type]), writeLength(body.length), body]);
}

/** A subpacket; its length is written as that of packets. */
export function writeSubpacket(type: number, body: Uint8Array): Buffer {
  return Buffer.concat([writeLength(body.length + 1), Buffer.from([type]), body]);
}

/** A multiprecision integer; leading zeros of `magnitude` do not count (RFC 9580, 3.2). */
export function writeMpi(magnitude: Uint8Array): Buffer {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Buffer.alloc(0) : Buffer.from(magnitude.subarray(start));
  const bits = digits.length === 0 ? 0 : digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24;
  return Buffer.concat([writeUint16(bits), digits]);
}

export function writeUint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function writeUint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function writeLength(length: number): Buffer {
  if (length < 192) {
    return Buffer.from([length]);
  }
  return length < 8384
    ? Buffer.from([192 + ((length - 192) >> 8), (length - 192) & 0xff])
    : Buffer.concat([Buffer.from([0xff]), writeUint32(length)]);
}
