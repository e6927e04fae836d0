import type { SignatureVerdict } from '../verify.ts';
import type { SignatureFinding } from './check-signature.ts';

/** Whose signatures a package needs. Certificates are named by their fingerprints. */
export type SignaturePolicy =
  /** One good signature, of anybody in the keyring. */
  | { readonly require: 'any' }
  /** A good signature of every one: no one of them is enough alone, post-quantum beside classical for example. */
  | { readonly require: 'all'; readonly of: readonly string[] }
  | { readonly require: 'at-least'; readonly count: number; readonly of: readonly string[] };

export interface PolicyOutcome {
  readonly accepted: boolean;
  /** Those with a good signature, each once. */
  readonly signers: readonly string[];
  /** Why not: one sentence each. */
  readonly reasons: readonly string[];
}

/** Somebody changed the bytes, or took the trust back: no other signature makes up for these. */
const refusals: readonly SignatureVerdict['status'][] = ['bad', 'malformed', 'revoked'];

/**
 * Whether signatures over the same bytes are enough. Two signatures with one certificate count once; unknown,
 * expired, weak and unsupported ones count for nothing; a wrong or revoked one refuses the whole.
 */
export function judgeSignatures(findings: readonly SignatureFinding[], policy: SignaturePolicy): PolicyOutcome {
  const signers = [
    ...new Set(findings.flatMap(({ verdict }) => (verdict.status === 'good' ? [verdict.fingerprint] : []))),
  ];
  const refused = findings
    .filter(({ verdict }) => refusals.includes(verdict.status))
    .map(({ verdict, certificate }) => `a signature of ${certificate ?? 'an unknown key'} is ${verdict.status}`);
  const reasons = [...refused, ...shortages(signers, policy)];
  return { accepted: reasons.length === 0, signers, reasons };
}

function shortages(signers: readonly string[], policy: SignaturePolicy): string[] {
  if (policy.require === 'any') {
    return signers.length > 0 ? [] : ['there is no good signature of a known key'];
  }
  const named = [...new Set(policy.of.map((fingerprint) => fingerprint.toLowerCase()))];
  const missing = named.filter((fingerprint) => !signers.includes(fingerprint));
  const needed = policy.require === 'all' ? named.length : policy.count;
  if (named.length === 0 || needed < 1 || needed > named.length) {
    return [`the policy asks for ${needed} of ${named.length} keys`];
  }
  return named.length - missing.length >= needed
    ? []
    : [`${named.length - missing.length} of ${needed} signatures are there; missing: ${missing.join(', ')}`];
}
