import { createHash, type Hash } from 'node:crypto';
import { readFileChunks } from '@slipway/core';
import type { Header } from '../header/header.ts';
import type { HeaderEntry } from '../header/header-entry.ts';
import { splitStrings } from '../header/header-strings.ts';
import { type HeaderType, headerType } from '../header/header-type.ts';
import { signatureTag, tag } from '../header/tags.ts';
import type { HashName } from '../metadata/hash-algorithm.ts';
import type { RpmPackage } from '../package/open-package.ts';
import type { Coverage, VerificationItem } from './verification-item.ts';

interface DigestHash {
  readonly name: HashName;
  /** As rpm prints it. */
  readonly label: string;
  /** OpenPGP's number (RFC 9580 section 9.5). */
  readonly algorithm: number;
}

const md5: DigestHash = { name: 'md5', label: 'MD5', algorithm: 1 };
const sha1: DigestHash = { name: 'sha1', label: 'SHA1', algorithm: 2 };
const sha256: DigestHash = { name: 'sha256', label: 'SHA256', algorithm: 8 };
const sha512: DigestHash = { name: 'sha512', label: 'SHA512', algorithm: 10 };
const sha3: DigestHash = { name: 'sha3-256', label: 'SHA3-256', algorithm: 12 };

/** A place where packages record a digest, and the form it must have there (rpm's rpmvfytags). */
interface DigestTag {
  readonly tag: number;
  readonly hash: DigestHash;
  readonly type: HeaderType;
  /** Bytes of the value, the NUL of a string included. */
  readonly sizeBytes?: number;
  /** Of the uncompressed payload: holds of the file only when that is not compressed. */
  readonly isAlternative?: true;
}

const { string, stringArray, binary } = headerType;
const hexBytes = (bits: number) => bits / 4 + 1;

const headerDigests: readonly DigestTag[] = [
  { tag: signatureTag.sha256, hash: sha256, type: string, sizeBytes: hexBytes(256) },
  { tag: signatureTag.sha3, hash: sha3, type: string, sizeBytes: hexBytes(256) },
];
const payloadDigests: readonly DigestTag[] = [
  { tag: tag.payloadSha256, hash: sha256, type: stringArray },
  { tag: tag.payloadSha256Alt, hash: sha256, type: stringArray, isAlternative: true },
  { tag: tag.payloadSha512, hash: sha512, type: string },
  { tag: tag.payloadSha512Alt, hash: sha512, type: string, isAlternative: true },
  { tag: tag.payloadSha3, hash: sha3, type: string },
  { tag: tag.payloadSha3Alt, hash: sha3, type: string, isAlternative: true },
];
const weakHeaderDigests: readonly DigestTag[] = [
  { tag: signatureTag.sha1, hash: sha1, type: string, sizeBytes: hexBytes(160) },
];
const weakPackageDigests: readonly DigestTag[] = [{ tag: signatureTag.md5, hash: md5, type: binary, sizeBytes: 16 }];

/** The shortest recorded digest that rpm looks at, and the shortest in hexadecimal. */
const leastBytes = 16;
const leastHexDigits = 40;

export interface DigestItemOptions {
  /** Look at MD5 and SHA-1 too, which rpm 6 passes over (`%_pkgverify_flags 0`); off by default. */
  readonly weakDigests?: boolean;
}

/**
 * Every digest that a package records, or could record, of its header and its (compressed) payload, compared with what
 * the file has, in one pass over the file. Throws `CORE_FILE_ACCESS`.
 */
export async function digestItems(pkg: RpmPackage, options: DigestItemOptions = {}): Promise<VerificationItem[]> {
  const weak = options.weakDigests === true;
  const recorded = [
    ...readDigests(pkg.signature, 'header', weak ? [...headerDigests, ...weakHeaderDigests] : headerDigests),
    ...readDigests(pkg.signature, 'package', weak && !isFormat6(pkg.signature) ? weakPackageDigests : []),
    ...readDigests(pkg.header, 'payload', payloadDigests),
  ];
  const hashes = new RangeHashes(recorded);
  await hashes.update(pkg);
  return recorded.map((item) => toItem(item, hashes));
}

