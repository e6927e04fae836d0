import { enums, type PartialConfig } from 'openpgp';

/**
 * What every OpenPGP operation of Slipway agrees on: no salt notation, so that RSA and Ed25519 signatures of equal
 * input are equal bytes; v4 keys, which every rpm and gpgv can read; SHA-1 and older nowhere, not even in the
 * self-signatures of keys; no DSA or ElGamal.
 */
export const openpgpPolicy: PartialConfig = {
  nonDeterministicSignaturesViaNotation: false,
  v6Keys: false,
  showVersion: false,
  showComment: false,
  minRSABits: 2048,
  rejectHashAlgorithms: new Set([enums.hash.md5, enums.hash.ripemd, enums.hash.sha1]),
  rejectMessageHashAlgorithms: new Set([enums.hash.md5, enums.hash.ripemd, enums.hash.sha1]),
};

export type SignatureHash = 'sha256' | 'sha512';

export function policyWithHash(hash: SignatureHash): PartialConfig {
  return { ...openpgpPolicy, preferredHashAlgorithm: enums.hash[hash] };
}

/** Headers, metadata and manifests are signed, never payloads: more than this is a mistake of the caller. */
export const signedBytesLimit = 256 << 20;

/** OpenPGP counts time in whole seconds (RFC 9580, 3.5); `seconds` since 1970. */
export function dateOf(seconds: number): Date {
  return new Date(seconds * 1000);
}

export function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
