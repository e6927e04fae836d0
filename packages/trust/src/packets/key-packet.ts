import { createHash } from 'node:crypto';
import { publicKeyAlgorithm } from './algorithms.ts';
import { PacketCursor } from './packet-cursor.ts';
import { PacketFault } from './packet-fault.ts';
import { keyIdOf } from './signature-packet.ts';

/** The numbers of a public key, by algorithm family. */
export type KeyMaterial =
  | { readonly family: 'rsa'; readonly n: Buffer; readonly e: Buffer }
  | { readonly family: 'dsa'; readonly p: Buffer; readonly q: Buffer; readonly g: Buffer; readonly y: Buffer }
  /** `oid` in hexadecimal; `point` as in the packet, with its format byte. */
  | { readonly family: 'ec'; readonly oid: string; readonly point: Buffer }
  /** One octet string, its length given by the algorithm. */
  | { readonly family: 'native'; readonly bytes: Buffer }
  /** Cannot sign, or is not known. */
  | { readonly family: 'other' };

/** A public key or public subkey (RFC 9580, 5.5.2). */
export interface KeyPacket {
  readonly version: 4 | 6;
  /** Seconds since 1970. */
  readonly created: number;
  readonly algorithm: number;
  readonly material: KeyMaterial;
  /** Lower-case hexadecimal, 40 (version 4) or 64 digits. */
  readonly fingerprint: string;
  readonly keyId: string;
  /** The public part of the packet body. */
  readonly body: Buffer;
}

/** Bytes of the public keys that are octet strings. */
export const nativeKeyBytes: Readonly<Record<number, number>> = {
  [publicKeyAlgorithm.ed25519]: 32,
  [publicKeyAlgorithm.ed448]: 57,
  [publicKeyAlgorithm.mlDsa65Ed25519]: 32 + 1952,
  [publicKeyAlgorithm.mlDsa87Ed448]: 57 + 2592,
  [publicKeyAlgorithm.slhDsaShake128s]: 32,
  [publicKeyAlgorithm.slhDsaShake128f]: 32,
  [publicKeyAlgorithm.slhDsaShake256s]: 64,
};

/** The body of a public key packet. Throws `PacketFault`. */
export function readKey(body: Uint8Array): KeyPacket {
  const cursor = new PacketCursor(body);
  const key = readPublicPart(cursor);
  if (cursor.left > 0 && key.material.family !== 'other') {
    throw new PacketFault(`${cursor.left} bytes after the public key`, cursor.offset);
  }
  return key;
}

/** The public key at the beginning of a secret key packet; the cursor stands at the secret part afterwards. */
export function readPublicPart(cursor: PacketCursor): KeyPacket {
  const version = cursor.uint8();
  if (version !== 4 && version !== 6) {
    throw new PacketFault(`unknown key version ${version}`, 0);
  }
  const [created, algorithm] = [cursor.take(4), cursor.uint8()];
  const head = Buffer.from([version, ...created, algorithm]);
  const { material, bytes } = version === 6 ? readBounded(cursor, algorithm) : readUnbounded(cursor, algorithm);
  return describeKey(Buffer.concat([head, bytes]), material);
}

/** The key of which `body` is the public part. */
export function describeKey(body: Buffer, material: KeyMaterial): KeyPacket {
  const version = body[0] === 6 ? 6 : 4;
  const fingerprint = fingerprintOf(body);
  return {
    version,
    created: body.readUInt32BE(1),
    algorithm: body.readUInt8(5),
    material,
    fingerprint,
    keyId: keyIdOf(fingerprint),
    body,
  };
}

/** What stands before a key in every hash over it (RFC 9580, 5.2.4 and 5.5.4). */
export function keyFrame(body: Uint8Array): Buffer {
  const isVersion6 = body[0] === 6;
  const frame = Buffer.alloc(isVersion6 ? 5 : 3, isVersion6 ? 0x9b : 0x99);
  frame.writeUIntBE(body.length, 1, frame.length - 1);
  return Buffer.concat([frame, body]);
}

function fingerprintOf(body: Buffer): string {
  if (body[0] !== 6 && body.length > 0xffff) {
    throw new PacketFault('a version 4 key is longer than 65,535 bytes', 0);
  }
  return createHash(body[0] === 6 ? 'sha256' : 'sha1')
    .update(keyFrame(body))
    .digest('hex');
}

/** Version 6 announces the length of the material. */
function readBounded(cursor: PacketCursor, algorithm: number): { material: KeyMaterial; bytes: Buffer } {
  const length = cursor.uint32();
  const bytes = cursor.take(length);
  const inside = new PacketCursor(bytes);
  const material = readMaterial(inside, algorithm);
  if (material.family !== 'other' && inside.left > 0) {
    throw new PacketFault(`${inside.left} bytes after the public key`, cursor.offset - inside.left);
  }
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(length);
  return { material, bytes: Buffer.concat([prefix, bytes]) };
}

function readUnbounded(cursor: PacketCursor, algorithm: number): { material: KeyMaterial; bytes: Buffer } {
  const before = cursor.fork();
  const material = readMaterial(cursor, algorithm);
  const bytes = material.family === 'other' ? cursor.rest() : before.take(before.left - cursor.left);
  return { material, bytes };
}

function readMaterial(cursor: PacketCursor, algorithm: number): KeyMaterial {
  const { rsa, rsaEncryptOnly, rsaSignOnly, dsa, ecdsa, eddsaLegacy } = publicKeyAlgorithm;
  switch (algorithm) {
    case rsa:
    case rsaEncryptOnly:
    case rsaSignOnly:
      return { family: 'rsa', n: cursor.mpi(), e: cursor.mpi() };
    case dsa:
      return { family: 'dsa', p: cursor.mpi(), q: cursor.mpi(), g: cursor.mpi(), y: cursor.mpi() };
    case ecdsa:
    case eddsaLegacy:
      return { family: 'ec', oid: cursor.curveOid(), point: cursor.mpi() };
    default: {
      const length = nativeKeyBytes[algorithm];
      return length === undefined ? { family: 'other' } : { family: 'native', bytes: cursor.take(length) };
    }
  }
}
