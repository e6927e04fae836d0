import { hashAlgorithm, publicKeyAlgorithm } from './algorithms.ts';
import { PacketCursor } from './packet-cursor.ts';
import { PacketFault } from './packet-fault.ts';
import { readSubpackets, type Subpacket, subpacketType } from './subpackets.ts';

/** Signature types of RFC 9580, section 5.2.1. */
export const signatureType = {
  binary: 0x00,
  text: 0x01,
  genericCertification: 0x10,
  positiveCertification: 0x13,
  subkeyBinding: 0x18,
  primaryKeyBinding: 0x19,
  directKey: 0x1f,
  keyRevocation: 0x20,
  subkeyRevocation: 0x28,
  certificationRevocation: 0x30,
} as const;

/**
 * Who made a signature, by its own account. Fingerprints and key ids are lower-case hexadecimal; there is no key id
 * ('') to a fingerprint of unknown form.
 */
export interface Issuer {
  readonly keyId: string;
  readonly fingerprint: string | undefined;
}

export interface SignaturePacket {
  readonly version: 3 | 4 | 6;
  readonly type: number;
  readonly publicKeyAlgorithm: number;
  readonly hashAlgorithm: number;
  /** Seconds since 1970; only what the signature covers counts. */
  readonly created: number | undefined;
  /** Fingerprints first. */
  readonly issuers: readonly Issuer[];
  readonly hashed: readonly Subpacket[];
  readonly unhashed: readonly Subpacket[];
  /** The first two bytes of the digest; not signed, for finding mistakes without a key. */
  readonly digestPrefix: Buffer;
  /** Hashed before the message; empty but in version 6. */
  readonly salt: Buffer;
  /** Hashed after the message (RFC 9580, 5.2.4). */
  readonly trailer: Buffer;
  /**
   * Big integers, as many as the algorithm has, or the one octet string of the newer algorithms. Undefined for
   * algorithms that are not known.
   */
  readonly values: readonly Buffer[] | undefined;
}

const { rsa, rsaSignOnly, dsa, ecdsa, eddsaLegacy } = publicKeyAlgorithm;
const integerCounts: Readonly<Record<number, number>> = {
  [rsa]: 1,
  [rsaSignOnly]: 1,
  [dsa]: 2,
  [ecdsa]: 2,
  [eddsaLegacy]: 2,
};

/** RSA for encryption, Elgamal, ECDH, X25519, X448, ML-KEM: what names one of them as its algorithm signs nothing. */
const encryptionAlgorithms: readonly number[] = [2, 16, 18, 25, 26, 35, 36];

/** Bytes of the signatures that are octet strings. */
export const nativeSignatureBytes: Readonly<Record<number, number>> = {
  [publicKeyAlgorithm.ed25519]: 64,
  [publicKeyAlgorithm.ed448]: 114,
  [publicKeyAlgorithm.mlDsa65Ed25519]: 64 + 3309,
  [publicKeyAlgorithm.mlDsa87Ed448]: 114 + 4627,
  [publicKeyAlgorithm.slhDsaShake128s]: 7856,
  [publicKeyAlgorithm.slhDsaShake128f]: 17088,
  [publicKeyAlgorithm.slhDsaShake256s]: 29792,
};

/**
 * The body of a signature packet of version 3, 4 or 6 (RFC 9580, 5.2). Bytes after the signature are passed over, as
 * rpm does. Throws `PacketFault`.
 */
export function readSignature(body: Uint8Array): SignaturePacket {
  const cursor = new PacketCursor(body);
  const version = cursor.uint8();
  switch (version) {
    case 3:
      return readVersion3(cursor);
    case 4:
    case 6:
      return readVersion4(cursor, version);
    default:
      throw new PacketFault('Malformed packet: unknown version', 0);
  }
}

function readVersion3(cursor: PacketCursor): SignaturePacket {
  if (cursor.uint8() !== 5) {
    throw new PacketFault('the hashed part of a version 3 signature has not 5 bytes', 1);
  }
  const trailer = cursor.take(5);
  const keyId = cursor.take(8).toString('hex');
  const [publicKey, hash, digestPrefix] = [cursor.uint8(), cursor.uint8(), cursor.take(2)];
  return {
    version: 3,
    type: trailer.readUInt8(),
    publicKeyAlgorithm: publicKey,
    hashAlgorithm: hash,
    created: trailer.readUInt32BE(1),
    issuers: [{ keyId, fingerprint: undefined }],
    hashed: [],
    unhashed: [],
    digestPrefix,
    salt: Buffer.alloc(0),
    trailer,
    values: readValues(cursor, publicKey),
  };
}

