import { constants, type KeyObject, privateEncrypt, sign } from 'node:crypto';
import { SlipwayError } from '@slipway/core';
import { maySignData } from '../certificates/algorithm-policy.ts';
import { readCertificates } from '../certificates/certificate.ts';
import { selfSignatures } from '../certificates/self-signatures.ts';
import { privateKeyObjects } from '../cryptography/private-key-objects.ts';
import { hashAlgorithmByName } from '../packets/algorithms.ts';
import { isArmored, readArmor } from '../packets/armor.ts';
import { readPublicPart } from '../packets/key-packet.ts';
import { PacketCursor } from '../packets/packet-cursor.ts';
import { PacketFault } from '../packets/packet-fault.ts';
import { type Packet, packetType, readPackets } from '../packets/read-packets.ts';
import { readSecretKey, type SecretKeyPacket } from '../packets/secret-key-packet.ts';
import { writePacket } from '../packets/write-packet.ts';
import type { Signer, SigningInput } from './signer.ts';

export interface SoftwareSignerOptions {
  readonly passphrase?: string;
  /** Of the key or subkey to sign with. Default: the newest subkey that may sign, else the primary key. */
  readonly fingerprint?: string;
}

/**
 * Signs with a secret key in memory: RSA, ECDSA, EdDSA, ML-DSA composites, SLH-DSA, of versions 4 and 6, as
 * `gpg --export-secret-keys` or `sq key export` writes it, armored or binary. Throws `TRUST_BAD_KEY`.
 */
export function softwareSigner(source: string | Uint8Array, options: SoftwareSignerOptions = {}): Signer {
  try {
    const packets = readPackets(secretBlock(source));
    const wanted = options.fingerprint?.toLowerCase() ?? preferredKey(packets);
    const secret = packets.flatMap((packet) => openSecret(packet, wanted, options.passphrase))[0];
    if (secret === undefined) {
      throw new PacketFault(`there is no secret key ${wanted}`, 0);
    }
    const objects = privateKeyObjects(secret);
    return { key: secret.key, sign: async (input) => signWith(secret, objects, input) };
  } catch (cause) {
    if (cause instanceof SlipwayError) {
      throw cause;
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SlipwayError('TRUST_BAD_KEY', `Cannot read the signing key: ${reason}`, {
      hint: 'give an OpenPGP private key and, where it has one, its passphrase',
      cause,
    });
  }
}

function secretBlock(source: string | Uint8Array): Uint8Array {
  if (typeof source !== 'string' && !isArmored(source)) {
    return source;
  }
  const text = typeof source === 'string' ? source : Buffer.from(source).toString('latin1');
  const block = readArmor(text).find(({ kind }) => kind === 'PRIVATE KEY BLOCK');
  if (block === undefined) {
    throw new PacketFault('there is no private key', 0);
  }
  return block.bytes;
}

const publicTypes: Readonly<Record<number, number>> = {
  [packetType.secretKey]: packetType.publicKey,
  [packetType.secretSubkey]: packetType.publicSubkey,
};

/** The fingerprint of the key that the owner means for signing. */
function preferredKey(packets: readonly Packet[]): string {
  const bytes = packets.map(({ type, body }) => writePacket(publicTypes[type] ?? type, publicBody(type, body)));
  const certificate = readCertificates(Buffer.concat(bytes))[0];
  if (certificate === undefined) {
    throw new PacketFault('there is no private key', 0);
  }
  const signing = selfSignatures(certificate)
    .subkeys.filter(({ bindings, revocations }) => {
      const newest = bindings.at(-1);
      return newest !== undefined && maySignData(newest.signature) && revocations.length === 0;
    })
    .sort((one, other) => other.key.created - one.key.created)[0];
  return signing?.key.fingerprint ?? certificate.fingerprint;
}

function publicBody(type: number, body: Buffer): Buffer {
  return publicTypes[type] === undefined ? body : readPublicPart(new PacketCursor(body)).body;
}

function openSecret(packet: Packet, wanted: string, passphrase: string | undefined): SecretKeyPacket[] {
  const isWanted =
    publicTypes[packet.type] !== undefined && readPublicPart(new PacketCursor(packet.body)).fingerprint === wanted;
  return isWanted ? [readSecretKey(packet.body, packet.type, passphrase)] : [];
}

function signWith({ key }: SecretKeyPacket, objects: readonly KeyObject[], input: SigningInput): Buffer {
  const object = objects[0] as KeyObject;
  switch (key.material.family) {
    case 'rsa': {
      const prefix = Buffer.from(hashAlgorithmByName(input.hash).digestInfo, 'hex');
      const digestInfo = Buffer.concat([prefix, input.digest]);
      return privateEncrypt({ key: object, padding: constants.RSA_PKCS1_PADDING }, digestInfo);
    }
    case 'ec':
      return object.asymmetricKeyType === 'ec'
        ? sign(input.hash, Buffer.concat(input.hashed), { key: object, dsaEncoding: 'ieee-p1363' })
        : sign(null, input.digest, object);
    default:
      return Buffer.concat(objects.map((part) => sign(null, input.digest, part)));
  }
}
