import type { KeyPacket } from '../packets/key-packet.ts';
import { readKey } from '../packets/key-packet.ts';
import { PacketFault } from '../packets/packet-fault.ts';
import { type Packet, packetType, readPackets } from '../packets/read-packets.ts';
import { readSignature, type SignaturePacket } from '../packets/signature-packet.ts';

/** A user id or user attribute, and what was signed about it. */
export interface CertifiedIdentity {
  readonly kind: 'id' | 'attribute';
  readonly content: Buffer;
  readonly signatures: readonly SignaturePacket[];
}

export interface CertifiedSubkey {
  readonly key: KeyPacket;
  readonly signatures: readonly SignaturePacket[];
}

/**
 * An OpenPGP certificate as its packets say, nothing verified (RFC 9580, 10.1): a primary key with its identities and
 * subkeys. Signatures that cannot be read and packets of unknown types are left out.
 */
export interface Certificate {
  readonly primary: KeyPacket;
  /** Of the primary key, in lower-case hexadecimal. */
  readonly fingerprint: string;
  /** Direct key signatures and revocations of the whole. */
  readonly signatures: readonly SignaturePacket[];
  readonly identities: readonly CertifiedIdentity[];
  readonly subkeys: readonly CertifiedSubkey[];
  /** All packets, as they came. */
  readonly bytes: Buffer;
}

interface Draft {
  readonly primary: KeyPacket;
  readonly start: number;
  end: number;
  readonly signatures: SignaturePacket[];
  readonly identities: (CertifiedIdentity & { readonly signatures: SignaturePacket[] })[];
  readonly subkeys: (CertifiedSubkey & { readonly signatures: SignaturePacket[] })[];
  /** Where the next signature belongs; undefined after a component that cannot be read. */
  place: SignaturePacket[] | undefined;
}

/** The certificates of a binary keyring, in its order. Throws `PacketFault`. */
export function readCertificates(bytes: Uint8Array): Certificate[] {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packets = readPackets(whole);
  const drafts: Draft[] = [];
  for (const [index, packet] of packets.entries()) {
    const end = packets[index + 1]?.offset ?? whole.length;
    addPacket(drafts, packet, end);
  }
  return drafts.map(({ primary, start, end, signatures, identities, subkeys }) => ({
    primary,
    fingerprint: primary.fingerprint,
    signatures,
    identities,
    subkeys,
    bytes: whole.subarray(start, end),
  }));
}

function addPacket(drafts: Draft[], packet: Packet, end: number): void {
  if (packet.type === packetType.publicKey) {
    const signatures: SignaturePacket[] = [];
    const primary = readKey(packet.body);
    drafts.push({ primary, start: packet.offset, end, signatures, identities: [], subkeys: [], place: signatures });
    return;
  }
  const draft = drafts.at(-1);
  if (draft === undefined) {
    if (packet.type === packetType.marker) {
      return;
    }
    throw new PacketFault(`a certificate begins with a packet of type ${packet.type}`, packet.offset);
  }
  draft.end = end;
  addComponent(draft, packet);
}

function addComponent(draft: Draft, { type, body }: Packet): void {
  const signatures: SignaturePacket[] = [];
  switch (type) {
    case packetType.signature: {
      const signature = attempt(() => readSignature(body));
      if (signature !== undefined) {
        draft.place?.push(signature);
      }
      return;
    }
    case packetType.userId:
    case packetType.userAttribute:
      draft.identities.push({ kind: type === packetType.userId ? 'id' : 'attribute', content: body, signatures });
      draft.place = signatures;
      return;
    case packetType.publicSubkey: {
      const key = attempt(() => readKey(body));
      if (key !== undefined) {
        draft.subkeys.push({ key, signatures });
      }
      draft.place = key === undefined ? undefined : signatures;
      return;
    }
    default:
  }
}

/** One broken component must not hide the revocations that follow it. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (fault) {
    if (fault instanceof PacketFault) {
      return undefined;
    }
    throw fault;
  }
}

/** What two copies of one certificate say together. */
export function mergeCertificates(first: Certificate, second: Certificate): Certificate {
  return {
    primary: first.primary,
    fingerprint: first.fingerprint,
    signatures: [...first.signatures, ...second.signatures],
    identities: mergeBy([...first.identities, ...second.identities], (one) => one.kind + one.content.toString('hex')),
    subkeys: mergeBy([...first.subkeys, ...second.subkeys], (one) => one.key.fingerprint),
    bytes: Buffer.concat([first.bytes, second.bytes]),
  };
}

function mergeBy<T extends { readonly signatures: readonly SignaturePacket[] }>(
  components: readonly T[],
  identity: (component: T) => string,
): T[] {
  const merged = new Map<string, T>();
  for (const component of components) {
    const earlier = merged.get(identity(component));
    merged.set(
      identity(component),
      earlier === undefined ? component : { ...earlier, signatures: [...earlier.signatures, ...component.signatures] },
    );
  }
  return [...merged.values()];
}
