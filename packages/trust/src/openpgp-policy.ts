import type * as openpgp from 'openpgp';

/** The OpenPGP library, and what every operation with it agrees on. */
export interface OpenPgp {
  readonly library: typeof openpgp;
  /**
   * No salt notation, so that RSA and Ed25519 signatures of equal input are equal bytes; v4 keys, which every rpm and
   * gpgv can read; SHA-1 and older nowhere, not even in the self-signatures of keys; no DSA or ElGamal.
   */
  readonly policy: openpgp.PartialConfig;
}

/** Loaded when it is first needed: it takes longer to start than most programs that only look at packages run. */
export async function loadOpenPgp(): Promise<OpenPgp> {
  const library = await import('openpgp');
  const { md5, ripemd, sha1 } = library.enums.hash;
  const policy = {
    nonDeterministicSignaturesViaNotation: false,
    v6Keys: false,
    showVersion: false,
    showComment: false,
    minRSABits: 2048,
    rejectHashAlgorithms: new Set([md5, ripemd, sha1]),
    rejectMessageHashAlgorithms: new Set([md5, ripemd, sha1]),
  };
  return { library, policy };
}

export type SignatureHash = 'sha256' | 'sha512';

export function policyWithHash({ library, policy }: OpenPgp, hash: SignatureHash): openpgp.PartialConfig {
  return { ...policy, preferredHashAlgorithm: library.enums.hash[hash] };
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
