import type { SignatureFinding, SignaturePacket } from '@slipway/trust';
import type { VerifiableTag } from './verifiable-tags.ts';

/** What rpm calls OK, BAD, NOKEY, NOTTRUSTED and NOTFOUND. */
export type VerificationResult = 'ok' | 'bad' | 'no-key' | 'not-trusted' | 'not-found';

/** A recorded digest or a signature on its way from the header to a result. */
export interface VerifiableItem {
  readonly rule: VerifiableTag;
  readonly kind: 'digest' | 'signature';
  result: VerificationResult;
  /** Why `result` is `bad`, where there is something to say. */
  message: string | undefined;
  /** Tag and place in its array; 0 for what is missing or cannot be read. */
  readonly id: number;
  readonly hashId: number;
  /** Of digests: in hexadecimal, as recorded. */
  readonly expected: string | undefined;
  readonly signature: SignaturePacket | undefined;
  finding: SignatureFinding | undefined;
}

/**
 * In the order of rpm 6.1: by coverage, signatures first, then by the algorithm that a tag is for (not the one that is
 * in it), newer hashes first.
 */
export function compareItems(one: VerifiableItem, other: VerifiableItem): number {
  const coverages = ['header', 'payload', 'package'];
  return (
    coverages.indexOf(one.rule.covers) - coverages.indexOf(other.rule.covers) ||
    Number(other.kind === 'signature') - Number(one.kind === 'signature') ||
    (other.rule.publicKeyAlgorithm ?? 0) - (one.rule.publicKeyAlgorithm ?? 0) ||
    other.hashId - one.hashId ||
    other.id - one.id ||
    other.rule.group - one.rule.group
  );
}
