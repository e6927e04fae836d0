import { config, createMessage, enums, type Message, readSignature, type SignaturePacket } from 'openpgp';
import { dateOf, openpgpPolicy, secondsOf } from './openpgp-policy.ts';
import { armoredText, messageOf, type PublicKey } from './public-key.ts';

/** What a signature is worth at a moment. Everything but `good` is a refusal. */
export type SignatureVerdict =
  /** `fingerprint` is the primary key's, `signer` the one that signed (a subkey, perhaps); `created` in seconds. */
  | { readonly status: 'good'; readonly fingerprint: string; readonly signer: string; readonly created: number }
  /** Made by a known key, but not over these bytes, or not as that key may sign. */
  | { readonly status: 'bad'; readonly fingerprint: string; readonly reason: string }
  /** `issuer` is a fingerprint, or a key id where the signature names no more. */
  | { readonly status: 'unknown-key'; readonly issuer: string }
  | { readonly status: 'expired'; readonly fingerprint: string; readonly what: 'signature' | 'key' }
  | { readonly status: 'revoked'; readonly fingerprint: string }
  | { readonly status: 'not-yet-valid'; readonly fingerprint: string; readonly created: number }
  | { readonly status: 'weak'; readonly reason: string }
  /** Made with an algorithm that is not known here: says nothing, neither for nor against the bytes. */
  | { readonly status: 'unsupported'; readonly what: 'hash' | 'public-key'; readonly algorithm: number }
  | { readonly status: 'malformed'; readonly reason: string };

export interface VerificationMoment {
  /** Seconds since 1970 at which keys and signature must be valid. */
  readonly at: number;
}

/** A release has a handful of keys; more packets than this are an attack on our time. */
const signatureCountLimit = 16;
const signatureBytesLimit = 256 << 10;
const fullPolicy = { ...config, ...openpgpPolicy };

/**
 * Verifies a detached signature, armored or binary, against keys that are matched by fingerprint (by key id only where
 * a signature names nothing else). Of several signatures every one by a known key must be good, and one must be there.
 * Never throws for what the bytes are.
 */
export async function verifyDetached(
  keys: readonly PublicKey[],
  bytes: Uint8Array,
  signature: string | Uint8Array,
  moment: VerificationMoment,
): Promise<SignatureVerdict> {
  const packets = await parsePackets(signature);
  if (typeof packets === 'string') {
    return { status: 'malformed', reason: packets };
  }
  const message = await createMessage({ binary: bytes });
  return verifyPackets(keys, message, packets, moment);
}

/** The verdict over all packets; see `verifyDetached`. */
export async function verifyPackets(
  keys: readonly PublicKey[],
  message: Message<Uint8Array>,
  packets: readonly SignaturePacket[],
  moment: VerificationMoment,
): Promise<SignatureVerdict> {
  if (packets.length === 0 || packets.length > signatureCountLimit) {
    return { status: 'malformed', reason: `${packets.length} signatures, expected 1 to ${signatureCountLimit}` };
  }
  const verdicts: SignatureVerdict[] = [];
  for (const packet of packets) {
    verdicts.push(await verifyPacket(keys, message, { packet, moment }));
  }
  const refusal = verdicts.find(({ status }) => status !== 'good' && status !== 'unknown-key');
  return refusal ?? verdicts.find(({ status }) => status === 'good') ?? (verdicts[0] as SignatureVerdict);
}

async function parsePackets(signature: string | Uint8Array): Promise<readonly SignaturePacket[] | string> {
  if (signature.length > signatureBytesLimit) {
    return `more than ${signatureBytesLimit} bytes`;
  }
  try {
    const armored = armoredText(signature);
    const parsed = await (armored === undefined
      ? readSignature({ binarySignature: signature as Uint8Array, config: openpgpPolicy })
      : readSignature({ armoredSignature: armored, config: openpgpPolicy }));
    return parsed.packets.filterByTag(enums.packet.signature);
  } catch (cause) {
    return messageOf(cause);
  }
}

interface Claim {
  readonly packet: SignaturePacket;
  readonly moment: VerificationMoment;
}

