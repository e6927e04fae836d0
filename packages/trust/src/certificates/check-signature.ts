import { SignedContent } from '../cryptography/signed-content.ts';
import { type SignaturePacket, signatureExpiry, signatureType } from '../packets/signature-packet.ts';
import type { SignatureVerdict } from '../verify.ts';
import {
  type AlgorithmPolicy,
  isPostQuantum,
  permissivePolicy,
  signatureSizeFault,
  standardPolicy,
} from './algorithm-policy.ts';
import { type CertificateView, viewCertificate } from './certificate-view.ts';
import type { Keyring, KeyringEntry } from './keyring.ts';

export interface CheckOptions {
  readonly keyring: Keyring;
  /** The time of the question, in seconds since 1970. */
  readonly at: number;
  /** False judges as an rpm without post-quantum algorithms does: such signatures are `unsupported`. Default true. */
  readonly postQuantum?: boolean;
}

/** A verdict and, when a key with the right id was there, the fingerprint of its certificate. */
export interface SignatureFinding {
  readonly verdict: SignatureVerdict;
  readonly certificate: string | undefined;
}

/** Clocks differ by so much. */
const clockSkewSeconds = 5 * 60;
/** Only who fills a keyring on purpose gets more keys with one id. */
const maxCandidates = 16;

/**
 * Judges one signature over bytes that come in pieces, as rpm does (librpm-sequoia 1.10): the signature must be valid
 * now, its key at the time of the signature. Outdated cryptography, expired and revoked keys are told apart from wrong
 * signatures: the former are `weak`, `expired` and `revoked`, the latter `bad`.
 */
export class SignatureCheck {
  readonly #signature: SignaturePacket;
  readonly #options: CheckOptions;
  readonly #candidates: readonly KeyringEntry[];
  readonly #content: SignedContent | undefined;

  constructor(signature: SignaturePacket, options: CheckOptions) {
    this.#signature = signature;
    this.#options = options;
    this.#candidates = options.keyring
      .withKeyId(signature.issuers[0]?.keyId ?? '')
      .filter(({ key }) => key.algorithm === signature.publicKeyAlgorithm && this.#isSupported)
      .slice(0, maxCandidates);
    this.#content = SignedContent.begin(
      signature,
      this.#candidates.map(({ key }) => key),
    );
  }

  update(bytes: Uint8Array): void {
    this.#content?.update(bytes);
  }

