import {
  constants,
  createHash,
  createVerify,
  type Hash,
  type KeyObject,
  publicDecrypt,
  timingSafeEqual,
  type Verify,
  verify,
} from 'node:crypto';
import { type HashAlgorithm, hashAlgorithm, publicKeyAlgorithm } from '../packets/algorithms.ts';
import type { KeyPacket } from '../packets/key-packet.ts';
import type { SignaturePacket } from '../packets/signature-packet.ts';
import { curveByOid } from './curves.ts';
import { nativeParts, publicKeyObjects } from './public-key-objects.ts';

/**
 * The bytes that one signature is about, hashed as they come. `keys` are those that it will be checked against:
 * DSA and ECDSA need to know them before, because OpenSSL hashes for them itself.
 */
export class SignedContent {
  readonly #signature: SignaturePacket;
  readonly #algorithm: HashAlgorithm;
  readonly #hash: Hash;
  readonly #verifiers = new Map<KeyPacket, Verify>();
  #digest: Buffer | undefined;

  /** Undefined when the hash algorithm is not available. */
  static begin(signature: SignaturePacket, keys: readonly KeyPacket[]): SignedContent | undefined {
    const algorithm = hashAlgorithm(signature.hashAlgorithm);
    return algorithm === undefined ? undefined : new SignedContent(signature, algorithm, keys);
  }

  private constructor(signature: SignaturePacket, algorithm: HashAlgorithm, keys: readonly KeyPacket[]) {
    this.#signature = signature;
    this.#algorithm = algorithm;
    this.#hash = createHash(algorithm.nodeName);
    const { dsa, ecdsa } = publicKeyAlgorithm;
    if (signature.publicKeyAlgorithm === dsa || signature.publicKeyAlgorithm === ecdsa) {
      for (const key of keys) {
        this.#verifiers.set(key, createVerify(algorithm.nodeName));
      }
    }
    this.update(signature.salt);
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    for (const verifier of this.#verifiers.values()) {
      verifier.update(bytes);
    }
  }

  /** No more bytes: hashes what the signature says of itself. */
  finish(): void {
    this.update(this.#signature.trailer);
    this.#digest = this.#hash.digest();
  }

  /** Whether the two unsigned bytes of the digest are right; all that can be said without a key. */
  get prefixHolds(): boolean {
    return this.digest.subarray(0, 2).equals(this.#signature.digestPrefix);
  }

  get digest(): Buffer {
    if (this.#digest === undefined) {
      this.finish();
    }
    return this.#digest as Buffer;
  }

  /** Whether the key signed these bytes; says nothing about what the key may do. Once for each key. */
  holdsFor(key: KeyPacket): boolean {
    const objects = publicKeyObjects(key);
    const { values } = this.#signature;
    if (objects === undefined || values === undefined || key.algorithm !== this.#signature.publicKeyAlgorithm) {
      return false;
    }
    const { digest } = this;
    try {
      return this.#check(key, objects, values, digest);
    } catch {
      return false; // numbers out of range, for example
    }
  }

  #check(key: KeyPacket, objects: readonly KeyObject[], values: readonly Buffer[], digest: Buffer): boolean {
    const { material } = key;
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = values;
    const object = objects[0] as KeyObject;
    switch (material.family) {
      case 'rsa':
        return rsaHolds(object, leftPad(first, material.n.length), this.#digestInfo(digest));
      case 'dsa':
        return this.#halvesHold(key, object, [first, second], material.q.length);
      case 'ec': {
        const curve = curveByOid(material.oid);
        return curve === undefined
          ? verify(null, digest, object, Buffer.concat([leftPad(first, 32), leftPad(second, 32)]))
          : this.#halvesHold(key, object, [first, second], curve.fieldBytes);
      }
      case 'native':
        return partsHold(key.algorithm, objects, first, digest);
      default:
        return false;
    }
  }

  #digestInfo(digest: Buffer): Buffer {
    return Buffer.concat([Buffer.from(this.#algorithm.digestInfo, 'hex'), digest]);
  }

  #halvesHold(key: KeyPacket, object: KeyObject, [r, s]: readonly [Buffer, Buffer], bytes: number): boolean {
    const signature = Buffer.concat([leftPad(r, bytes), leftPad(s, bytes)]);
    return this.#verifiers.get(key)?.verify({ key: object, dsaEncoding: 'ieee-p1363' }, signature) ?? false;
  }
}

/** PKCS #1 version 1.5 from the digest: node:crypto offers that with the message only (RFC 8017, 8.2.2). */
function rsaHolds(key: KeyObject, signature: Buffer, digestInfo: Buffer): boolean {
  const recovered = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature);
  return recovered.length === digestInfo.length && timingSafeEqual(recovered, digestInfo);
}

/** Composite signatures hold when every part does. */
function partsHold(algorithm: number, objects: readonly KeyObject[], signature: Buffer, digest: Buffer): boolean {
  let offset = 0;
  return (nativeParts[algorithm] ?? []).every(({ signatureBytes }, index) => {
    offset += signatureBytes;
    return verify(null, digest, objects[index] as KeyObject, signature.subarray(offset - signatureBytes, offset));
  });
}

function leftPad(integer: Buffer, bytes: number): Buffer {
  if (integer.length > bytes) {
    throw new RangeError('a number of a signature is larger than its field');
  }
  return integer.length === bytes ? integer : Buffer.concat([Buffer.alloc(bytes - integer.length), integer]);
}