/** rpm's own sign of format 6 in a signature header, whose tags from 1000 on are then not looked at. */
function isFormat6(signature: Header): boolean {
  return signature.has(signatureTag.reserved) && signature.has(signatureTag.sha3);
}

interface RecordedDigest extends DigestTag {
  readonly covers: Coverage;
  /** Place in the array of the tag. */
  readonly index: number;
  /** Hexadecimal; undefined when it is not there, or not in its form. */
  readonly expected?: string;
  /** What is wrong with its form. */
  readonly problem?: string;
}

function readDigests(header: Header, covers: Coverage, tags: readonly DigestTag[]): RecordedDigest[] {
  return tags.flatMap((digest): RecordedDigest[] => {
    const entry = header.entry(digest.tag);
    if (entry === undefined) {
      return [{ ...digest, covers, index: 0 }];
    }
    const values = entry.type === binary ? [entry.data] : splitStrings(entry.data);
    return values.map((value, index) => ({ ...digest, covers, index, ...readDigest(digest, entry, value) }));
  });
}

function readDigest({ tag: number, type, sizeBytes }: DigestTag, entry: HeaderEntry, value: Buffer) {
  if (entry.type !== type) {
    return { problem: `package tag ${number}: invalid type ${entry.type}` };
  }
  if (value.length < leastBytes) {
    return { problem: `package tag ${number}: invalid data` };
  }
  if (sizeBytes !== undefined && entry.data.length !== sizeBytes) {
    return { problem: `package tag ${number}: invalid size ${entry.data.length}` };
  }
  const digits = type === binary ? value.toString('hex') : value.toString('latin1');
  if (type !== binary && (digits.length < leastHexDigits || !/^([0-9a-fA-F]{2})+$/.test(digits))) {
    return { problem: `package: tag ${number}: invalid hex` };
  }
  return { expected: digits };
}

/** One running hash for each pair of range and algorithm. */
class RangeHashes {
  readonly #hashes = new Map<string, Hash>();
  readonly #found = new Map<string, string>();

  constructor(recorded: readonly RecordedDigest[]) {
    for (const { covers, hash, expected } of recorded) {
      const key = `${covers} ${hash.name}`;
      if (expected !== undefined && !this.#hashes.has(key)) {
        this.#hashes.set(key, createHash(hash.name));
      }
    }
  }

  async update(pkg: RpmPackage): Promise<void> {
    const running = [...this.#hashes].map(([key, hash]) => ({ key, hash }));
    const ofHeader = running.filter(({ key }) => !key.startsWith('payload '));
    const ofPayload = running.filter(({ key }) => !key.startsWith('header '));
    for (const { hash } of ofHeader) {
      hash.update(pkg.headerBytes);
    }
    if (ofPayload.length > 0) {
      for await (const chunk of readFileChunks(pkg.path, { start: pkg.payloadOffset })) {
        for (const { hash } of ofPayload) {
          hash.update(chunk);
        }
      }
    }
    for (const { key, hash } of running) {
      this.#found.set(key, hash.digest('hex'));
    }
  }

  found({ covers, hash }: RecordedDigest): string {
    return this.#found.get(`${covers} ${hash.name}`) ?? '';
  }
}

const rangeNames: Readonly<Record<Coverage, string>> = { header: 'Header', payload: 'Payload', package: 'Legacy' };

function toItem(recorded: RecordedDigest, hashes: RangeHashes): VerificationItem {
  const { covers, hash, expected, problem } = recorded;
  const item = {
    kind: 'digest',
    covers,
    description: `${rangeNames[covers]} ${hash.label}${recorded.isAlternative ? ' ALT' : ''} digest`,
    keyAlgorithm: 0,
    hashAlgorithm: hash.algorithm,
    id: expected === undefined ? 0 : recorded.tag * 0x10000 + recorded.index,
    isInHeader: covers === 'payload',
    group: `${covers} ${hash.name}`,
  } as const;
  if (problem !== undefined) {
    return { ...item, outcome: 'bad', reason: problem };
  }
  if (expected === undefined) {
    return { ...item, outcome: 'not-found' };
  }
  const found = hashes.found(recorded);
  return expected.toLowerCase() === found
    ? { ...item, outcome: 'ok' }
    : { ...item, outcome: 'bad', reason: `Expected ${expected} != ${found}` };
}
