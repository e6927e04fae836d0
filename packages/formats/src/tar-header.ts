import type { ChunkReader } from './chunk-reader.ts';
import { type TarNames, tarBlockBytes, tarChecksum, tarFields } from './tar-entry.ts';

/** One header block, before extension records are applied. */
export interface TarHeader {
  readonly path: string;
  readonly linkTarget: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  readonly sizeBytes: number;
  readonly mtime: number;
  readonly major: number;
  readonly minor: number;
}

type Field = keyof typeof tarFields;

/** Decodes a checked header block: ustar, GNU, or the format before both. */
export function parseTarHeader(reader: ChunkReader, block: Buffer, decode: DecodeTarText): TarHeader {
  const parser = new FieldParser(reader, block, decode);
  if (parser.number('checksum') !== tarChecksum(block)) {
    throw parser.error('the checksum of a header is wrong');
  }
  const magic = block.toString('latin1', 257, 265);
  const posix = magic === 'ustar\x0000' || magic === 'ustar\x00\x00\x00';
  const gnu = magic === 'ustar  \x00';
  const extended = posix || gnu;
  const name = parser.text('name');
  const prefix = posix ? parser.text('prefix') : '';
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    linkTarget: parser.text('linkTarget'),
    type: block.toString('latin1', 156, 157),
    mode: parser.number('mode'),
    uid: parser.number('uid'),
    gid: parser.number('gid'),
    user: extended ? parser.text('user') : '',
    group: extended ? parser.text('group') : '',
    sizeBytes: parser.number('size'),
    mtime: parser.number('mtime'),
    major: extended ? parser.number('major') : 0,
    minor: extended ? parser.number('minor') : 0,
  };
}

class FieldParser {
  readonly #reader: ChunkReader;
  readonly #block: Buffer;
  readonly #decode: DecodeTarText;

  constructor(reader: ChunkReader, block: Buffer, decode: DecodeTarText) {
    this.#reader = reader;
    this.#block = block;
    this.#decode = decode;
  }

  error(why: string) {
    return this.#reader.error('FORMATS_BAD_ARCHIVE', why, this.#reader.offset - tarBlockBytes);
  }

  text(field: Field): string {
    const bytes = this.#bytes(field);
    const end = bytes.indexOf(0);
    return this.#decode(end < 0 ? bytes : bytes.subarray(0, end));
  }

  /** Octal digits, or GNU's base-256 (first byte 0x80 or 0xff, two's complement). */
  number(field: Field): number {
    const bytes = this.#bytes(field);
    const value = bytes.readUInt8(0) >= 0x80 ? this.#binary(bytes) : this.#octal(bytes, field);
    if (!Number.isSafeInteger(value) || (value < 0 && field !== 'mtime')) {
      throw this.error(`the ${field} of a header is out of range`);
    }
    return value;
  }

  #octal(bytes: Buffer, field: Field): number {
    const match = /^ *([0-7]*)[ \0]*$/.exec(bytes.toString('latin1'));
    if (match === null) {
      throw this.error(`the ${field} of a header is no octal number`);
    }
    return match[1] === '' ? 0 : Number.parseInt(match[1] as string, 8);
  }

  #binary(bytes: Buffer): number {
    const negative = (bytes.readUInt8(0) & 0x40) !== 0;
    let value = BigInt(bytes.readUInt8(0) & 0x3f) - (negative ? 0x40n : 0n);
    for (const byte of bytes.subarray(1)) {
      value = value * 256n + BigInt(byte);
    }
    return Number(value);
  }

  #bytes(field: Field): Buffer {
    const [start, length] = tarFields[field];
    return this.#block.subarray(start, start + length);
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type DecodeTarText = (bytes: Buffer) => string;

/** A name with a zero byte would be another name to programs in C. */
export function tarTextDecoder(reader: ChunkReader, names: TarNames): DecodeTarText {
  return (bytes) => {
    const text = names === 'bytes' ? bytes.toString('latin1') : decodeUtf8(reader, bytes);
    if (text.includes('\0')) {
      throw reader.error('FORMATS_BAD_ARCHIVE', 'a name contains a zero byte');
    }
    return text;
  };
}

/** Names become file names of images: what is no UTF-8 would silently become another name. */
function decodeUtf8(reader: ChunkReader, bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw reader.error('FORMATS_UNSUPPORTED', 'a name is not UTF-8');
  }
}