async function verifyPacket(
  keys: readonly PublicKey[],
  message: Message<Uint8Array>,
  claim: Claim,
): Promise<SignatureVerdict> {
  const { packet } = claim;
  if (packet.signatureType !== enums.signature.binary && packet.signatureType !== enums.signature.text) {
    return { status: 'malformed', reason: `signature type ${packet.signatureType} does not sign files` };
  }
  if (openpgpPolicy.rejectMessageHashAlgorithms?.has(packet.hashAlgorithm as enums.hash)) {
    return { status: 'weak', reason: `the hash algorithm ${packet.hashAlgorithm} is broken` };
  }
  const candidates = issuersOf(keys, packet);
  let verdict: SignatureVerdict = { status: 'unknown-key', issuer: issuerName(packet) };
  for (const issuer of candidates) {
    verdict = await verifyBy(issuer, message, claim);
    if (verdict.status === 'good') {
      break;
    }
  }
  return verdict;
}

interface Issuer {
  readonly key: PublicKey;
  /** Fingerprint of the primary key or subkey. */
  readonly signer: string;
}

function issuersOf(keys: readonly PublicKey[], packet: SignaturePacket): Issuer[] {
  const named = packet.issuerFingerprint === null ? undefined : hex(packet.issuerFingerprint);
  const keyId = packet.issuerKeyID.toHex();
  const matches = (fingerprint: string) =>
    named === undefined ? keyIdOf(fingerprint) === keyId : fingerprint === named;
  return keys.flatMap((key) => key.fingerprints.filter(matches).map((signer) => ({ key, signer })));
}

/** v4: the last eight bytes of the fingerprint; v6: the first eight (RFC 9580, 5.5.4). */
function keyIdOf(fingerprint: string): string {
  return fingerprint.length === 40 ? fingerprint.slice(-16) : fingerprint.slice(0, 16);
}

function issuerName(packet: SignaturePacket): string {
  return packet.issuerFingerprint === null ? packet.issuerKeyID.toHex() : hex(packet.issuerFingerprint);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** First the mathematics, then the times: an expired signature over other bytes is `bad`, not `expired`. */
async function verifyBy(
  { key, signer }: Issuer,
  message: Message<Uint8Array>,
  { packet, moment }: Claim,
): Promise<SignatureVerdict> {
  const { fingerprint } = key;
  const signedAt = secondsOf(packet.created as Date);
  const fault = await mathematicalFault({ key, signer }, message, packet);
  if (fault !== undefined) {
    return { status: 'bad', fingerprint, reason: fault };
  }
  if (signedAt > moment.at) {
    return { status: 'not-yet-valid', fingerprint, created: signedAt };
  }
  if (packet.getExpirationTime() <= dateOf(moment.at)) {
    return { status: 'expired', fingerprint, what: 'signature' };
  }
  const refusal = (await keyRefusal({ key, signer }, signedAt)) ?? (await keyRefusal({ key, signer }, moment.at));
  return refusal ?? { status: 'good', fingerprint, signer, created: signedAt };
}

async function mathematicalFault(
  { key, signer }: Issuer,
  message: Message<Uint8Array>,
  packet: SignaturePacket,
): Promise<string | undefined> {
  const part = partOf(key, signer);
  const created = packet.created as Date;
  if (part.getCreationTime() > created) {
    return 'the signature is older than its key';
  }
  try {
    const literal = message.packets[0] as object;
    await packet.verify(part.keyPacket, packet.signatureType as enums.signature, literal, created, true, fullPolicy);
    return undefined;
  } catch (cause) {
    return messageOf(cause);
  }
}

function partOf(key: PublicKey, signer: string) {
  return key.parsed.getKeys().find((part) => part.getFingerprint() === signer) ?? key.parsed;
}

/** Why the key could not sign at `at` (seconds since 1970): subkeys need a binding and a back signature. */
async function keyRefusal({ key, signer }: Issuer, at: number): Promise<SignatureVerdict | undefined> {
  const { fingerprint, parsed } = key;
  const part = partOf(key, signer);
  const date = dateOf(at);
  try {
    if (await parsed.isRevoked(undefined, undefined, date, fullPolicy)) {
      return { status: 'revoked', fingerprint };
    }
    const expiry = [await parsed.getExpirationTime(undefined, fullPolicy)];
    if (part !== parsed) {
      expiry.push(await part.getExpirationTime(undefined, fullPolicy));
    }
    if (expiry.some((end) => end !== null && end <= date)) {
      return { status: 'expired', fingerprint, what: 'key' };
    }
    await parsed.getSigningKey(part.getKeyID(), date, undefined, fullPolicy);
    return undefined;
  } catch (cause) {
    const reason = messageOf(cause);
    return /revoked/i.test(reason) ? { status: 'revoked', fingerprint } : { status: 'bad', fingerprint, reason };
  }
}
