import { SlipwayError } from '@slipway/core';
import { binaryEntry, type HeaderEntry, stringArrayEntry } from '../header/header-entry.ts';
import { signatureTag } from '../header/tags.ts';
import type { RpmPackage } from '../package/open-package.ts';
import { isFormat6, replaceSignatureHeader } from './replace-signature-header.ts';
import { isRsaSignature } from './signature-packet.ts';

/** Makes a binary OpenPGP signature packet over the bytes of a header. */
export type SignHeader = (headerBytes: Uint8Array) => Promise<Uint8Array>;

/** A signature as it lies in a package; `package` covers header and payload together (formats 3 and 4). */
export interface PackageSignature {
  readonly tag: number;
  readonly covers: 'header' | 'package';
  /** A binary OpenPGP signature packet, not checked in any way. */
  readonly packet: Buffer;
}

const binarySignatures: readonly Omit<PackageSignature, 'packet'>[] = [
  { tag: signatureTag.rsaHeader, covers: 'header' },
  { tag: signatureTag.dsaHeader, covers: 'header' },
  { tag: signatureTag.pgp, covers: 'package' },
  { tag: signatureTag.gpg, covers: 'package' },
];

/** All OpenPGP signatures of a package: those of format 6 first. Throws `RPM_BAD_SIGNATURE` for bad Base64. */
export function readSignatures(pkg: RpmPackage): PackageSignature[] {
  const encoded = pkg.signature.strings(signatureTag.openPgp).map((text): PackageSignature => {
    return { tag: signatureTag.openPgp, covers: 'header', packet: decodeBase64(text) };
  });
  const binary = binarySignatures.flatMap((kind): PackageSignature[] => {
    const packet = pkg.signature.bytes(kind.tag);
    return packet === undefined ? [] : [{ ...kind, packet }];
  });
  return [...encoded, ...binary];
}

/**
 * Signs the main header and writes the signed package to `target` (its own path is allowed), whole or not at all.
 * Format 4: an RSA signature takes the place of an earlier one in RSAHEADER, any other in DSAHEADER. Format 6: the
 * signature joins those that are there. Header and payload keep their bytes. Throws `RPM_BAD_SIGNATURE`.
 */
export async function signPackage(pkg: RpmPackage, target: string, signHeader: SignHeader): Promise<void> {
  const packet = await signHeader(pkg.headerBytes);
  const isRsa = isRsaSignature(packet);
  const added = isFormat6(pkg)
    ? stringArrayEntry(signatureTag.openPgp, [
        ...pkg.signature.strings(signatureTag.openPgp),
        Buffer.from(packet).toString('base64'),
      ])
    : binaryEntry(isRsa ? signatureTag.rsaHeader : signatureTag.dsaHeader, packet);
  await replaceSignatureHeader(pkg, [...entriesWithout(pkg, [added.tag]), added], target);
}

/** Writes the package without its OpenPGP signatures to `target` (its own path is allowed); digests stay. */
export async function removeSignatures(pkg: RpmPackage, target: string): Promise<void> {
  const tags = [signatureTag.openPgp, ...binarySignatures.map((kind) => kind.tag)];
  await replaceSignatureHeader(pkg, entriesWithout(pkg, tags), target);
}

function entriesWithout(pkg: RpmPackage, tags: readonly number[]): HeaderEntry[] {
  return pkg.signature.entries.filter((entry) => !tags.includes(entry.tag));
}

function decodeBase64(text: string): Buffer {
  const compact = text.replace(/\s/g, '');
  const packet = Buffer.from(compact, 'base64');
  if (packet.toString('base64').replace(/=+$/, '') !== compact.replace(/=+$/, '')) {
    throw new SlipwayError('RPM_BAD_SIGNATURE', 'Cannot read a package signature: it is not Base64');
  }
  return packet;
}