function readVersion4(cursor: PacketCursor, version: 4 | 6): SignaturePacket {
  const start = Buffer.from([version, ...cursor.take(3)]);
  const [type = 0, publicKey = 0, hash = 0] = start.subarray(1);
  const readLength = () => (version === 6 ? cursor.uint32() : cursor.uint16());
  const { area: hashedArea, subpackets: hashed } = readArea(cursor, readLength());
  const { subpackets: unhashed } = readArea(cursor, readLength());
  const digestPrefix = cursor.take(2);
  const salt = version === 6 ? readSalt(cursor, hash) : Buffer.alloc(0);
  return {
    version,
    type,
    publicKeyAlgorithm: publicKey,
    hashAlgorithm: hash,
    created: numberOf(hashed, subpacketType.created),
    issuers: readIssuers([...hashed, ...unhashed]),
    hashed,
    unhashed,
    digestPrefix,
    salt,
    trailer: trailerOf(start, hashedArea),
    values: readValues(cursor, publicKey),
  };
}

/** Faults inside of an area come before that of its being cut off. */
function readArea(cursor: PacketCursor, length: number): { area: Buffer; subpackets: Subpacket[] } {
  const subpackets = readSubpackets(cursor.fork().take(Math.min(length, cursor.left)));
  return { area: cursor.take(length), subpackets };
}

function readSalt(cursor: PacketCursor, hash: number): Buffer {
  const length = cursor.uint8();
  const expected = hashAlgorithm(hash)?.saltBytes;
  if (expected !== undefined && length !== expected) {
    throw new PacketFault(`a salt of ${length} bytes, not ${expected}`, cursor.offset - 1);
  }
  return cursor.take(length);
}

/** What versions 4 and 6 hash after the message. `start` is version, type and the two algorithms. */
export function trailerOf(start: Uint8Array, hashedArea: Uint8Array): Buffer {
  const version = start[0] ?? 0;
  const areaLength = Buffer.alloc(version === 6 ? 4 : 2);
  areaLength.writeUIntBE(hashedArea.length, 0, areaLength.length);
  const signed = Buffer.concat([start, areaLength, hashedArea]);
  const end = Buffer.from([version, 0xff, 0, 0, 0, 0]);
  end.writeUInt32BE(signed.length, 2);
  return Buffer.concat([signed, end]);
}

function readValues(cursor: PacketCursor, algorithm: number): Buffer[] | undefined {
  const count = integerCounts[algorithm];
  const bytes = nativeSignatureBytes[algorithm];
  if (encryptionAlgorithms.includes(algorithm)) {
    throw new PacketFault('Malformed packet: not a signature algorithm', cursor.offset);
  }
  if (count === undefined && bytes === undefined) {
    return undefined;
  }
  return bytes === undefined ? Array.from({ length: count ?? 0 }, () => cursor.mpi()) : [cursor.take(bytes)];
}

function readIssuers(subpackets: readonly Subpacket[]): Issuer[] {
  const fingerprints = subpackets.filter(({ type }) => type === subpacketType.issuerFingerprint).flatMap(namedIssuer);
  const keyIds = subpackets
    .filter(({ type, body }) => type === subpacketType.issuerKeyId && body.length === 8)
    .map(({ body }): Issuer => ({ keyId: body.toString('hex'), fingerprint: undefined }));
  return [...fingerprints, ...keyIds];
}

function namedIssuer({ body }: Subpacket): Issuer[] {
  const fingerprint = body.toString('hex', 1);
  const isKnown = (body[0] === 4 && body.length === 21) || (body[0] === 6 && body.length === 33);
  return [{ keyId: isKnown ? keyIdOf(fingerprint) : '', fingerprint }];
}

/** Version 4: the last eight bytes of the fingerprint; version 6: the first eight (RFC 9580, 5.5.4). */
export function keyIdOf(fingerprint: string): string {
  return fingerprint.length === 40 ? fingerprint.slice(-16) : fingerprint.slice(0, 16);
}

/** The number in the last subpacket of a type, as Sequoia reads repeated ones. */
export function numberOf(subpackets: readonly Subpacket[], type: number): number | undefined {
  const body = bodyOf(subpackets, type);
  return body?.length === 4 ? body.readUInt32BE() : undefined;
}

export function bodyOf(subpackets: readonly Subpacket[], type: number): Buffer | undefined {
  return subpackets.findLast((subpacket) => subpacket.type === type)?.body;
}

/** Seconds since 1970 from which on the signature says nothing any more. */
export function signatureExpiry(signature: SignaturePacket): number {
  const after = numberOf(signature.hashed, subpacketType.expiresAfter) ?? 0;
  return after === 0 ? Number.POSITIVE_INFINITY : (signature.created ?? 0) + after;
}
