import { writeArmor } from '../packets/armor.ts';
import { keyFrame, readKey } from '../packets/key-packet.ts';
import { packetType } from '../packets/read-packets.ts';
import { signatureType } from '../packets/signature-packet.ts';
import { subpacketType } from '../packets/subpackets.ts';
import { writePacket, writeSubpacket, writeUint32 } from '../packets/write-packet.ts';
import { generateMaterial, keyBodies, type NewKeyAlgorithm } from './generate-secret-key.ts';
import { type MakeSignatureOptions, signContent } from './make-signature.ts';
import type { Signer } from './signer.ts';
import { softwareSigner } from './software-signer.ts';

export interface CertificateRequest {
  readonly algorithm: NewKeyAlgorithm;
  /** Of OpenPGP. Default: 4 where the algorithm exists there, because old rpm and gpg read nothing newer. */
  readonly version?: 4 | 6;
  readonly userId: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Default: never. */
  readonly expiresAfterSeconds?: number;
}

/** A key of its owner alone, and the certificate for everybody. */
export interface GeneratedCertificate {
  /** Ready to sign. */
  readonly signer: Signer;
  /** Lower-case hexadecimal. */
  readonly fingerprint: string;
  readonly publicKeyArmored: string;
  /** Without passphrase: write it to protected places only. */
  readonly secretKeyArmored: string;
}

/** Certify and sign. */
const keyFlags = 0x03;
/** Modification detection of encryption, which is all that version 4 can announce. */
const features = 0x01;

/**
 * A new key that certifies itself and signs, without subkeys. Throws `TRUST_KEY_UNUSABLE` for an algorithm that does
 * not exist in the version.
 */
export async function generateCertificate(request: CertificateRequest): Promise<GeneratedCertificate> {
  const { version = /^(ml|slh)-dsa/.test(request.algorithm) ? 6 : 4, created } = request;
  const { publicBody, secretBody } = keyBodies(generateMaterial(request.algorithm, version), version, created);
  const secretPacket = writePacket(packetType.secretKey, secretBody);
  const { fingerprint } = readKey(publicBody);
  const signer = softwareSigner(secretPacket, { fingerprint });
  const rest = await selfSign(signer, request);
  return {
    signer,
    fingerprint,
    publicKeyArmored: writeArmor(
      'PUBLIC KEY BLOCK',
      Buffer.concat([writePacket(packetType.publicKey, publicBody), rest]),
    ),
    secretKeyArmored: writeArmor('PRIVATE KEY BLOCK', Buffer.concat([secretPacket, rest])),
  };
}

/** Version 6 says what a key is for in a direct key signature (RFC 9580, 10.1.1); version 4 with the identity. */
async function selfSign(signer: Signer, { userId, created, expiresAfterSeconds }: CertificateRequest): Promise<Buffer> {
  const identity = Buffer.from(userId, 'utf8');
  const properties = [
    writeSubpacket(subpacketType.keyFlags, Buffer.from([keyFlags])),
    writeSubpacket(subpacketType.features, Buffer.from([features])),
    ...(expiresAfterSeconds === undefined
      ? []
      : [writeSubpacket(subpacketType.keyExpiresAfter, writeUint32(expiresAfterSeconds))]),
  ];
  const options: MakeSignatureOptions = { created };
  const frame = keyFrame(signer.key.body);
  const direct =
    signer.key.version === 6
      ? await signContent(signer, [frame], { ...options, type: signatureType.directKey, subpackets: properties })
      : Buffer.alloc(0);
  const certified = Buffer.concat([Buffer.from([0xb4]), writeUint32(identity.length), identity]);
  const certification = await signContent(signer, [frame, certified], {
    ...options,
    type: signatureType.positiveCertification,
    subpackets: [writeSubpacket(subpacketType.primaryUserId, Buffer.from([1])), ...properties],
  });
  return Buffer.concat([direct, writePacket(packetType.userId, identity), certification]);
}
