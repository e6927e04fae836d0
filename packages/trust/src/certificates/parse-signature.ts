import { PacketCursor } from '../packets/packet-cursor.ts';
import { MalformedMpi, PacketFault } from '../packets/packet-fault.ts';
import { packetType, readPacketHead } from '../packets/read-packets.ts';
import { readSignature, type SignaturePacket } from '../packets/signature-packet.ts';

/** Bytes that are not exactly one signature packet. */
export interface UnreadableSignature {
  /** From the outside in, one sentence each, worded as Sequoia does; empty when not even a packet begins. */
  readonly reasons: readonly string[];
  /** In the bytes given. */
  readonly offset: number;
}

/** Some 50 kB are the largest signatures there are (SLH-DSA). */
const maxSignatureBytes = 256 << 10;
const unparsable = 'Failed to parse Signature Packet';
const nonconformant =
  'Signature appears to be created by a non-conformant OpenPGP implementation, ' +
  'see <https://github.com/rpm-software-management/rpm/issues/2351>.';

/** The one binary signature packet that a package or a file holds. Says why when it does not; never throws. */
export function parseSignature(bytes: Uint8Array): SignaturePacket | UnreadableSignature {
  if (bytes.length > maxSignatureBytes) {
    return { reasons: [`more than ${maxSignatureBytes} bytes`], offset: 0 };
  }
  if (bytes.length === 0) {
    return { reasons: ['Expected an OpenPGP packet, encountered the end of the file'], offset: 0 };
  }
  const cursor = new PacketCursor(bytes);
  try {
    const { type, length, offset } = readPacketHead(cursor);
    if (type !== packetType.signature) {
      return { reasons: [`Unexpected OpenPGP packet in this context ${packetName(type)}`], offset };
    }
    const bodyAt = cursor.offset;
    const signature = tryRead(cursor.take(Math.min(length, cursor.left)), bodyAt);
    if (isReadable(signature) && cursor.offset - bodyAt < length) {
      return { reasons: [], offset: cursor.offset };
    }
    return isReadable(signature) ? refuseMore(signature, cursor) : signature;
  } catch (fault) {
    if (fault instanceof PacketFault) {
      return { reasons: [], offset: fault.offset };
    }
    throw fault;
  }
}

function refuseMore(signature: SignaturePacket, cursor: PacketCursor): SignaturePacket | UnreadableSignature {
  const { offset } = cursor;
  if (cursor.left > 0) {
    const next = packetName(readPacketHead(cursor).type);
    return { reasons: [`Expected a bare OpenPGP signature, but it's followed by a ${next}`], offset };
  }
  const issuer = signature.issuers[0];
  if (issuer !== undefined && issuer.keyId !== '') {
    return signature;
  }
  const named = issuer === undefined ? 'None' : `Some(KeyID("${issuer.fingerprint?.toUpperCase()}"))`;
  return { reasons: [`Signature contains an invalid issuer packet: ${named}`], offset: 0 };
}

export function isReadable(parsed: SignaturePacket | UnreadableSignature): parsed is SignaturePacket {
  return !('reasons' in parsed);
}

function tryRead(body: Buffer, offset: number): SignaturePacket | UnreadableSignature {
  try {
    return readSignature(body);
  } catch (fault) {
    if (!(fault instanceof PacketFault)) {
      throw fault;
    }
    const context = fault instanceof MalformedMpi ? [nonconformant] : [];
    return { reasons: [unparsable, ...context, fault.message], offset: offset + fault.offset };
  }
}

const packetNames: Readonly<Record<number, string>> = {
  1: 'Public-Key Encrypted Session Key Packet',
  [packetType.signature]: 'Signature Packet',
  3: 'Symmetric-Key Encrypted Session Key Packet',
  4: 'One-Pass Signature Packet',
  [packetType.secretKey]: 'Secret-Key Packet',
  [packetType.publicKey]: 'Public-Key Packet',
  [packetType.secretSubkey]: 'Secret-Subkey Packet',
  [packetType.marker]: 'Marker Packet',
  [packetType.userId]: 'User ID Packet',
  [packetType.publicSubkey]: 'Public-Subkey Packet',
};

function packetName(type: number): string {
  return packetNames[type] ?? `Unknown Packet ${type}`;
}
