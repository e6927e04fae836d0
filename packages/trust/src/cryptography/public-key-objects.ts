import { createPublicKey, type KeyObject } from 'node:crypto';
import { publicKeyAlgorithm } from '../packets/algorithms.ts';
import type { KeyPacket } from '../packets/key-packet.ts';
import { curveByOid, ed25519LegacyOid } from './curves.ts';
import { derBitString, derInteger, derNull, derObjectId, derSequence } from './der.ts';

/** Object identifiers of SubjectPublicKeyInfo, in hexadecimal (RFC 3279). */
const rsaOid = '2a864886f70d010101';
const dsaOid = '2a8648ce380401';
const ecOid = '2a8648ce3d0201';
/** Larger ones only cost time: nobody makes them. */
const maxIntegerBits = 16_384;
const ed25519Bytes = 32;
const ed448Bytes = 57;

type NodeKeyType = NonNullable<KeyObject['asymmetricKeyType']>;

export interface NativePart {
  readonly nodeType: NodeKeyType;
  readonly publicBytes: number;
  readonly signatureBytes: number;
}

const ed25519Part: NativePart = { nodeType: 'ed25519', publicBytes: ed25519Bytes, signatureBytes: 64 };
const ed448Part: NativePart = { nodeType: 'ed448', publicBytes: ed448Bytes, signatureBytes: 114 };

/**
 * Of the algorithms whose keys and signatures are octet strings: what they are made of, in this order. All parts must
 * hold (draft-ietf-openpgp-pqc, 5.2).
 */
export const nativeParts: Readonly<Record<number, readonly NativePart[]>> = {
  [publicKeyAlgorithm.ed25519]: [ed25519Part],
  [publicKeyAlgorithm.ed448]: [ed448Part],
  [publicKeyAlgorithm.mlDsa65Ed25519]: [
    ed25519Part,
    { nodeType: 'ml-dsa-65', publicBytes: 1952, signatureBytes: 3309 },
  ],
  [publicKeyAlgorithm.mlDsa87Ed448]: [ed448Part, { nodeType: 'ml-dsa-87', publicBytes: 2592, signatureBytes: 4627 }],
  [publicKeyAlgorithm.slhDsaShake128s]: [{ nodeType: 'slh-dsa-shake-128s', publicBytes: 32, signatureBytes: 7856 }],
  [publicKeyAlgorithm.slhDsaShake128f]: [{ nodeType: 'slh-dsa-shake-128f', publicBytes: 32, signatureBytes: 17_088 }],
  [publicKeyAlgorithm.slhDsaShake256s]: [{ nodeType: 'slh-dsa-shake-256s', publicBytes: 64, signatureBytes: 29_792 }],
};

const known = new WeakMap<KeyPacket, readonly KeyObject[] | undefined>();

/** The key for node:crypto, one object for each part. Undefined when it cannot sign or is not a point of its curve. */
export function publicKeyObjects(key: KeyPacket): readonly KeyObject[] | undefined {
  if (!known.has(key)) {
    known.set(key, tryBuild(key));
  }
  return known.get(key);
}

function tryBuild(key: KeyPacket): readonly KeyObject[] | undefined {
  try {
    return build(key);
  } catch {
    return undefined; // OpenSSL says no in many ways; all of them mean that nothing can be verified
  }
}

function build({ algorithm, material }: KeyPacket): readonly KeyObject[] | undefined {
  switch (material.family) {
    case 'rsa':
      return bitsOf(material.n) > maxIntegerBits
        ? undefined
        : [
            fromSpki(
              derSequence(derObjectId(rsaOid), derNull()),
              derSequence(derInteger(material.n), derInteger(material.e)),
            ),
          ];
    case 'dsa': {
      const domain = derSequence(derInteger(material.p), derInteger(material.q), derInteger(material.g));
      return bitsOf(material.p) > maxIntegerBits
        ? undefined
        : [fromSpki(derSequence(derObjectId(dsaOid), domain), derInteger(material.y))];
    }
    case 'ec':
      return buildEc(algorithm, material.oid, material.point);
    case 'native':
      return buildNative(nativeParts[algorithm] ?? [], material.bytes);
    default:
      return undefined;
  }
}

function buildEc(algorithm: number, oid: string, point: Buffer): readonly KeyObject[] | undefined {
  if (algorithm === publicKeyAlgorithm.eddsaLegacy) {
    const isNativePoint = oid === ed25519LegacyOid && point.length === ed25519Bytes + 1 && point[0] === 0x40;
    return isNativePoint ? buildNative([ed25519Part], point.subarray(1)) : undefined;
  }
  return curveByOid(oid) === undefined
    ? undefined
    : [fromSpki(derSequence(derObjectId(ecOid), derObjectId(oid)), point)];
}

function fromSpki(algorithm: Buffer, publicKey: Buffer): KeyObject {
  return createPublicKey({ key: derSequence(algorithm, derBitString(publicKey)), format: 'der', type: 'spki' });
}

function buildNative(parts: readonly NativePart[], bytes: Buffer): readonly KeyObject[] {
  let offset = 0;
  return parts.map(({ nodeType, publicBytes }) => {
    offset += publicBytes;
    return rawPublicKey(nodeType, bytes.subarray(offset - publicBytes, offset));
  });
}

function rawPublicKey(nodeType: NodeKeyType, key: Buffer): KeyObject {
  return createPublicKey({ key, format: 'raw-public', asymmetricKeyType: nodeType });
}

export function bitsOf(integer: Buffer): number {
  return integer.length === 0 ? 0 : integer.length * 8 - Math.clz32(integer[0] ?? 0) + 24;
}
