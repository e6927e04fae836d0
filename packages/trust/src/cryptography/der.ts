/** The few forms of DER (X.690) that public keys need. */

export function derSequence(...parts: readonly Uint8Array[]): Buffer {
  return element(0x30, Buffer.concat(parts));
}

/** `magnitude` is unsigned and big-endian. */
export function derInteger(magnitude: Uint8Array): Buffer {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Buffer.alloc(1) : Buffer.from(magnitude.subarray(start));
  const isNegativeLooking = (digits[0] ?? 0) >= 0x80;
  return element(0x02, isNegativeLooking ? Buffer.concat([Buffer.alloc(1), digits]) : digits);
}

/** `body` in hexadecimal, without tag and length. */
export function derObjectId(body: string): Buffer {
  return element(0x06, Buffer.from(body, 'hex'));
}

/** Whole bytes only. */
export function derBitString(bytes: Uint8Array): Buffer {
  return element(0x03, Buffer.concat([Buffer.alloc(1), bytes]));
}

export function derOctetString(bytes: Uint8Array): Buffer {
  return element(0x04, Buffer.from(bytes));
}

/** An optional part with its number. */
export function derExplicit(number: number, content: Uint8Array): Buffer {
  return element(0xa0 | number, Buffer.from(content));
}

export function derNull(): Buffer {
  return element(0x05, Buffer.alloc(0));
}

function element(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

function lengthOf({ length }: Buffer): Buffer {
  if (length < 0x80) {
    return Buffer.from([length]);
  }
  const digits = Math.ceil(length.toString(16).length / 2);
  const encoded = Buffer.alloc(1 + digits, 0x80 | digits);
  encoded.writeUIntBE(length, 1, digits);
  return encoded;
}
