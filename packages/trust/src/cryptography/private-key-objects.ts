import { createPrivateKey, type KeyObject } from 'node:crypto';
import { publicKeyAlgorithm } from '../packets/algorithms.ts';
import type { KeyPacket } from '../packets/key-packet.ts';
import { PacketCursor } from '../packets/packet-cursor.ts';
import { PacketFault } from '../packets/packet-fault.ts';
import type { SecretKeyPacket } from '../packets/secret-key-packet.ts';
import { derBitString, derExplicit, derInteger, derObjectId, derOctetString, derSequence } from './der.ts';
import { type NativePart, nativeParts } from './public-key-objects.ts';

/** The secret key for node:crypto, one object for each part. Throws `PacketFault`. */
export function privateKeyObjects({ key, secret }: SecretKeyPacket): readonly KeyObject[] {
  try {
    return build(key, secret);
  } catch (fault) {
    throw fault instanceof PacketFault ? fault : new PacketFault('its secret numbers make no key', 0);
  }
}

function build(key: KeyPacket, secret: Buffer): readonly KeyObject[] {
  const cursor = new PacketCursor(secret);
  const { material } = key;
  switch (material.family) {
    case 'rsa':
      return [fromPkcs1(material.n, material.e, cursor)];
    case 'ec':
      return key.algorithm === publicKeyAlgorithm.eddsaLegacy
        ? [rawPrivateKey('ed25519', leftPad(cursor.mpi(), 32))]
        : [fromSec1(material.oid, material.point, cursor.mpi())];
    case 'native':
      return (nativeParts[key.algorithm] ?? []).map((part) =>
        rawPrivateKey(part.nodeType, cursor.take(secretBytes(part))),
      );
    default:
      throw new PacketFault(`algorithm ${key.algorithm} does not sign here`, 0);
  }
}

/** Of RSA, OpenPGP keeps the coefficient of the primes the other way round than PKCS #1: here p and q change places. */
function fromPkcs1(n: Buffer, e: Buffer, cursor: PacketCursor): KeyObject {
  const [d, q, p, coefficient] = [cursor.mpi(), cursor.mpi(), cursor.mpi(), cursor.mpi()];
  const exponents = [p, q].map((prime) => derInteger(remainder(d, prime)));
  const numbers = [n, e, d, p, q].map(derInteger);
  const key = derSequence(derInteger(Buffer.alloc(1)), ...numbers, ...exponents, derInteger(coefficient));
  return createPrivateKey({ key, format: 'der', type: 'pkcs1' });
}

function remainder(dividend: Buffer, prime: Buffer): Buffer {
  const number = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`);
  const digits = (number(dividend) % (number(prime) - 1n)).toString(16);
  return Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
}

function fromSec1(oid: string, point: Buffer, scalar: Buffer): KeyObject {
  const fieldBytes = (point.length - 1) / 2;
  const key = derSequence(
    derInteger(Buffer.from([1])),
    derOctetString(leftPad(scalar, fieldBytes)),
    derExplicit(0, derObjectId(oid)),
    derExplicit(1, derBitString(point)),
  );
  return createPrivateKey({ key, format: 'der', type: 'sec1' });
}

/** ML-DSA keeps the seed (draft-ietf-openpgp-pqc, 4.3). */
function secretBytes({ nodeType, publicBytes }: NativePart): number {
  if (nodeType.startsWith('ml-dsa')) {
    return 32;
  }
  return nodeType.startsWith('slh-dsa') ? 2 * publicBytes : publicBytes;
}

function rawPrivateKey(asymmetricKeyType: NativePart['nodeType'], key: Buffer): KeyObject {
  const format = asymmetricKeyType.startsWith('ml-dsa') ? 'raw-seed' : 'raw-private';
  return createPrivateKey({ key, format, asymmetricKeyType });
}

function leftPad(integer: Buffer, bytes: number): Buffer {
  return Buffer.concat([Buffer.alloc(Math.max(bytes - integer.length, 0)), integer]);
}
