import { createHash, type Hash } from 'node:crypto';
import { readFileChunks } from '@slipway/core';
import type { Header } from '../header/header.ts';
import { isStringType } from '../header/header-type.ts';
import { signatureTag, tag } from '../header/tags.ts';
import type { HashName } from '../metadata/hash-algorithm.ts';
import type { RpmPackage } from '../package/open-package.ts';

/** `package` is header and payload together. */
export type DigestCoverage = 'header' | 'payload' | 'package';

export interface DigestCheck {
  readonly covers: DigestCoverage;
  readonly hash: HashName;
  /** As recorded, in hexadecimal; empty when the recorded value has an impossible type. */
  readonly expected: string;
  readonly found: string;
  readonly holds: boolean;
}

export interface DigestReport {
  readonly checks: readonly DigestCheck[];
  /** No recorded digest is wrong, and SHA-256 or better covers the header and the payload (rpm 6's own demand). */
  readonly verified: boolean;
}

interface RecordedDigest {
  readonly where: 'signature' | 'header';
  readonly tag: number;
  readonly covers: DigestCoverage;
  readonly hash: HashName;
}

const recordedDigests: readonly RecordedDigest[] = [
  { where: 'signature', tag: signatureTag.sha3, covers: 'header', hash: 'sha3-256' },
  { where: 'signature', tag: signatureTag.sha256, covers: 'header', hash: 'sha256' },
  { where: 'signature', tag: signatureTag.sha1, covers: 'header', hash: 'sha1' },
  { where: 'header', tag: tag.payloadSha3, covers: 'payload', hash: 'sha3-256' },
  { where: 'header', tag: tag.payloadSha512, covers: 'payload', hash: 'sha512' },
  { where: 'header', tag: tag.payloadSha256, covers: 'payload', hash: 'sha256' },
  { where: 'signature', tag: signatureTag.md5, covers: 'package', hash: 'md5' },
];

const weakHashes: readonly HashName[] = ['md5', 'sha1'];

/**
 * Compares every digest that a package records of its header and (compressed) payload with what the file has, in one
 * pass over the file. Says nothing about signatures.
 */
export async function verifyDigests(pkg: RpmPackage): Promise<DigestReport> {
  const running = recordedDigests
    .map((recorded) => ({ recorded, expected: expectedDigest(pkg, recorded), hashing: createHash(recorded.hash) }))
    .filter(({ expected }) => expected !== undefined);
  for (const { recorded, hashing } of running) {
    if (recorded.covers !== 'payload') {
      hashing.update(pkg.headerBytes);
    }
  }
  await hashPayload(
    pkg,
    running.filter(({ recorded }) => recorded.covers !== 'header').map(({ hashing }) => hashing),
  );
  const checks = running.map(({ recorded: { covers, hash }, expected = '', hashing }): DigestCheck => {
    const found = hashing.digest('hex');
    return { covers, hash, expected, found, holds: expected.toLowerCase() === found };
  });
  return { checks, verified: isVerified(checks) };
}

function isVerified(checks: readonly DigestCheck[]): boolean {
  const strong = checks.filter(({ hash }) => !weakHashes.includes(hash));
  const isCovered = (part: DigestCoverage) => strong.some(({ covers }) => covers === part || covers === 'package');
  return checks.every(({ holds }) => holds) && isCovered('header') && isCovered('payload');
}

function expectedDigest(pkg: RpmPackage, recorded: RecordedDigest): string | undefined {
  const header: Header = recorded.where === 'signature' ? pkg.signature : pkg.header;
  const entry = header.entry(recorded.tag);
  if (entry === undefined) {
    return undefined;
  }
  if (recorded.hash === 'md5') {
    return entry.data.toString('hex');
  }
  return isStringType(entry.type) ? header.string(recorded.tag) : '';
}

async function hashPayload(pkg: RpmPackage, hashes: readonly Hash[]): Promise<void> {
  if (hashes.length === 0) {
    return;
  }
  for await (const chunk of readFileChunks(pkg.path, { start: pkg.payloadOffset })) {
    for (const hashing of hashes) {
      hashing.update(chunk);
    }
  }
}
