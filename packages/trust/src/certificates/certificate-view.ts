import type { KeyPacket } from '../packets/key-packet.ts';
import { bodyOf, numberOf, type SignaturePacket, signatureExpiry } from '../packets/signature-packet.ts';
import { subpacketType } from '../packets/subpackets.ts';
import { type AlgorithmPolicy, type HashStrength, maySignData } from './algorithm-policy.ts';
import type { Certificate } from './certificate.ts';
import { type SelfSignatures, type SignedIdentity, type SignedSubkey, selfSignatures } from './self-signatures.ts';

/** A key of a certificate as it stands at a moment. */
export interface KeyView {
  readonly key: KeyPacket;
  readonly maySign: boolean;
  /** Made, and not yet expired. */
  readonly isAlive: boolean;
  readonly isRevoked: boolean;
}

/** A certificate as it stands at a moment, under a policy. Keys without a valid binding are not in `keys`. */
export interface CertificateView {
  readonly primary: KeyView;
  /** The primary key first. */
  readonly keys: readonly KeyView[];
}

/** Seconds since 1970, and which cryptography counts. */
export interface Viewpoint {
  readonly at: number;
  readonly policy: AlgorithmPolicy;
}

/** Reasons for a revocation that leave earlier signatures alone (RFC 9580, 5.2.3.31): superseded, retired. */
const softReasons: readonly number[] = [1, 3, 32];
/** Longer or unprintable identities may hide a collision. */
const plainIdentityBytes = 96;

/** The reason when the primary key has no binding, neither through an identity nor directly, that counts. */
export function viewCertificate(certificate: Certificate, viewpoint: Viewpoint): CertificateView | string {
  const self = selfSignatures(certificate);
  const bindings = primaryBindings(self, viewpoint);
  if (bindings.length === 0) {
    return 'the primary key has no self-signature that counts';
  }
  const fault = viewpoint.policy.keyFault(certificate.primary);
  if (fault !== undefined) {
    return fault;
  }
  const newest = Math.max(...bindings.map(({ created }) => created ?? 0));
  const primary = viewKey(certificate.primary, bindings, {
    at: viewpoint.at,
    isRevoked: isRevoked(self.revocations, newest, viewpoint),
  });
  return { primary, keys: [primary, ...self.subkeys.flatMap((subkey) => viewSubkey(subkey, viewpoint))] };
}

interface KeyState {
  readonly at: number;
  readonly isRevoked: boolean;
}

/** What the first binding does not say, the next one may. */
function viewKey(key: KeyPacket, bindings: readonly SignaturePacket[], { at, isRevoked: revoked }: KeyState): KeyView {
  const flags = bindings.find(({ hashed }) => bodyOf(hashed, subpacketType.keyFlags) !== undefined);
  const lifetime = bindings
    .map(({ hashed }) => numberOf(hashed, subpacketType.keyExpiresAfter))
    .find((seconds) => seconds !== undefined);
  const expiry = lifetime === undefined || lifetime === 0 ? Number.POSITIVE_INFINITY : key.created + lifetime;
  return {
    key,
    maySign: flags !== undefined && maySignData(flags),
    isAlive: key.created <= at && at < expiry,
    isRevoked: revoked,
  };
}

function viewSubkey({ key, bindings, revocations }: SignedSubkey, viewpoint: Viewpoint): KeyView[] {
  const signature = newestBinding(
    bindings.map((binding) => binding.signature),
    'second-preimage',
    viewpoint,
  );
  const binding = bindings.find((candidate) => candidate.signature === signature);
  if (signature === undefined || binding === undefined || viewpoint.policy.keyFault(key) !== undefined) {
    return [];
  }
  const backSignature = newestBinding(binding.backSignatures, 'second-preimage', viewpoint);
  if (maySignData(signature) && backSignature === undefined) {
    return [];
  }
  const revoked = isRevoked(revocations, signature.created ?? 0, viewpoint);
  return [viewKey(key, [signature], { at: viewpoint.at, isRevoked: revoked })];
}

/** The binding of the primary identity, then the direct key signature (RFC 9580, 5.2.3.10); version 6 the other way. */
function primaryBindings(self: SelfSignatures, viewpoint: Viewpoint): SignaturePacket[] {
  const identity = self.identities
    .map((each) => viewIdentity(each, viewpoint))
    .filter((view) => view !== undefined)
    .sort(byPrimacy)[0];
  const direct = newestBinding(self.direct, 'second-preimage', viewpoint);
  const bindings = [identity?.binding, direct];
  return (direct?.version === 6 ? bindings.reverse() : bindings).filter((binding) => binding !== undefined);
}

interface IdentityView {
  readonly binding: SignaturePacket;
  readonly isRevoked: boolean;
  readonly isPrimary: boolean;
}

function viewIdentity(
  { identity, bindings, revocations }: SignedIdentity,
  viewpoint: Viewpoint,
): IdentityView | undefined {
  const isPlain =
    identity.kind === 'id' &&
    identity.content.length <= plainIdentityBytes &&
    identity.content.every((byte) => byte >= 0x20 && byte !== 0x7f);
  const binding = newestBinding(bindings, isPlain ? 'second-preimage' : 'collision', viewpoint);
  return binding === undefined || identity.kind !== 'id'
    ? undefined
    : {
        binding,
        isRevoked: isRevoked(revocations, binding.created ?? 0, viewpoint),
        isPrimary: bodyOf(binding.hashed, subpacketType.primaryUserId)?.some((byte) => byte !== 0) ?? false,
      };
}

function byPrimacy(one: IdentityView, other: IdentityView): number {
  return (
    Number(one.isRevoked) - Number(other.isRevoked) ||
    Number(other.isPrimary) - Number(one.isPrimary) ||
    (other.binding.created ?? 0) - (one.binding.created ?? 0)
  );
}

/** The newest one that was made, has not expired and is strong enough. */
function newestBinding(
  signatures: readonly SignaturePacket[],
  strength: HashStrength,
  { at, policy }: Viewpoint,
): SignaturePacket | undefined {
  return signatures
    .filter((signature) => (signature.created ?? 0) <= at && at < signatureExpiry(signature))
    .filter((signature) => policy.signatureFault(signature, strength) === undefined)
    .reduce<SignaturePacket | undefined>(
      (newest, each) => ((each.created ?? 0) > (newest?.created ?? -1) ? each : newest),
      undefined,
    );
}

/**
 * A revocation because of a lost or unnamed secret is for ever and from the beginning; one because the key is not
 * used any more begins with its date, and a later binding takes it back.
 */
function isRevoked(revocations: readonly SignaturePacket[], bound: number, { at, policy }: Viewpoint): boolean {
  return revocations
    .filter((revocation) => policy.signatureFault(revocation, 'second-preimage') === undefined)
    .some((revocation) => {
      const reason = bodyOf(revocation.hashed, subpacketType.revocationReason)?.[0];
      const created = revocation.created ?? 0;
      const isSoft = reason !== undefined && softReasons.includes(reason);
      return !isSoft || (created >= bound && created <= at && at < signatureExpiry(revocation));
    });
}
