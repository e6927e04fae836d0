import { SlipwayError } from '@slipway/core';
import { isReadable, parseSignature, type SignaturePacket } from '@slipway/trust';
import { signatureTag } from '../header/tags.ts';
import type { RpmPackage } from '../package/open-package.ts';
import { decodeBase64 } from '../verification/collect-items.ts';

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
    return { tag: signatureTag.openPgp, covers: 'header', packet: decodePacket(text) };
  });
  const binary = binarySignatures.flatMap((kind): PackageSignature[] => {
    const packet = pkg.signature.bytes(kind.tag);
    return packet === undefined ? [] : [{ ...kind, packet }];
  });
  return [...encoded, ...binary];
}

function decodePacket(text: string): Buffer {
  const packet = decodeBase64(text);
  if (packet === undefined) {
    throw new SlipwayError('RPM_BAD_SIGNATURE', 'Cannot read a package signature: it is not Base64');
  }
  return packet;
}

/** What a signature packet says of itself. Throws `RPM_BAD_SIGNATURE` for anything but exactly one such packet. */
export function describePacket(packet: Uint8Array): SignaturePacket {
  const signature = parseSignature(packet);
  if (!isReadable(signature)) {
    const reason = signature.reasons.at(-1) ?? 'it does not begin like one';
    throw new SlipwayError('RPM_BAD_SIGNATURE', `Cannot use the bytes as a package signature: ${reason}`, {
      hint: 'sign with an OpenPGP key, binary and detached',
    });
  }
  return signature;
}

/** RSA and DSA of old, and what took the place of DSA: all that rpm before 6 looks for in a package. */
const legacyTags: Readonly<Record<number, number>> = {
  1: signatureTag.rsaHeader,
  3: signatureTag.rsaHeader,
  17: signatureTag.dsaHeader,
  19: signatureTag.dsaHeader,
  22: signatureTag.dsaHeader,
};

/** The tag of format 4 for a header signature; undefined when only format 6 has a place for it. */
export function legacyTagOf({ version, publicKeyAlgorithm }: SignaturePacket): number | undefined {
  return version === 6 ? undefined : legacyTags[publicKeyAlgorithm];
}

/** Whether two packets are by one key in one manner: rpm's pgpDigParamsCmp, with fingerprints. */
export function isSameSigner(one: SignaturePacket, other: SignaturePacket): boolean {
  const identity = ({ version, publicKeyAlgorithm, hashAlgorithm, issuers }: SignaturePacket) =>
    [version, publicKeyAlgorithm, hashAlgorithm, issuers[0]?.fingerprint ?? issuers[0]?.keyId].join(' ');
  return identity(one) === identity(other);
}
