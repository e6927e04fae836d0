import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SlipwayError } from '@slipway/core';
import { curveOidOf, ed25519LegacyOid } from '../cryptography/curves.ts';
import { nativeParts } from '../cryptography/public-key-objects.ts';
import { publicKeyAlgorithm } from '../packets/algorithms.ts';
import { writeMpi, writeUint16, writeUint32 } from '../packets/write-packet.ts';

/** Algorithms of new keys; those from ml-dsa on are of OpenPGP version 6 only. */
export type NewKeyAlgorithm =
  | 'rsa2048'
  | 'rsa3072'
  | 'rsa4096'
  | 'nistp256'
  | 'nistp384'
  | 'nistp521'
  | 'ed25519'
  | 'ed448'
  | 'ml-dsa-65+ed25519'
  | 'ml-dsa-87+ed448'
  | 'slh-dsa-shake-128s'
  | 'slh-dsa-shake-128f'
  | 'slh-dsa-shake-256s';

/** The numbers of a fresh key as they stand in key packets. */
export interface NewKeyMaterial {
  readonly algorithm: number;
  readonly publicBytes: Buffer;
  readonly secretBytes: Buffer;
}

const nodeCurves: Readonly<Record<string, string>> = {
  nistp256: 'prime256v1',
  nistp384: 'secp384r1',
  nistp521: 'secp521r1',
};
const nativeAlgorithms: Readonly<Record<string, number>> = {
  ed25519: publicKeyAlgorithm.ed25519,
  ed448: publicKeyAlgorithm.ed448,
  'ml-dsa-65+ed25519': publicKeyAlgorithm.mlDsa65Ed25519,
  'ml-dsa-87+ed448': publicKeyAlgorithm.mlDsa87Ed448,
  'slh-dsa-shake-128s': publicKeyAlgorithm.slhDsaShake128s,
  'slh-dsa-shake-128f': publicKeyAlgorithm.slhDsaShake128f,
  'slh-dsa-shake-256s': publicKeyAlgorithm.slhDsaShake256s,
};

/** Fresh numbers from OpenSSL. Ed25519 of version 4 is the legacy form, which more readers know. */
export function generateMaterial(algorithm: NewKeyAlgorithm, version: 4 | 6): NewKeyMaterial {
  if (version === 4 && /^(ml|slh)-dsa/.test(algorithm)) {
    throw new SlipwayError('TRUST_KEY_UNUSABLE', `Cannot generate a key: ${algorithm} is for keys of version 6 only`);
  }
  if (algorithm.startsWith('rsa')) {
    return generateRsa(Number(algorithm.slice(3)));
  }
  const curve = nodeCurves[algorithm];
  if (curve !== undefined) {
    return generateEcdsa(curve);
  }
  return version === 4 && algorithm === 'ed25519'
    ? generateEddsaLegacy()
    : generateNative(nativeAlgorithms[algorithm] ?? 0);
}

function generateRsa(modulusLength: number): NewKeyMaterial {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const jwk = privateKey.export({ format: 'jwk' });
  const number = (digits: string | undefined) => writeMpi(Buffer.from(digits ?? '', 'base64url'));
  return {
    algorithm: publicKeyAlgorithm.rsa,
    publicBytes: Buffer.concat([number(jwk.n), number(jwk.e)]),
    // p and q change places: OpenPGP wants the inverse of p modulo q, PKCS #1 has that of q modulo p
    secretBytes: Buffer.concat([number(jwk.d), number(jwk.q), number(jwk.p), number(jwk.qi)]),
  };
}

function generateEcdsa(namedCurve: string): NewKeyMaterial {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  const jwk = privateKey.export({ format: 'jwk' });
  const coordinates = [jwk.x, jwk.y].map((digits) => Buffer.from(digits ?? '', 'base64url'));
  return {
    algorithm: publicKeyAlgorithm.ecdsa,
    publicBytes: curvePoint(curveOidOf(namedCurve) ?? '', Buffer.concat([Buffer.from([4]), ...coordinates])),
    secretBytes: writeMpi(Buffer.from(jwk.d ?? '', 'base64url')),
  };
}

function generateEddsaLegacy(): NewKeyMaterial {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const point = Buffer.concat([Buffer.from([0x40]), publicKey.export({ format: 'raw-public' })]);
  return {
    algorithm: publicKeyAlgorithm.eddsaLegacy,
    publicBytes: curvePoint(ed25519LegacyOid, point),
    secretBytes: writeMpi(privateKey.export({ format: 'raw-private' })),
  };
}

function curvePoint(oid: string, point: Buffer): Buffer {
  const id = Buffer.from(oid, 'hex');
  return Buffer.concat([Buffer.from([id.length]), id, writeMpi(point)]);
}

function generateNative(algorithm: number): NewKeyMaterial {
  const pairs = (nativeParts[algorithm] ?? []).map(({ nodeType }) => generateKeyPairSync(nodeType as 'ed25519'));
  return {
    algorithm,
    publicBytes: Buffer.concat(pairs.map(({ publicKey }) => publicKey.export({ format: 'raw-public' }))),
    secretBytes: Buffer.concat(pairs.map(({ privateKey }) => exportSecret(privateKey))),
  };
}

function exportSecret(key: KeyObject): Buffer {
  return key.export({ format: key.asymmetricKeyType?.startsWith('ml-dsa') === true ? 'raw-seed' : 'raw-private' });
}

/** Bodies of the public and of the unprotected secret key packet (RFC 9580, 5.5.2 and 5.5.3). */
export function keyBodies(
  { algorithm, publicBytes, secretBytes }: NewKeyMaterial,
  version: 4 | 6,
  created: number,
): { readonly publicBody: Buffer; readonly secretBody: Buffer } {
  const publicBody = Buffer.concat([
    Buffer.from([version]),
    writeUint32(created),
    Buffer.from([algorithm]),
    ...(version === 6 ? [writeUint32(publicBytes.length)] : []),
    publicBytes,
  ]);
  const checksum = writeUint16(secretBytes.reduce((sum, byte) => (sum + byte) & 0xffff, 0));
  const unprotected = Buffer.from([0]);
  return {
    publicBody,
    secretBody: Buffer.concat([publicBody, unprotected, secretBytes, ...(version === 6 ? [] : [checksum])]),
  };
}
