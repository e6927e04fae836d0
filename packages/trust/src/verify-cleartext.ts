import type { PacketList, SignaturePacket } from 'openpgp';
import { loadOpenPgp, type OpenPgp } from './openpgp-policy.ts';
import { messageOf, type PublicKey } from './public-key.ts';
import { type SignatureVerdict, type VerificationMoment, verifyPackets } from './verify.ts';

export interface CleartextVerdict {
  readonly verdict: SignatureVerdict;
  /** The text that was signed, and nothing else of the file; present when the verdict is `good`. */
  readonly text: string | undefined;
}

/** InRelease files of whole distributions are some hundred kilobytes. */
const cleartextLimit = 64 << 20;

/**
 * Verifies a cleartext-signed file (RFC 9580, 7), for example an InRelease. Text before or after the frame makes it
 * `malformed` (apt CVE-2013-1051, CVE-2016-1252): only `text` may be parsed further.
 */
export async function verifyCleartext(
  keys: readonly PublicKey[],
  file: string,
  moment: VerificationMoment,
): Promise<CleartextVerdict> {
  const fault = frameFault(file);
  if (fault !== undefined) {
    return { verdict: { status: 'malformed', reason: fault }, text: undefined };
  }
  try {
    const openpgp = await loadOpenPgp();
    const { library, policy } = openpgp;
    const parsed = await library.readCleartextMessage({ cleartextMessage: file, config: policy });
    const text = parsed.getText();
    const message = await library.createMessage({ binary: new Uint8Array(Buffer.from(text)) });
    const verdict = await verifyPackets(keys, message, signaturesOf(openpgp, parsed), moment);
    return { verdict, text: verdict.status === 'good' ? text : undefined };
  } catch (cause) {
    return { verdict: { status: 'malformed', reason: messageOf(cause) }, text: undefined };
  }
}

function signaturesOf({ library }: OpenPgp, parsed: object): readonly SignaturePacket[] {
  const { packets } = (parsed as { signature: { packets: PacketList<SignaturePacket> } }).signature;
  return packets.filterByTag(library.enums.packet.signature);
}

function frameFault(file: string): string | undefined {
  if (file.length > cleartextLimit) {
    return `more than ${cleartextLimit} characters`;
  }
  const lines = file.split(/\r?\n/);
  const markers = lines.filter((line) => line.startsWith('-----')).map((line) => line.trimEnd());
  const expected = [
    '-----BEGIN PGP SIGNED MESSAGE-----',
    '-----BEGIN PGP SIGNATURE-----',
    '-----END PGP SIGNATURE-----',
  ];
  if (markers.join('\n') !== expected.join('\n') || lines[0]?.trimEnd() !== expected[0]) {
    return 'not exactly one cleartext signature frame from the first line on';
  }
  const end = lines.findLastIndex((line) => line.startsWith('-----'));
  return lines.slice(end + 1).every((line) => line.trim() === '') ? undefined : 'text after the signature';
}
