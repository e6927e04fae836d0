import { SignedContent } from '../cryptography/signed-content.ts';
import { type KeyPacket, keyFrame } from '../packets/key-packet.ts';
import { PacketFault } from '../packets/packet-fault.ts';
import { readSignature, type SignaturePacket, signatureType } from '../packets/signature-packet.ts';
import { subpacketType } from '../packets/subpackets.ts';
import { maySignData } from './algorithm-policy.ts';
import type { Certificate, CertifiedIdentity, CertifiedSubkey } from './certificate.ts';

/** What the primary key verifiably signed about itself and its parts. */
export interface SelfSignatures {
  readonly direct: readonly SignaturePacket[];
  readonly revocations: readonly SignaturePacket[];
  readonly identities: readonly SignedIdentity[];
  readonly subkeys: readonly SignedSubkey[];
}

export interface SignedIdentity {
  readonly identity: CertifiedIdentity;
  readonly bindings: readonly SignaturePacket[];
  readonly revocations: readonly SignaturePacket[];
}

export interface SignedSubkey {
  readonly key: KeyPacket;
  readonly bindings: readonly SubkeyBinding[];
  readonly revocations: readonly SignaturePacket[];
}

export interface SubkeyBinding {
  readonly signature: SignaturePacket;
  /** The primary key's being bound by the subkey, which a subkey that signs must have made. */
  readonly backSignatures: readonly SignaturePacket[];
}

/** More than any owner makes; each costs a verification. */
const maxSignaturesPerComponent = 256;
const maxBackSignatures = 4;

const cache = new WeakMap<Certificate, SelfSignatures>();

/** Checks the mathematics of all self-signatures, once for each certificate. Signatures of others count for nothing. */
export function selfSignatures(certificate: Certificate): SelfSignatures {
  const cached = cache.get(certificate) ?? checkAll(certificate);
  cache.set(certificate, cached);
  return cached;
}

function checkAll(certificate: Certificate): SelfSignatures {
  const { primary, signatures } = certificate;
  const holding = signatures
    .slice(0, maxSignaturesPerComponent)
    .filter((signature) => holds(signature, primary, [keyFrame(primary.body)]));
  return {
    direct: holding.filter(({ type }) => type === signatureType.directKey),
    revocations: holding.filter(({ type }) => type === signatureType.keyRevocation),
    identities: certificate.identities.map((identity) => checkIdentity(primary, identity)),
    subkeys: certificate.subkeys.map((subkey) => checkSubkey(primary, subkey)),
  };
}

function checkIdentity(primary: KeyPacket, identity: CertifiedIdentity): SignedIdentity {
  const isBinding = ({ type }: SignaturePacket) =>
    type >= signatureType.genericCertification && type <= signatureType.positiveCertification;
  const isRevocation = ({ type }: SignaturePacket) => type === signatureType.certificationRevocation;
  const holding = identity.signatures
    .slice(0, maxSignaturesPerComponent)
    .filter((signature) => isBinding(signature) || isRevocation(signature))
    .filter((signature) =>
      holds(signature, primary, [keyFrame(primary.body), ...identityFrame(signature, identity), identity.content]),
    );
  return { identity, bindings: holding.filter(isBinding), revocations: holding.filter(isRevocation) };
}

/** Version 3 hashes the identity as it is (RFC 9580, 5.2.4). */
function identityFrame(signature: SignaturePacket, { kind, content }: CertifiedIdentity): Buffer[] {
  if (signature.version === 3) {
    return [];
  }
  const frame = Buffer.alloc(5, kind === 'id' ? 0xb4 : 0xd1);
  frame.writeUInt32BE(content.length, 1);
  return [frame];
}

function checkSubkey(primary: KeyPacket, { key, signatures }: CertifiedSubkey): SignedSubkey {
  const content = [keyFrame(primary.body), keyFrame(key.body)];
  const holding = signatures
    .slice(0, maxSignaturesPerComponent)
    .filter(({ type }) => type === signatureType.subkeyBinding || type === signatureType.subkeyRevocation)
    .filter((signature) => holds(signature, primary, content));
  return {
    key,
    bindings: holding
      .filter(({ type }) => type === signatureType.subkeyBinding)
      .map((signature) => ({ signature, backSignatures: checkBackSignatures(signature, key, content) }))
      .filter(({ signature, backSignatures }) => !maySignData(signature) || backSignatures.length > 0),
    revocations: holding.filter(({ type }) => type === signatureType.subkeyRevocation),
  };
}

function checkBackSignatures(binding: SignaturePacket, key: KeyPacket, content: readonly Buffer[]): SignaturePacket[] {
  return [...binding.hashed, ...binding.unhashed]
    .filter(({ type }) => type === subpacketType.embeddedSignature)
    .slice(0, maxBackSignatures)
    .flatMap(({ body }) => readEmbedded(body))
    .filter((signature) => signature.type === signatureType.primaryKeyBinding && holds(signature, key, content));
}

function readEmbedded(body: Buffer): SignaturePacket[] {
  try {
    return [readSignature(body)];
  } catch (fault) {
    if (fault instanceof PacketFault) {
      return [];
    }
    throw fault;
  }
}

function holds(signature: SignaturePacket, key: KeyPacket, content: readonly Buffer[]): boolean {
  const signed = key.algorithm === signature.publicKeyAlgorithm ? SignedContent.begin(signature, [key]) : undefined;
  if (signed === undefined || (signature.created ?? 0) < key.created) {
    return false;
  }
  for (const part of content) {
    signed.update(part);
  }
  return signed.holdsFor(key);
}
