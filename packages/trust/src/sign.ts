import { SlipwayError } from '@slipway/core';
import { dateOf, loadOpenPgp, policyWithHash, type SignatureHash, signedBytesLimit } from './openpgp-policy.ts';
import { messageOf } from './public-key.ts';
import type { SigningKey } from './signing-key.ts';

export interface SignatureRequest {
  /** Seconds since 1970; not before the key. */
  readonly created: number;
  /** Default `sha256`. */
  readonly hash?: SignatureHash;
}

/**
 * A binary signature packet (v4, type 0x00) over `bytes`: what repomd.xml.asc holds when armored, and what the
 * RPMTAG_RSAHEADER, DSAHEADER and OPENPGP tags of an RPM hold as they are.
 * The same key, bytes and request give the same packet. Throws `TRUST_KEY_UNUSABLE`, `CORE_LIMIT`.
 */
export async function signDetached(key: SigningKey, bytes: Uint8Array, request: SignatureRequest): Promise<Uint8Array> {
  checkSize(bytes.length);
  const openpgp = await loadOpenPgp();
  const message = await openpgp.library.createMessage({ binary: bytes });
  return signing(key, () =>
    openpgp.library.sign({
      message,
      signingKeys: key.parsed,
      detached: true,
      date: dateOf(request.created),
      format: 'binary',
      config: policyWithHash(openpgp, request.hash ?? 'sha256'),
    }),
  );
}

/**
 * The text in a cleartext frame (RFC 9580, 7), as InRelease files are. Lines must not end in blanks, which the
 * format does not sign. Throws as `signDetached`.
 */
export async function signCleartext(key: SigningKey, text: string, request: SignatureRequest): Promise<string> {
  checkSize(text.length);
  const openpgp = await loadOpenPgp();
  const message = await openpgp.library.createCleartextMessage({ text });
  const signed = await signing(key, () =>
    openpgp.library.sign({
      message,
      signingKeys: key.parsed,
      date: dateOf(request.created),
      config: policyWithHash(openpgp, request.hash ?? 'sha256'),
    }),
  );
  return signed.replaceAll('\r\n', '\n');
}

/** The text form of signature packets (`-----BEGIN PGP SIGNATURE-----`), lines ended by LF. */
export async function armorSignature(signature: Uint8Array): Promise<string> {
  const { library, policy } = await loadOpenPgp();
  const reading = library.readSignature({ binarySignature: signature, config: policy });
  const parsed = await reading.catch((cause: unknown) => {
    throw new SlipwayError('CORE_BUG', `Cannot armor bytes that are no signature: ${messageOf(cause)}`, { cause });
  });
  return parsed.armor().replaceAll('\r\n', '\n');
}

async function signing<T>(key: SigningKey, attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (cause) {
    throw new SlipwayError('TRUST_KEY_UNUSABLE', `Cannot sign with key ${key.fingerprint}: ${messageOf(cause)}`, {
      hint: 'sign at a time when the key is valid, or use another key',
      cause,
    });
  }
}

function checkSize(length: number): void {
  if (length > signedBytesLimit) {
    throw new SlipwayError('CORE_LIMIT', `Cannot sign ${length} bytes at once: sign a digest or a header instead`);
  }
}
