import { SlipwayError } from '@slipway/core';
import type { Header } from '../header/header.ts';
import { type HeaderType, headerType } from '../header/header-type.ts';
import { signatureTag, tag } from '../header/tags.ts';

/** Elements a signature entry may have (package.cc of rpm). */
const maxSignatureCount = 16 * 1024 * 1024;
const firstLegacyTag = 1000;

interface SignatureTagRule {
  readonly signature: number;
  /** The tag that rpm merges the value into the header as: it must not be there already. */
  readonly merged: number;
  readonly type: HeaderType;
  /** Required element count; 0 for any. */
  readonly count: number;
  /** Format 3 and 4 packages may have the value in either header. */
  readonly eitherHeader?: true;
}

const { int32, int64, binary, string, stringArray } = headerType;

const rules: readonly SignatureTagRule[] = [
  { signature: signatureTag.size, merged: tag.sigSize, type: int32, count: 1 },
  { signature: signatureTag.pgp, merged: tag.sigPgp, type: binary, count: 0 },
  { signature: signatureTag.md5, merged: tag.sigMd5, type: binary, count: 16 },
  { signature: signatureTag.gpg, merged: tag.sigGpg, type: binary, count: 0 },
  { signature: signatureTag.payloadSize, merged: tag.archiveSize, type: int32, count: 1, eitherHeader: true },
  {
    signature: signatureTag.fileSignatures,
    merged: tag.fileSignatures,
    type: stringArray,
    count: 0,
    eitherHeader: true,
  },
  {
    signature: signatureTag.fileSignatureLength,
    merged: tag.fileSignatureLength,
    type: int32,
    count: 1,
    eitherHeader: true,
  },
  { signature: signatureTag.veritySignatures, merged: tag.veritySignatures, type: stringArray, count: 0 },
  { signature: signatureTag.veritySignatureAlgo, merged: tag.veritySignatureAlgo, type: int32, count: 1 },
  { signature: signatureTag.sha1, merged: tag.sha1Header, type: string, count: 1 },
  { signature: signatureTag.sha256, merged: tag.sha256Header, type: string, count: 1 },
  { signature: signatureTag.sha3, merged: tag.sha3Header, type: string, count: 1 },
  { signature: signatureTag.dsaHeader, merged: tag.dsaHeader, type: binary, count: 0 },
  { signature: signatureTag.rsaHeader, merged: tag.rsaHeader, type: binary, count: 0 },
  { signature: signatureTag.longSize, merged: tag.longSigSize, type: int64, count: 1 },
  { signature: signatureTag.longArchiveSize, merged: tag.longArchiveSize, type: int64, count: 1 },
  { signature: signatureTag.openPgp, merged: tag.openPgp, type: stringArray, count: 0 },
];

/** Tags of the signature header that belong to a package of this header, with the tags that they are merged as. */
export function mergedTags(header: Header): (readonly [signatureTag: number, mergedTag: number])[] {
  const isFormat6 = (header.number(tag.rpmFormat) ?? 4) >= 6;
  return rules
    .filter(({ signature }) => !isFormat6 || signature < firstLegacyTag)
    .map(({ signature, merged }) => [signature, merged]);
}

/** Refuses a signature header whose values rpm would not merge into the header. Throws `RPM_BAD_HEADER`. */
export function checkSignatureTags(signature: Header, header: Header, file: string): void {
  const format = header.number(tag.rpmFormat) ?? 4;
  for (const rule of rules) {
    const isMovable = format < 6 && rule.eitherHeader === true && !signature.has(rule.signature);
    if (header.has(rule.merged) && !isMovable) {
      throw refused(file, `header tag ${rule.merged} belongs into the signature header`);
    }
    const entry = format >= 6 && rule.signature >= firstLegacyTag ? undefined : signature.entry(rule.signature);
    if (entry === undefined) {
      continue;
    }
    const countIsRight = rule.count === 0 ? entry.count <= maxSignatureCount : entry.count === rule.count;
    if (entry.type !== rule.type || !countIsRight) {
      throw refused(file, `signature tag ${rule.signature} has type ${entry.type} and ${entry.count} elements`);
    }
  }
}

function refused(file: string, reason: string): SlipwayError {
  return new SlipwayError('RPM_BAD_HEADER', `Cannot read the signature header of ${file}: ${reason}`, {
    hint: 'the package is damaged or was made by a broken program: get it again, or leave it out',
    at: { file, offset: 96 },
  });
}
