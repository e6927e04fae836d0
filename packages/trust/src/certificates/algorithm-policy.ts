import { bitsOf } from '../cryptography/public-key-objects.ts';
import { hashAlgorithmName, publicKeyAlgorithm, publicKeyAlgorithmName } from '../packets/algorithms.ts';
import type { KeyPacket } from '../packets/key-packet.ts';
import { type SignaturePacket, signatureType } from '../packets/signature-packet.ts';
import { subpacketType } from '../packets/subpackets.ts';

/**
 * What a hash must withstand: collisions where an attacker may have chosen the signed bytes, second preimages where the
 * owner of the key alone chose them.
 */
export type HashStrength = 'collision' | 'second-preimage';

/** Which cryptography is good enough. Every method gives the reason why not, or undefined. */
export interface AlgorithmPolicy {
  signatureFault(signature: SignaturePacket, strength: HashStrength): string | undefined;
  keyFault(key: KeyPacket): string | undefined;
}

/** Everything that can be computed. Tells the broken from the outdated. */
export const permissivePolicy: AlgorithmPolicy = { signatureFault: () => undefined, keyFault: () => undefined };

const year = (number: number) => Date.UTC(number, 1, 1) / 1000;
const always = Number.POSITIVE_INFINITY;

/** From when on (seconds since 1970) a hash is too weak, by its id. Those that are absent never were strong enough. */
const hashEnds: Readonly<Record<HashStrength, Readonly<Record<number, number>>>> = {
  collision: {
    1: year(1997),
    2: year(2013),
    3: year(2013),
    8: always,
    9: always,
    10: always,
    11: always,
    12: always,
    14: always,
  },
  'second-preimage': {
    ...{
      1: year(2004),
      2: year(2023),
      3: year(2013),
      8: always,
      9: always,
      10: always,
      11: always,
      12: always,
      14: always,
    },
  },
};

/** A revocation with an old hash does less harm than one that is ignored: seven more years. */
const revocationGraceSeconds = (7 * 365 + 2) * 86_400;
const minModulusBits = 2048;
const zeroBitsByChance = 24;

/** Subpackets that a verifier may meet as critical; of notations none is known here. */
const knownSubpackets: ReadonlySet<number> = new Set([
  2, 3, 4, 5, 6, 7, 9, 11, 12, 16, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 32, 33, 35, 37, 39,
]);

/**
 * The policy of Sequoia, which rpm uses unless a distribution configures another: MD5 ended in 1997 and 2004, SHA-1 in
 * 2013 and (for what owners sign about their own keys) in 2023; RSA and DSA need 2,048 bits. `at` is the time of the
 * question, in seconds since 1970, never that of a signature: its maker chooses that one.
 */
export function standardPolicy(at: number): AlgorithmPolicy {
  return {
    signatureFault: (signature, strength) => hashFault(signature, strength, at) ?? criticalFault(signature),
    keyFault,
  };
}

function hashFault(signature: SignaturePacket, strength: HashStrength, at: number): string | undefined {
  const isRevocation = revocationTypes.includes(signature.type);
  const needed: HashStrength[] = strength === 'collision' ? ['collision', 'second-preimage'] : ['second-preimage'];
  const end = Math.min(...needed.map((each) => hashEnds[each][signature.hashAlgorithm] ?? 0));
  return at < end + (isRevocation && end > 0 ? revocationGraceSeconds : 0)
    ? undefined
    : `${hashAlgorithmName(signature.hashAlgorithm)} is not safe any more`;
}

const revocationTypes: readonly number[] = [
  signatureType.keyRevocation,
  signatureType.subkeyRevocation,
  signatureType.certificationRevocation,
];

/**
 * Why a signature cannot come from a key that is strong enough, as far as it tells without the key: by the size of its
 * number, whose first bits may be zero by chance.
 */
export function signatureSizeFault({ publicKeyAlgorithm: algorithm, values }: SignaturePacket): string | undefined {
  const isRsa = algorithm === publicKeyAlgorithm.rsa || algorithm === publicKeyAlgorithm.rsaSignOnly;
  const bits = bitsOf(values?.[0] ?? Buffer.alloc(0));
  return isRsa && bits <= minModulusBits - zeroBitsByChance ? `RSA with ${bits} bits is too weak` : undefined;
}

function criticalFault(signature: SignaturePacket): string | undefined {
  const unknown = [...signature.hashed, ...signature.unhashed].find(
    ({ type, critical }) => critical && (!knownSubpackets.has(type) || type === subpacketType.notation),
  );
  return unknown === undefined ? undefined : `a critical subpacket of type ${unknown.type} is not understood`;
}

function keyFault({ algorithm, material }: KeyPacket): string | undefined {
  const modulus = material.family === 'rsa' ? material.n : material.family === 'dsa' ? material.p : undefined;
  return modulus !== undefined && bitsOf(modulus) < minModulusBits
    ? `${publicKeyAlgorithmName(algorithm)} with ${bitsOf(modulus)} bits is too weak`
    : undefined;
}

/** Whether the flags of a binding signature allow to sign data (RFC 9580, 5.2.3.29). */
export function maySignData(binding: SignaturePacket): boolean {
  const flags = binding.hashed.findLast(({ type }) => type === subpacketType.keyFlags)?.body[0] ?? 0;
  return (flags & 0x02) !== 0;
}

/** The algorithms of draft-ietf-openpgp-pqc: rpm with the nettle backend of Sequoia knows none of them. */
export function isPostQuantum(algorithm: number): boolean {
  return algorithm >= publicKeyAlgorithm.mlDsa65Ed25519 && algorithm <= publicKeyAlgorithm.slhDsaShake256s;
}
