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
  { signature: signatureTag.size, merged: 257, type: int32, count: 1 },
  { signature: signatureTag.pgp, merged: 259, type: binary, count: 0 },
  { signature: signatureTag.md5, merged: 261, type: binary, count: 16 },
  { signature: signatureTag.gpg, merged: 262, type: binary, count: 0 },
  { signature: signatureTag.payloadSize, merged: tag.archiveSize, type: int32, count: 1, eitherHeader: true },
  { signature: signatureTag.fileSignatures, merged: 5090, type: stringArray, count: 0, eitherHeader: true },
  { signature: signatureTag.fileSignatureLength, merged: 5091, type: int32, count: 1, eitherHeader: true },
  { signature: signatureTag.veritySignatures, merged: 276, type: stringArray, count: 0 },
  { signature: signatureTag.veritySignatureAlgo, merged: 277, type: int32, count: 1 },
  { signature: signatureTag.sha1, merged: 269, type: string, count: 1 },
  { signature: signatureTag.sha256, merged: 273, type: string, count: 1 },
  { signature: signatureTag.sha3, merged: 279, type: string, count: 1 },
  { signature: signatureTag.dsaHeader, merged: 267, type: binary, count: 0 },
  { signature: signatureTag.rsaHeader, merged: 268, type: binary, count: 0 },
  { signature: signatureTag.longSize, merged: 270, type: int64, count: 1 },
  { signature: signatureTag.longArchiveSize, merged: 271, type: int64, count: 1 },
  { signature: signatureTag.openPgp, merged: 278, type: stringArray, count: 0 },
];

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
