import { hashAlgorithmName, Keyring, publicKeyAlgorithmName, type SignatureFinding } from '@slipway/trust';
import { openPackage, type RpmPackage } from '../package/open-package.ts';
import { collectItems } from './collect-items.ts';
import { judgeItems, type VerificationLevel } from './judge-items.ts';
import { compareItems, type VerifiableItem, type VerificationResult } from './verifiable-item.ts';
import type { Coverage } from './verifiable-tags.ts';
import { verifyItems } from './verify-items.ts';

export interface VerifyPackageOptions {
  /** Whose signatures count; default nobody's. */
  readonly keyring?: Keyring;
  /** The time of the question, in seconds since 1970. */
  readonly at: number;
  /** Default `digest`, as rpm's. */
  readonly level?: VerificationLevel;
  /** False is rpmkeys' --nosignature. */
  readonly signatures?: boolean;
  /** False is rpmkeys' --nodigest. */
  readonly digests?: boolean;
  /** Also MD5 and SHA-1, which rpm 6 passes over: `_pkgverify_flags 0`. Default false. */
  readonly weakDigests?: boolean;
  /** False judges as an rpm without post-quantum algorithms, Debian's for example. Default true. */
  readonly postQuantum?: boolean;
}

/** One line of `rpmkeys -Kv`. */
export interface VerifiedItem {
  readonly kind: 'digest' | 'signature';
  readonly tag: number;
  readonly covers: Coverage;
  readonly result: VerificationResult;
  /** Of signatures that could be read. */
  readonly finding: SignatureFinding | undefined;
  /** As rpmkeys prints it, without indentation; more than one line where it quotes its OpenPGP library. */
  readonly line: string;
}

export interface PackageVerification {
  /** What rpm would do. */
  readonly accepted: boolean;
  readonly digestsFail: boolean;
  readonly signaturesFail: boolean;
  /** In rpm's order. */
  readonly items: readonly VerifiedItem[];
}

/**
 * Verifies digests and signatures of a package with the outcome and the words of `rpmkeys -Kv` (rpm 6.1), in one pass
 * over the file. Damage is a result, except in the form of the headers: throws `RPM_NOT_A_PACKAGE`, `RPM_BAD_HEADER`,
 * `CORE_FILE_ACCESS`, and `CORE_LIMIT` for more than 128 signatures.
 */
export async function verifyPackage(
  source: string | RpmPackage,
  options: VerifyPackageOptions,
): Promise<PackageVerification> {
  const { keyring = new Keyring(), at, postQuantum = true, level = 'digest' } = options;
  const { signatures = true, digests = true, weakDigests = false } = options;
  const pkg = typeof source === 'string' ? await openPackage(source) : source;
  const items = collectItems(pkg, { signatures, digests, weakDigests });
  await verifyItems(pkg, items, { keyring, at, postQuantum });
  items.sort(compareItems);
  const { shown, digestsFail, signaturesFail } = judgeItems(items, level);
  return { accepted: !digestsFail && !signaturesFail, digestsFail, signaturesFail, items: shown.map(describeItem) };
}

function describeItem(item: VerifiableItem): VerifiedItem {
  const { kind, rule, result, finding } = item;
  return { kind, tag: rule.tag, covers: rule.covers, result, finding, line: formatItem(item) };
}

const coverageNames: Readonly<Record<Coverage, string>> = { header: 'Header', payload: 'Payload', package: 'Legacy' };
const resultNames: Readonly<Record<VerificationResult, string>> = {
  ok: 'OK',
  bad: 'BAD',
  'no-key': 'NOKEY',
  'not-trusted': 'NOTTRUSTED',
  'not-found': 'NOTFOUND',
};

function formatItem(item: VerifiableItem): string {
  const what = item.kind === 'digest' ? formatDigest(item) : formatSignature(item);
  const message = item.message === undefined ? '' : ` (${item.message})`;
  return `${coverageNames[item.rule.covers]} ${what}: ${resultNames[item.result]}${message}`;
}

function formatDigest({ rule }: VerifiableItem): string {
  return `${hashAlgorithmName(rule.hashId ?? 0)}${rule.alternative === true ? ' ALT' : ''} digest`;
}

function formatSignature({ rule, signature, finding }: VerifiableItem): string {
  if (signature === undefined) {
    const algorithm = rule.publicKeyAlgorithm ?? 0;
    return `OpenPGP ${algorithm === 0 ? '' : `${publicKeyAlgorithmName(algorithm)} `}signature`;
  }
  const algorithms = `${publicKeyAlgorithmName(signature.publicKeyAlgorithm)}/${hashAlgorithmName(signature.hashAlgorithm)}`;
  const maker =
    finding?.certificate === undefined
      ? `key ID ${signature.issuers[0]?.keyId}`
      : `key fingerprint: ${finding.certificate}`;
  return `OpenPGP V${signature.version} ${algorithms} signature, ${maker}`;
}
