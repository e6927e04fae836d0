import { argon2Sync, createDecipheriv, createHash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { hashAlgorithm } from './algorithms.ts';
import { type KeyPacket, readPublicPart } from './key-packet.ts';
import { PacketCursor } from './packet-cursor.ts';
import { PacketFault } from './packet-fault.ts';

/** A key packet with its secret numbers, encoded as the algorithm wants them. */
export interface SecretKeyPacket {
  readonly key: KeyPacket;
  readonly secret: Buffer;
}

/** How the secret part is protected (RFC 9580, 3.7.2.1). */
const protection = { none: 0, aead: 253, sha1: 254, checksum: 255 } as const;
const aesKeyBytes: Readonly<Record<number, number>> = { 7: 16, 8: 24, 9: 32 };
const aesBlockBytes = 16;
const ocbMode = 2;
const ocbTagBytes = 16;
const ocbNonceBytes = 15;
/** Argon2 may ask for any amount of memory: as much as one gibibyte is for strong passphrases. */
const maxArgonMemoryExponent = 20;

/**
 * The body of a secret key packet of `type` (RFC 9580, 5.5.3), decrypted with `passphrase` where it is protected.
 * Throws `PacketFault`, also for a wrong passphrase.
 */
export function readSecretKey(body: Uint8Array, type: number, passphrase: string | undefined): SecretKeyPacket {
  const cursor = new PacketCursor(body);
  const key = readPublicPart(cursor);
  const usage = cursor.uint8();
  if (usage === protection.none) {
    return { key, secret: key.version === 6 ? cursor.rest() : withoutChecksum(cursor.rest()) };
  }
  if (passphrase === undefined) {
    throw new PacketFault('it is protected by a passphrase', cursor.offset - 1);
  }
  if (key.version === 6) {
    cursor.uint8(); // the length of all parameters, each of which says its own
  }
  const cipher = cursor.uint8();
  if (usage === protection.aead) {
    return { key, secret: decryptAead(cursor, { key, type, cipher, passphrase }) };
  }
  if (usage !== protection.sha1 && usage !== protection.checksum) {
    throw new PacketFault(`unknown protection ${usage}`, cursor.offset - 1);
  }
  return { key, secret: decryptCfb(cursor, { key, cipher, passphrase, hasSha1: usage === protection.sha1 }) };
}

interface CfbParameters {
  readonly key: KeyPacket;
  readonly cipher: number;
  readonly passphrase: string;
  readonly hasSha1: boolean;
}

function decryptCfb(cursor: PacketCursor, { key, cipher, passphrase, hasSha1 }: CfbParameters): Buffer {
  const keyBytes = keyBytesOf(cipher);
  const sessionKey = deriveKey(cursor, { version: key.version, passphrase, keyBytes });
  const iv = cursor.take(aesBlockBytes);
  const decipher = createDecipheriv(`aes-${keyBytes * 8}-cfb`, sessionKey, iv);
  const plain = Buffer.concat([decipher.update(cursor.rest()), decipher.final()]);
  return hasSha1 ? withoutSha1(plain) : withoutChecksum(plain);
}

interface AeadParameters {
  readonly key: KeyPacket;
  readonly type: number;
  readonly cipher: number;
  readonly passphrase: string;
}

function decryptAead(cursor: PacketCursor, { key, type, cipher, passphrase }: AeadParameters): Buffer {
  const mode = cursor.uint8();
  if (mode !== ocbMode) {
    throw new PacketFault(`AEAD mode ${mode} is not OCB`, cursor.offset - 1);
  }
  const keyBytes = keyBytesOf(cipher);
  const derived = deriveKey(cursor, { version: key.version, passphrase, keyBytes });
  const tag = 0xc0 | type;
  const info = Buffer.from([tag, key.version, cipher, mode]);
  const sessionKey = Buffer.from(hkdfSync('sha256', derived, Buffer.alloc(0), info, keyBytes));
  const nonce = cursor.take(ocbNonceBytes);
  const sealed = cursor.rest();
  const name = `aes-${keyBytes * 8}-ocb` as 'aes-256-ocb';
  const decipher = createDecipheriv(name, sessionKey, nonce, { authTagLength: ocbTagBytes });
  const contentBytes = Math.max(sealed.length - ocbTagBytes, 0);
  decipher.setAuthTag(sealed.subarray(contentBytes));
  decipher.setAAD(Buffer.concat([Buffer.from([tag]), key.body]), { plaintextLength: contentBytes });
  return Buffer.concat([decipher.update(sealed.subarray(0, contentBytes)), decipher.final()]);
}

function keyBytesOf(cipher: number): number {
  const bytes = aesKeyBytes[cipher];
  if (bytes === undefined) {
    throw new PacketFault(`cipher ${cipher} is not AES`, 0);
  }
  return bytes;
}

interface DerivationInput {
  readonly version: number;
  readonly passphrase: string;
  readonly keyBytes: number;
}

/** The key that a passphrase stands for (RFC 9580, 3.7.1). Version 6 says before how long the parameters are. */
function deriveKey(cursor: PacketCursor, { version, passphrase, keyBytes }: DerivationInput): Buffer {
  if (version === 6) {
    cursor.uint8();
  }
  const kind = cursor.uint8();
  const secret = Buffer.from(passphrase, 'utf8');
  switch (kind) {
    case 0:
      return hashRepeatedly(cursor.uint8(), secret, { bytes: secret.length, keyBytes });
    case 1: {
      const [hash, salt] = [cursor.uint8(), cursor.take(8)];
      return hashRepeatedly(hash, Buffer.concat([salt, secret]), { bytes: 8 + secret.length, keyBytes });
    }
    case 3: {
      const [hash, salt, coded] = [cursor.uint8(), cursor.take(8), cursor.uint8()];
      const count = (16 + (coded & 15)) << ((coded >> 4) + 6);
      const salted = Buffer.concat([salt, secret]);
      return hashRepeatedly(hash, salted, { bytes: Math.max(count, salted.length), keyBytes });
    }
    case 4:
      return deriveWithArgon2(cursor, secret, keyBytes);
    default:
      throw new PacketFault(`unknown way ${kind} from a passphrase to a key`, cursor.offset - 1);
  }
}

/** Hashes `bytes` bytes of `unit` after `unit`; longer keys continue with one more zero byte in front each. */
function hashRepeatedly(hash: number, unit: Buffer, { bytes, keyBytes }: { bytes: number; keyBytes: number }): Buffer {
  const name = hashAlgorithm(hash)?.nodeName;
  if (name === undefined || unit.length === 0) {
    throw new PacketFault(`hash algorithm ${hash} is not known`, 0);
  }
  const content = Buffer.alloc(bytes, unit);
  const parts: Buffer[] = [];
  for (let zeros = 0; Buffer.concat(parts).length < keyBytes; zeros++) {
    parts.push(createHash(name).update(Buffer.alloc(zeros)).update(content).digest());
  }
  return Buffer.concat(parts).subarray(0, keyBytes);
}

function deriveWithArgon2(cursor: PacketCursor, message: Buffer, tagLength: number): Buffer {
  const [nonce, passes, parallelism, exponent] = [cursor.take(16), cursor.uint8(), cursor.uint8(), cursor.uint8()];
  if (exponent > maxArgonMemoryExponent) {
    throw new PacketFault(`Argon2 wants 2^${exponent} kibibytes of memory`, cursor.offset - 1);
  }
  return argon2Sync('argon2id', { message, nonce, passes, parallelism, memory: 2 ** exponent, tagLength });
}

function withoutChecksum(plain: Buffer): Buffer {
  const secret = plain.subarray(0, -2);
  const sum = secret.reduce((total, byte) => (total + byte) & 0xffff, 0);
  if (plain.length < 2 || plain.readUInt16BE(plain.length - 2) !== sum) {
    throw new PacketFault('its checksum does not hold: is the passphrase right?', 0);
  }
  return secret;
}

function withoutSha1(plain: Buffer): Buffer {
  const secret = plain.subarray(0, -20);
  const digest = createHash('sha1').update(secret).digest();
  if (plain.length < 20 || !timingSafeEqual(plain.subarray(-20), digest)) {
    throw new PacketFault('its digest does not hold: is the passphrase right?', 0);
  }
  return secret;
}
