import { SlipwayError } from '@slipway/core';
import type { PrivateKey } from 'openpgp';
import { dateOf, loadOpenPgp } from './openpgp-policy.ts';
import { armoredText, describePublicKey, messageOf, type PublicKey } from './public-key.ts';

/**
 * `rsa4096` verifies everywhere; `ed25519` is the v4 form of it (algorithm 22, EdDSA legacy): the newer id 27 is
 * refused by gpgv 2.2 and older rpm.
 */
export type KeyAlgorithm = 'rsa4096' | 'ed25519';

export interface KeyRequest {
  /** `Name <address>` or any other text without line ends. */
  readonly userId: string;
  /** Seconds since 1970; signatures older than their key are refused everywhere. */
  readonly created: number;
  /** Default `rsa4096`. */
  readonly algorithm?: KeyAlgorithm;
  /** Default: never. */
  readonly expiresAfterSeconds?: number;
}

/** A key pair that is ready to sign. Keep it as long as there is something to sign: parsing costs more than signing. */
export interface SigningKey {
  readonly fingerprint: string;
  readonly publicKey: PublicKey;
  readonly publicKeyArmored: string;
  /** Without passphrase: write it to protected places only. */
  readonly privateKeyArmored: string;
  /** The parsed form, for the functions of this package. */
  readonly parsed: PrivateKey;
}

/** A new v4 key that certifies itself and signs, without subkeys (rpm's oldest readers do not look at subkeys). */
export async function generateSigningKey(request: KeyRequest): Promise<SigningKey> {
  const { library, policy } = await loadOpenPgp();
  const generating = library.generateKey({
    userIDs: [userIdParts(request.userId)],
    ...(request.algorithm === 'ed25519' ? { type: 'ecc', curve: 'ed25519Legacy' } : { type: 'rsa', rsaBits: 4096 }),
    date: dateOf(request.created),
    keyExpirationTime: request.expiresAfterSeconds ?? 0,
    subkeys: [],
    format: 'object',
    config: policy,
  });
  const { privateKey } = await generating.catch((cause: unknown) => {
    throw new SlipwayError('TRUST_BAD_KEY', `Cannot generate a key for ${request.userId}: ${messageOf(cause)}`, {
      cause,
    });
  });
  return describeSigningKey(privateKey);
}

/** A private key as `gpg --export-secret-keys` writes it, armored or binary. Throws `TRUST_BAD_KEY`. */
export async function parseSigningKey(source: string | Uint8Array, passphrase?: string): Promise<SigningKey> {
  try {
    const { library, policy } = await loadOpenPgp();
    const armored = armoredText(source);
    const locked = await (armored === undefined
      ? library.readPrivateKey({ binaryKey: source as Uint8Array, config: policy })
      : library.readPrivateKey({ armoredKey: armored, config: policy }));
    return describeSigningKey(await unlock(locked, passphrase));
  } catch (cause) {
    throw new SlipwayError('TRUST_BAD_KEY', `Cannot read the signing key: ${messageOf(cause)}`, {
      hint: 'give an OpenPGP private key and, where it has one, its passphrase',
      cause,
    });
  }
}

async function unlock(key: PrivateKey, passphrase: string | undefined): Promise<PrivateKey> {
  if (key.isDecrypted()) {
    return key;
  }
  if (passphrase === undefined) {
    throw new Error('it is protected by a passphrase');
  }
  const { library, policy } = await loadOpenPgp();
  return library.decryptKey({ privateKey: key, passphrase, config: policy });
}

function describeSigningKey(key: PrivateKey): SigningKey {
  const publicKey = describePublicKey(key.toPublic());
  return {
    fingerprint: publicKey.fingerprint,
    publicKey,
    publicKeyArmored: publicKey.armored,
    privateKeyArmored: key.armor(),
    parsed: key,
  };
}

/** The library joins name and address again as `name <address>`. */
function userIdParts(userId: string): { name: string; email?: string } {
  const parts = /^(.*\S)\s+<([^<>\s]+@[^<>\s]+)>$/.exec(userId);
  return parts === null ? { name: userId } : { name: parts[1] as string, email: parts[2] as string };
}
