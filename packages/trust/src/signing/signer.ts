import type { KeyPacket } from '../packets/key-packet.ts';

/** Hashes that signatures are made with, as node:crypto names them. */
export type SigningHash = 'sha256' | 'sha384' | 'sha512' | 'sha3-256' | 'sha3-512';

/** What is to be signed. */
export interface SigningInput {
  readonly hash: SigningHash;
  /** What every algorithm of OpenPGP signs; RSA wraps it in a DigestInfo. */
  readonly digest: Buffer;
  /** The bytes that `digest` is of, for devices that insist on hashing themselves. */
  readonly hashed: readonly Uint8Array[];
}

/**
 * Something that signs with one key: software, an agent, a KMS, an HSM behind PKCS #11. It must not know OpenPGP.
 * `sign` gives the plain signature: RSA (PKCS #1 version 1.5) as one big-endian number, ECDSA as both halves in the
 * size of the field (IEEE P1363), EdDSA as R and S, a composite as the parts one after the other. What it gives is
 * verified before it is used.
 */
export interface Signer {
  /** The public key or subkey, from its certificate. */
  readonly key: KeyPacket;
  sign(input: SigningInput): Promise<Uint8Array>;
}
