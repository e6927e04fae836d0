import { SlipwayError } from '@slipway/core';
import { isReadable, parseSignature } from '@slipway/trust';
import { binaryEntry, type HeaderEntry, stringArrayEntry } from '../header/header-entry.ts';
import { signatureTag } from '../header/tags.ts';
import type { RpmPackage } from '../package/open-package.ts';
import { verifyPackage } from '../verification/verify-package.ts';
import {
  describePacket,
  isSameSigner,
  legacyTagOf,
  type PackageSignature,
  readSignatures,
} from './package-signature.ts';
import { isFormat6, replaceSignatureHeader } from './replace-signature-header.ts';

/** Makes a binary OpenPGP signature packet over the bytes of a header. */
export type SignHeader = (headerBytes: Uint8Array) => Promise<Uint8Array>;

export interface SignPackageOptions {
  /** The caller knows the bytes: they are not compared with their digests again. Default false. */
  readonly isIntact?: boolean;
}

/**
 * Signs the main header, once with each of `signHeaders`, and writes the signed package to `target` (its own path is
 * allowed), whole or not at all. Header and payload keep their bytes and, as long as the reserved space suffices,
 * their place. Format 6: signatures join those that are there. Format 4: one of RSA takes the place of an earlier one
 * in RSAHEADER, one of DSA, ECDSA or EdDSA that in DSAHEADER; others, and in a package that has or gets such others
 * all, join OPENPGP, where rpm 6 looks first. A signature by the same key in the same manner is replaced.
 * Throws `RPM_DIGEST_MISMATCH` for a damaged package, `RPM_BAD_SIGNATURE`.
 */
export async function signPackage(
  pkg: RpmPackage,
  target: string,
  signHeaders: SignHeader | readonly SignHeader[],
  options: SignPackageOptions = {},
): Promise<void> {
  if (options.isIntact !== true) {
    await refuseDamaged(pkg);
  }
  const packets: Uint8Array[] = [];
  for (const signHeader of [signHeaders].flat()) {
    packets.push(await signHeader(pkg.headerBytes));
  }
  await replaceSignatureHeader(pkg, withPackets(pkg, packets), target);
}

/**
 * Writes the package without its OpenPGP signatures, or without those that `isUnwanted` picks, to `target` (its own
 * path is allowed); digests stay.
 */
export async function removeSignatures(
  pkg: RpmPackage,
  target: string,
  isUnwanted: (signature: PackageSignature) => boolean = () => true,
): Promise<void> {
  const kept = readSignatures(pkg).filter((signature) => !isUnwanted(signature));
  const others = pkg.signature.entries.filter(({ tag }) => !signatureTags.includes(tag));
  await replaceSignatureHeader(pkg, [...others, ...signatureEntries(kept)], target);
}

const signatureTags: readonly number[] = [
  signatureTag.openPgp,
  signatureTag.rsaHeader,
  signatureTag.dsaHeader,
  signatureTag.pgp,
  signatureTag.gpg,
];

async function refuseDamaged(pkg: RpmPackage): Promise<void> {
  const { items } = await verifyPackage(pkg, { at: 0, signatures: false, weakDigests: true, level: 'none' });
  const wrong = items.find(({ result }) => result === 'bad');
  if (wrong !== undefined) {
    throw new SlipwayError('RPM_DIGEST_MISMATCH', `Cannot sign ${pkg.path}: ${wrong.line}`, {
      hint: 'get the package again: a signature would vouch for damaged bytes',
      at: { file: pkg.path, offset: pkg.headerRange.start },
    });
  }
}

function withPackets(pkg: RpmPackage, packets: readonly Uint8Array[]): HeaderEntry[] {
  let signatures = readSignatures(pkg);
  for (const packet of packets) {
    const described = describePacket(packet);
    const legacyTag = isFormat6(pkg) ? undefined : legacyTagOf(described);
    const isInOpenPgp = signatures.some(({ tag }) => tag === signatureTag.openPgp);
    if (legacyTag === undefined && !isInOpenPgp) {
      signatures = isFormat6(pkg) ? signatures : withLegacyInOpenPgp(signatures);
    }
    if (legacyTag !== undefined) {
      signatures = signatures.filter(({ tag }) => tag !== legacyTag);
      signatures.push({ tag: legacyTag, covers: 'header', packet: Buffer.from(packet) });
    }
    if (legacyTag === undefined || isInOpenPgp) {
      signatures = signatures.filter((other) => other.tag !== signatureTag.openPgp || !isSameMaker(other, packet));
      signatures.push({ tag: signatureTag.openPgp, covers: 'header', packet: Buffer.from(packet) });
    }
  }
  const others = pkg.signature.entries.filter(({ tag }) => !signatureTags.includes(tag));
  return [...others, ...signatureEntries(signatures)];
}

/** As soon as OPENPGP is there, rpm 6 looks nowhere else: the header signatures must be there too. */
function withLegacyInOpenPgp(signatures: readonly PackageSignature[]): PackageSignature[] {
  const headerTags: readonly number[] = [signatureTag.rsaHeader, signatureTag.dsaHeader];
  const copies = signatures
    .filter(({ tag, packet }) => headerTags.includes(tag) && isReadable(parseSignature(packet)))
    .map((signature) => ({ ...signature, tag: signatureTag.openPgp }));
  return [...signatures, ...copies];
}

function isSameMaker({ packet }: PackageSignature, other: Uint8Array): boolean {
  const existing = parseSignature(packet);
  return isReadable(existing) && isSameSigner(existing, describePacket(other));
}

function signatureEntries(signatures: readonly PackageSignature[]): HeaderEntry[] {
  const encoded = signatures.filter(({ tag }) => tag === signatureTag.openPgp);
  const texts = encoded.map(({ packet }) => packet.toString('base64'));
  return [
    ...(texts.length === 0 ? [] : [stringArrayEntry(signatureTag.openPgp, texts)]),
    ...signatures.filter(({ tag }) => tag !== signatureTag.openPgp).map(({ tag, packet }) => binaryEntry(tag, packet)),
  ];
}
