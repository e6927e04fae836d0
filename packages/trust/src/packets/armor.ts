import { PacketFault } from './packet-fault.ts';

export type ArmorKind = 'PUBLIC KEY BLOCK' | 'PRIVATE KEY BLOCK' | 'SIGNATURE';

export interface ArmorBlock {
  readonly kind: string;
  readonly bytes: Buffer;
}

const lineCharacters = 64;

/** Whether `bytes` are text: packets begin with a byte above 127 (RFC 9580, 4.2). */
export function isArmored(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) < 0x80;
}

/**
 * The blocks of an armored file, text around them ignored (RFC 9580, 6.2). The checksum at the end is optional and,
 * where there is one, must hold. Throws `PacketFault` with the number of characters before the block as offset.
 */
export function readArmor(text: string): ArmorBlock[] {
  const blocks: ArmorBlock[] = [];
  const begin = /^-----BEGIN PGP ([A-Z ]{1,40})-----[ \t]*\r?$/gm;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const kind = match[1] ?? '';
    const start = match.index + match[0].length;
    const end = text.indexOf(`-----END PGP ${kind}-----`, start);
    if (end < 0) {
      throw new PacketFault(`the end of the ${kind} is missing`, match.index);
    }
    blocks.push({ kind, bytes: decodeBlock(text.slice(start, end), match.index) });
    begin.lastIndex = end;
  }
  return blocks;
}

function decodeBlock(block: string, offset: number): Buffer {
  const lines = block.split('\n').map((line) => line.trim());
  const headerEnd = lines.findIndex((line, index) => index > 0 && line === '');
  const hasHeaders = lines.slice(1, Math.max(headerEnd, 0)).every((line) => /^[A-Za-z-]+:/.test(line));
  const body = hasHeaders && headerEnd > 0 ? lines.slice(headerEnd + 1) : lines;
  const checksumAt = body.findIndex((line) => line.startsWith('='));
  const encoded = body.slice(0, checksumAt < 0 ? undefined : checksumAt).join('');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) {
    throw new PacketFault('armor is not Base64', offset);
  }
  const bytes = Buffer.from(encoded, 'base64');
  const checksum = checksumAt < 0 ? undefined : body[checksumAt]?.slice(1, 5);
  if (checksum !== undefined && checksum !== encodeChecksum(bytes)) {
    throw new PacketFault('the checksum of the armor does not hold', offset);
  }
  return bytes;
}

/** `bytes` as text, with checksum, which older readers demand. */
export function writeArmor(kind: ArmorKind, bytes: Uint8Array): string {
  const encoded = Buffer.from(bytes).toString('base64');
  const lines = encoded.match(new RegExp(`.{1,${lineCharacters}}`, 'g')) ?? [];
  return [
    `-----BEGIN PGP ${kind}-----`,
    '',
    ...lines,
    `=${encodeChecksum(bytes)}`,
    `-----END PGP ${kind}-----`,
    '',
  ].join('\n');
}

/** CRC-24 of RFC 9580, section 6.1.1, in Base64. */
function encodeChecksum(bytes: Uint8Array): string {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit++) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) {
        crc ^= 0x1864cfb;
      }
    }
  }
  const packed = Buffer.alloc(3);
  packed.writeUIntBE(crc & 0xffffff, 0, 3);
  return packed.toString('base64');
}
