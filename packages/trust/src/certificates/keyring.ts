import { SlipwayError } from '@slipway/core';
import { isArmored, readArmor } from '../packets/armor.ts';
import type { KeyPacket } from '../packets/key-packet.ts';
import { PacketFault } from '../packets/packet-fault.ts';
import { type Certificate, mergeCertificates, readCertificates } from './certificate.ts';

/** A key that may have made a signature, with the certificate that it is part of. */
export interface KeyringEntry {
  readonly certificate: Certificate;
  readonly key: KeyPacket;
}

/** Keyrings of distributions hold tens of keys; post-quantum ones have some ten kilobytes. */
const keyringLimitBytes = 16 << 20;

/**
 * The certificates that somebody trusts. Two copies of one certificate become one that says what both say; two
 * certificates with the same key id stay two.
 */
export class Keyring {
  readonly #certificates = new Map<string, Certificate>();
  readonly #entries = new Map<string, KeyringEntry[]>();

  /** Keyring files, armored or binary. Throws `TRUST_BAD_KEY`, `CORE_LIMIT`. */
  constructor(...sources: readonly (string | Uint8Array)[]) {
    for (const certificate of sources.flatMap(parseCertificates)) {
      const earlier = this.#certificates.get(certificate.fingerprint);
      const merged = earlier === undefined ? certificate : mergeCertificates(earlier, certificate);
      this.#certificates.set(certificate.fingerprint, merged);
    }
    for (const certificate of this.#certificates.values()) {
      for (const key of [certificate.primary, ...certificate.subkeys.map((subkey) => subkey.key)]) {
        this.#entries.set(key.keyId, [...(this.#entries.get(key.keyId) ?? []), { certificate, key }]);
      }
    }
  }

  get certificates(): readonly Certificate[] {
    return [...this.#certificates.values()];
  }

  /** All keys and subkeys with this id (16 lower-case hexadecimal digits), in the order of the keyring. */
  withKeyId(keyId: string): readonly KeyringEntry[] {
    return this.#entries.get(keyId) ?? [];
  }
}

/**
 * The certificates of a keyring file, armored or binary, nothing about them verified: that depends on the moment of
 * their use. Throws `TRUST_BAD_KEY`, `CORE_LIMIT`.
 */
export function parseCertificates(source: string | Uint8Array): Certificate[] {
  if (source.length > keyringLimitBytes) {
    throw new SlipwayError('CORE_LIMIT', `Cannot read the public keys: more than ${keyringLimitBytes} bytes`);
  }
  try {
    const certificates = keyBlocks(source).flatMap(readCertificates);
    if (certificates.length === 0) {
      throw new PacketFault('there is no public key', 0);
    }
    return certificates;
  } catch (fault) {
    if (!(fault instanceof PacketFault)) {
      throw fault;
    }
    throw new SlipwayError('TRUST_BAD_KEY', `Cannot read the public keys: ${fault.message} (offset ${fault.offset})`, {
      hint: 'give an OpenPGP public key, as `gpg --export` or `gpg --export --armor` writes it',
      cause: fault,
    });
  }
}

function keyBlocks(source: string | Uint8Array): Uint8Array[] {
  if (typeof source !== 'string' && !isArmored(source)) {
    return [source];
  }
  const text = typeof source === 'string' ? source : Buffer.from(source).toString('latin1');
  return readArmor(text)
    .filter(({ kind }) => kind === 'PUBLIC KEY BLOCK')
    .map(({ bytes }) => bytes);
}
