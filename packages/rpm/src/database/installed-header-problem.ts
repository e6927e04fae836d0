import { createHash } from 'node:crypto';
import type { Header } from '../header/header.ts';
import { signatureTag } from '../header/tags.ts';
import { immutableRegion } from './immutable-region.ts';
import { signatureFormProblem } from './signature-form.ts';

/** Header digests and their names in node:crypto. */
const headerDigests: readonly (readonly [digestTag: number, hash: string])[] = [
  [signatureTag.sha1, 'sha1'],
  [signatureTag.sha256, 'sha256'],
  [signatureTag.sha3, 'sha3-256'],
];

/** Signatures of the header alone: one binary packet, or base64 texts. */
const binarySignatures: readonly number[] = [signatureTag.rsaHeader, signatureTag.dsaHeader];

/**
 * Why rpm 6.1 leaves a package out when it lists or queries a database, as far as that can be told without keys: a
 * header digest that does not fit, or a signature that its OpenPGP parser refuses (package.cc, headerCheck). Undefined
 * for a header that rpm takes. Such packages are installed nonetheless: this is a quirk of rpm's reader, not of the
 * system.
 */
export function installedHeaderProblem(header: Header): string | undefined {
  return digestProblem(header) ?? signatureProblem(header);
}

function digestProblem(header: Header): string | undefined {
  const region = immutableRegion(header);
  for (const [digestTag, name] of headerDigests) {
    const recorded = header.has(digestTag) ? header.string(digestTag) : undefined;
    if (recorded === undefined || region === undefined) {
      continue;
    }
    const hash = createHash(name);
    for (const piece of region) {
      hash.update(piece);
    }
    if (hash.digest('hex') !== recorded.toLowerCase()) {
      return `header ${name} digest: it is not ${recorded.slice(0, 128)}`;
    }
  }
  return undefined;
}

function signatureProblem(header: Header): string | undefined {
  const packets = [
    ...binarySignatures.map((signature) => header.bytes(signature)).filter((bytes) => bytes !== undefined),
    ...header.strings(signatureTag.openPgp).map((text) => Buffer.from(text, 'base64')),
  ];
  const problem = packets.map(signatureFormProblem).find((found) => found !== undefined);
  return problem === undefined ? undefined : `header signature: ${problem}`;
}
