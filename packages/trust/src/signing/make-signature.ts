import { createHash, randomBytes } from 'node:crypto';
import { SlipwayError } from '@slipway/core';
import { curveByOid } from '../cryptography/curves.ts';
import { SignedContent } from '../cryptography/signed-content.ts';
import { hashAlgorithmByName, publicKeyAlgorithm } from '../packets/algorithms.ts';
import type { KeyPacket } from '../packets/key-packet.ts';
import { packetType } from '../packets/read-packets.ts';
import { nativeSignatureBytes, readSignature, signatureType, trailerOf } from '../packets/signature-packet.ts';
import { subpacketType } from '../packets/subpackets.ts';
import { writeMpi, writePacket, writeSubpacket, writeUint16, writeUint32 } from '../packets/write-packet.ts';
import type { Signer, SigningHash } from './signer.ts';

export interface MakeSignatureOptions {
  /** Seconds since 1970; not before the key. */
  readonly created: number;
  /** Default: what fits the key. */
  readonly hash?: SigningHash;
  /**
   * Gives the salt of version 6 signatures, of the given length. Default: random, as RFC 9580 (5.2.3) wants it; a
   * caller that needs equal bytes for equal input gives its own.
   */
  readonly salt?: (bytes: number) => Uint8Array;
}

/** For certificates: a type other than `binary`, and what the signature says besides time and issuer. */
export interface SignatureContent {
  readonly type: number;
  readonly subpackets: readonly Buffer[];
}

const binarySignature: SignatureContent = { type: signatureType.binary, subpackets: [] };

/**
 * A binary signature packet over `bytes`, in the version of the key: what the tags of a package and detached files
 * hold. Equal input gives equal bytes with RSA and EdDSA of version 4 only; the other algorithms take random numbers.
 * Throws `TRUST_KEY_UNUSABLE` when the signer fails or gives something that does not verify.
 */
export async function makeSignature(signer: Signer, bytes: Uint8Array, options: MakeSignatureOptions): Promise<Buffer> {
  return signContent(signer, [bytes], { ...options, ...binarySignature });
}

/** `makeSignature` for what stands in several pieces, and for signatures of any type. */
export async function signContent(
  signer: Signer,
  content: readonly Uint8Array[],
  options: MakeSignatureOptions & SignatureContent,
): Promise<Buffer> {
  const { key } = signer;
  if (options.created < key.created) {
    throw unusable(key, 'the key is younger than the signature would be');
  }
  const hash = options.hash ?? defaultHash(key);
  const algorithm = hashAlgorithmByName(hash);
  const salt = key.version === 6 ? Buffer.from((options.salt ?? randomBytes)(algorithm.saltBytes)) : Buffer.alloc(0);
  const start = Buffer.from([key.version, options.type, key.algorithm, algorithm.id]);
  const hashedArea = Buffer.concat([
    writeSubpacket(subpacketType.issuerFingerprint, Buffer.from([key.version, ...Buffer.from(key.fingerprint, 'hex')])),
    writeSubpacket(subpacketType.created, writeUint32(options.created)),
    ...options.subpackets,
  ]);
  const hashed = [salt, ...content, trailerOf(start, hashedArea)];
  const digest = hashed.reduce((sum, part) => sum.update(part), createHash(algorithm.nodeName)).digest();
  const signature = await askSigner(signer, { hash, digest, hashed });
  const body = Buffer.concat([
    start,
    ...frameAreas(key, hashedArea),
    digest.subarray(0, 2),
    ...(key.version === 6 ? [Buffer.from([salt.length]), salt] : []),
    encodeValues(key, signature),
  ]);
  refuseWrong(key, body, content);
  return writePacket(packetType.signature, body);
}

async function askSigner(signer: Signer, input: Parameters<Signer['sign']>[0]): Promise<Uint8Array> {
  try {
    return await signer.sign(input);
  } catch (cause) {
    if (cause instanceof SlipwayError) {
      throw cause;
    }
    throw unusable(signer.key, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** The key id outside of what is hashed is for readers older than issuer fingerprints. */
function frameAreas(key: KeyPacket, hashedArea: Buffer): Buffer[] {
  const size = (bytes: Buffer) => (key.version === 6 ? writeUint32(bytes.length) : writeUint16(bytes.length));
  const unhashedArea =
    key.version === 6 ? Buffer.alloc(0) : writeSubpacket(subpacketType.issuerKeyId, Buffer.from(key.keyId, 'hex'));
  return [size(hashedArea), hashedArea, size(unhashedArea), unhashedArea];
}

function encodeValues({ algorithm, material, fingerprint }: KeyPacket, signature: Uint8Array): Buffer {
  const native = nativeSignatureBytes[algorithm];
  if (native !== undefined) {
    if (signature.length !== native) {
      throw badLength(fingerprint, signature.length, native);
    }
    return Buffer.from(signature);
  }
  if (material.family === 'rsa') {
    return writeMpi(signature);
  }
  const half = material.family === 'ec' ? (curveByOid(material.oid)?.fieldBytes ?? 32) : signature.length / 2;
  if (signature.length !== 2 * half) {
    throw badLength(fingerprint, signature.length, 2 * half);
  }
  return Buffer.concat([writeMpi(signature.subarray(0, half)), writeMpi(signature.subarray(half))]);
}

/** A device that is not what its certificate says must not sign a release. */
function refuseWrong(key: KeyPacket, body: Buffer, content: readonly Uint8Array[]): void {
  const signed = SignedContent.begin(readSignature(body), [key]);
  for (const part of content) {
    signed?.update(part);
  }
  if (signed?.holdsFor(key) !== true) {
    throw unusable(key, 'what was given as its signature does not verify with it');
  }
}

/** As strong as the key, and not weaker than its algorithm allows (RFC 9580, 5.2.3.1; draft-ietf-openpgp-pqc, 5.2). */
function defaultHash({ algorithm, material }: KeyPacket): SigningHash {
  if (material.family === 'rsa') {
    return 'sha256';
  }
  if (material.family === 'ec' && algorithm === publicKeyAlgorithm.ecdsa) {
    const bytes = curveByOid(material.oid)?.fieldBytes ?? 64;
    return bytes <= 32 ? 'sha256' : bytes <= 48 ? 'sha384' : 'sha512';
  }
  return 'sha512';
}

function badLength(fingerprint: string, found: number, expected: number): SlipwayError {
  return new SlipwayError(
    'TRUST_KEY_UNUSABLE',
    `Cannot sign with key ${fingerprint}: ${found} bytes came back, not ${expected}`,
  );
}

function unusable({ fingerprint }: KeyPacket, reason: string, cause?: unknown): SlipwayError {
  return new SlipwayError('TRUST_KEY_UNUSABLE', `Cannot sign with key ${fingerprint}: ${reason}`, {
    hint: 'sign at a time when the key is valid, or use another key',
    ...(cause === undefined ? {} : { cause }),
  });
}