  finish(): SignatureFinding {
    const content = this.#content;
    const early = this.#faultWithoutKey();
    if (early !== undefined || content === undefined) {
      const verdict = early ?? this.#unsupported('hash');
      const isAboutData = this.#signature.type === signatureType.binary;
      return { verdict, certificate: isAboutData ? this.#candidates.at(-1)?.certificate.fingerprint : undefined };
    }
    let finding: SignatureFinding = { verdict: this.#verdictWithoutKey(content), certificate: undefined };
    for (const candidate of this.#candidates) {
      finding = { verdict: this.#verdictBy(candidate, content), certificate: candidate.certificate.fingerprint };
      if (finding.verdict.status === 'good') {
        break;
      }
    }
    return finding;
  }

  get #isSupported(): boolean {
    const { publicKeyAlgorithm, values } = this.#signature;
    return values !== undefined && (this.#options.postQuantum !== false || !isPostQuantum(publicKeyAlgorithm));
  }

  get #policy(): AlgorithmPolicy {
    return standardPolicy(this.#options.at);
  }

  /** Types and times, which no key makes good. */
  #faultWithoutKey(): SignatureVerdict | undefined {
    const { type, created } = this.#signature;
    const fingerprint = this.#candidates.at(-1)?.certificate.fingerprint ?? this.#issuerName;
    if (type !== signatureType.binary) {
      return { status: 'bad', fingerprint, reason: `signature type ${type} does not sign packages` };
    }
    if (created === undefined) {
      return { status: 'bad', fingerprint, reason: 'the signature does not say when it was made' };
    }
    if (created > this.#options.at + clockSkewSeconds) {
      return { status: 'not-yet-valid', fingerprint, created };
    }
    if (this.#options.at >= signatureExpiry(this.#signature)) {
      return { status: 'expired', fingerprint, what: 'signature' };
    }
    return this.#signature.values === undefined ? this.#unsupported('public-key') : undefined;
  }

  #verdictWithoutKey(content: SignedContent): SignatureVerdict {
    const sizeFault = signatureSizeFault(this.#signature);
    if (sizeFault !== undefined) {
      return { status: 'weak', reason: sizeFault };
    }
    if (!content.prefixHolds) {
      return { status: 'bad', fingerprint: this.#issuerName, reason: 'it was made over other bytes' };
    }
    if (!this.#isSupported) {
      return this.#unsupported('public-key');
    }
    const weakness = this.#policy.signatureFault(this.#signature, 'collision');
    return weakness === undefined
      ? { status: 'unknown-key', issuer: this.#issuerName }
      : { status: 'weak', reason: weakness };
  }

  #unsupported(what: 'hash' | 'public-key'): SignatureVerdict {
    const { hashAlgorithm, publicKeyAlgorithm } = this.#signature;
    return { status: 'unsupported', what, algorithm: what === 'hash' ? hashAlgorithm : publicKeyAlgorithm };
  }

  get #issuerName(): string {
    const issuer = this.#signature.issuers[0];
    return issuer?.fingerprint ?? issuer?.keyId ?? '';
  }

  #verdictBy(candidate: KeyringEntry, content: SignedContent): SignatureVerdict {
    const { fingerprint } = candidate.certificate;
    const created = this.#signature.created ?? 0;
    const view = this.#view(candidate, created);
    if (typeof view === 'string') {
      return { status: 'bad', fingerprint, reason: view };
    }
    const signer = view.keys.find(({ key }) => key.fingerprint === candidate.key.fingerprint);
    const named = this.#signature.issuers[0]?.fingerprint;
    if (signer === undefined || (named !== undefined && named !== candidate.key.fingerprint)) {
      return { status: 'bad', fingerprint, reason: `the certificate has no valid key ${this.#issuerName}` };
    }
    if (!signer.maySign) {
      return { status: 'bad', fingerprint, reason: `key ${signer.key.keyId} is not for signing` };
    }
    if (created < signer.key.created || !content.holdsFor(signer.key)) {
      return { status: 'bad', fingerprint, reason: 'it was not made by this key over these bytes' };
    }
    const distrust = this.#distrust(view, [view.primary, signer], fingerprint);
    return distrust ?? { status: 'good', fingerprint, signer: signer.key.fingerprint, created };
  }

  /** At the time of the signature; now when old self-signatures were removed; else with whatever mathematics it has. */
  #view({ certificate }: KeyringEntry, created: number): (CertificateView & { readonly weakness?: string }) | string {
    const then = viewCertificate(certificate, { at: created, policy: this.#policy });
    if (typeof then !== 'string') {
      return then;
    }
    const now = viewCertificate(certificate, { at: this.#options.at, policy: this.#policy });
    if (typeof now !== 'string') {
      return now;
    }
    const lenient = viewCertificate(certificate, { at: created, policy: permissivePolicy });
    return typeof lenient === 'string' ? lenient : { ...lenient, weakness: now };
  }

  #distrust(
    view: CertificateView & { readonly weakness?: string },
    keys: readonly CertificateView['primary'][],
    fingerprint: string,
  ): SignatureVerdict | undefined {
    if (keys.some(({ isRevoked }) => isRevoked)) {
      return { status: 'revoked', fingerprint };
    }
    if (keys.some(({ isAlive }) => !isAlive)) {
      return { status: 'expired', fingerprint, what: 'key' };
    }
    const weakness = view.weakness ?? this.#policy.signatureFault(this.#signature, 'collision');
    return weakness === undefined ? undefined : { status: 'weak', reason: weakness };
  }
}
