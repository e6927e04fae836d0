import { createHash, type Hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Chunks, fileError, readFileChunks } from '@slipway/core';
import { type CheckOptions, SignatureCheck, type SignatureVerdict } from '@slipway/trust';
import type { RpmPackage } from '../package/open-package.ts';
import type { VerifiableItem, VerificationResult } from './verifiable-item.ts';
import type { Coverage } from './verifiable-tags.ts';

/** Takes bytes of the package. */
interface Consumer {
  readonly covers: Coverage;
  readonly target: Hash | SignatureCheck;
}

/** Gives every item its result, in one pass over the file. */
export async function verifyItems(
  pkg: RpmPackage,
  items: readonly VerifiableItem[],
  options: CheckOptions,
): Promise<void> {
  const hashes = new Map<string, Consumer & { readonly target: Hash }>();
  const checks = new Map<VerifiableItem, Consumer & { readonly target: SignatureCheck }>();
  for (const item of items) {
    const { rule, signature, expected } = item;
    if (signature !== undefined) {
      checks.set(item, { covers: rule.covers, target: new SignatureCheck(signature, options) });
    } else if (expected !== undefined) {
      hashes.set(hashKey(item), { covers: rule.covers, target: createHash(rule.hash ?? 'sha256') });
    }
  }
  await feed(pkg, [...hashes.values(), ...checks.values()]);
  for (const [item, { target }] of checks) {
    concludeSignature(item, target);
  }
  const digests = new Map([...hashes].map(([key, { target }]) => [key, target.digest('hex')]));
  for (const item of items) {
    concludeDigest(item, digests.get(hashKey(item)));
  }
}

/** The digest of the uncompressed payload is looked for in the same bytes: they may be uncompressed. */
function hashKey({ rule }: VerifiableItem): string {
  return `${rule.covers} ${rule.hash}`;
}

async function feed(pkg: RpmPackage, consumers: readonly Consumer[]): Promise<void> {
  for (const { target } of consumers.filter(({ covers }) => covers !== 'payload')) {
    target.update(pkg.headerBytes);
  }
  const ofPayload = consumers.filter(({ covers }) => covers !== 'header');
  if (ofPayload.length === 0) {
    return;
  }
  for await (const chunk of payloadChunks(pkg)) {
    for (const { target } of ofPayload) {
      target.update(chunk);
    }
  }
}

/** A short payload is read at once: waiting for the thread pool would take longer than that. */
const shortPayloadBytes = 1 << 20;

function payloadChunks(pkg: RpmPackage): Chunks {
  if (pkg.sizeBytes - pkg.payloadOffset > shortPayloadBytes) {
    return readFileChunks(pkg.path, { start: pkg.payloadOffset });
  }
  try {
    return [readFileSync(pkg.path).subarray(pkg.payloadOffset)];
  } catch (cause) {
    throw fileError('read', pkg.path, cause);
  }
}

function concludeDigest(item: VerifiableItem, found: string | undefined): void {
  if (item.expected === undefined || found === undefined) {
    return;
  }
  const holds = item.expected.toLowerCase() === found;
  item.result = holds ? 'ok' : 'bad';
  item.message = holds ? undefined : `Expected ${item.expected} != ${found}`;
}

function concludeSignature(item: VerifiableItem, check: SignatureCheck): void {
  item.finding = check.finish();
  item.result = resultOf(item.finding.verdict);
}

/** rpm's word for a verdict: what could have been right once is not trusted, the rest is bad. */
function resultOf(verdict: SignatureVerdict): VerificationResult {
  switch (verdict.status) {
    case 'good':
      return 'ok';
    case 'unknown-key':
      return 'no-key';
    case 'revoked':
    case 'weak':
      return 'not-trusted';
    case 'unsupported':
      return verdict.what === 'hash' ? 'not-found' : 'not-trusted';
    case 'expired':
      return verdict.what === 'key' ? 'not-trusted' : 'bad';
    default:
      return 'bad';
  }
}
