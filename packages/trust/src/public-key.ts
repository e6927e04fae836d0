import { SlipwayError } from '@slipway/core';
import type { Key } from 'openpgp';
import { loadOpenPgp, secondsOf } from './openpgp-policy.ts';

/** An OpenPGP certificate: a primary key with its subkeys. */
export interface PublicKey {
  /** Of the primary key: 40 (v4) or 64 (v6) lower-case hexadecimal digits. */
  readonly fingerprint: string;
  /** Fingerprints of the primary key and all subkeys. */
  readonly fingerprints: readonly string[];
  readonly userIds: readonly string[];
  /** Seconds since 1970. */
  readonly created: number;
  readonly armored: string;
  readonly bytes: Uint8Array;
  /** The parsed form, for the functions of this package. */
  readonly parsed: Key;
}

/** Keyrings of distributions hold tens of keys of some kilobytes each. */
const keyringLimitBytes = 4 << 20;

/** Exactly one key, armored or binary. Throws `TRUST_BAD_KEY`. */
export async function parsePublicKey(source: string | Uint8Array): Promise<PublicKey> {
  const keys = await parsePublicKeys(source);
  const [key] = keys;
  if (key === undefined || keys.length > 1) {
    throw new SlipwayError('TRUST_BAD_KEY', `Cannot read the public key: the file has ${keys.length} keys, not one`);
  }
  return key;
}

/** The keys of a keyring, armored or binary, in its order. Throws `TRUST_BAD_KEY`. */
export async function parsePublicKeys(source: string | Uint8Array): Promise<PublicKey[]> {
  if (source.length > keyringLimitBytes) {
    throw new SlipwayError('CORE_LIMIT', `Cannot read the public keys: more than ${keyringLimitBytes} bytes`);
  }
  const keys = await parseKeyring(source).catch((cause: unknown) => {
    throw new SlipwayError('TRUST_BAD_KEY', `Cannot read the public key: ${messageOf(cause)}`, {
      hint: 'give an OpenPGP public key, as `gpg --export` or `gpg --export --armor` writes it',
      cause,
    });
  });
  return keys.map((key) => describePublicKey(key.toPublic()));
}

export function describePublicKey(key: Key): PublicKey {
  return {
    fingerprint: key.getFingerprint(),
    fingerprints: key.getKeys().map((part) => part.getFingerprint()),
    userIds: key.getUserIDs(),
    created: secondsOf(key.getCreationTime()),
    armored: key.armor(),
    bytes: key.write(),
    parsed: key,
  };
}

export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

async function parseKeyring(source: string | Uint8Array): Promise<Key[]> {
  const { library, policy } = await loadOpenPgp();
  const armored = armoredText(source);
  return armored === undefined
    ? library.readKeys({ binaryKeys: source as Uint8Array, config: policy })
    : library.readKeys({ armoredKeys: armored, config: policy });
}

/** The text when `source` is armored, undefined when it is binary: packets begin with a byte above 127 (RFC 9580, 4.2). */
export function armoredText(source: string | Uint8Array): string | undefined {
  if (typeof source === 'string') {
    return source;
  }
  return (source[0] ?? 0) < 128 ? Buffer.from(source).toString('latin1') : undefined;
}
