/** What a digest or signature is about: `package` is header and payload together. */
export type Coverage = 'header' | 'payload' | 'package';

/**
 * `ok`; `bad`; `not-found` (rpm wants it and it is not there); `no-key` and `not-trusted` (signatures whose key is not
 * known, or not good enough).
 */
export type Outcome = 'ok' | 'bad' | 'not-found' | 'no-key' | 'not-trusted';

/** One recorded digest or signature with what became of it (rpm's rpmsinfo_s). */
export interface VerificationItem {
  readonly kind: 'digest' | 'signature';
  readonly covers: Coverage;
  /** What rpm prints of it: `Header SHA256 digest`. */
  readonly description: string;
  readonly outcome: Outcome;
  /** For `bad`: why. */
  readonly reason?: string;
  /** OpenPGP's number of the public-key algorithm; 0 for digests. */
  readonly keyAlgorithm: number;
  /** OpenPGP's number of the hash algorithm; 0 for a signature that is not there. */
  readonly hashAlgorithm: number;
  /** Tag * 65,536 + place in its array, 0 when it could not be read: equal ones come in this order, the last first. */
  readonly id: number;
  /** It stands in the main header, which a good header signature protects. */
  readonly isInHeader: boolean;
  /** Two of the same group stand for each other: one that holds excuses the other. */
  readonly group: string;
}

const outcomeNames: Readonly<Record<Outcome, string>> = {
  ok: 'OK',
  bad: 'BAD',
  'not-found': 'NOTFOUND',
  'no-key': 'NOKEY',
  'not-trusted': 'NOTTRUSTED',
};

/** A line of `rpmkeys -Kv`, without its indentation. */
export function formatItem({ description, outcome, reason }: VerificationItem): string {
  return `${description}: ${outcomeNames[outcome]}${reason === undefined ? '' : ` (${reason})`}`;
}
