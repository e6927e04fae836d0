import type { Chunks } from '@slipway/core';
import { ChunkReader } from './chunk-reader.ts';

export interface ArMember {
  readonly name: string;
  readonly sizeBytes: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  /** Readable once, until the next member is asked for; what is not read is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

const magic = '!<arch>\n';
const headerBytes = 60;

/**
 * Reads an ar archive of the common format, as Debian packages are (deb(5)): short names only, no symbol tables.
 * Throws `FORMATS_BAD_ARCHIVE`, `FORMATS_TRUNCATED` and `FORMATS_UNSUPPORTED` (long names).
 */
export async function* readAr(source: Chunks, { file = 'ar archive' } = {}): AsyncGenerator<ArMember> {
  const reader = new ChunkReader(source, file);
  try {
    if ((await reader.takeUpTo(magic.length)).toString('latin1') !== magic) {
      throw reader.error('FORMATS_BAD_ARCHIVE', 'it does not begin with the ar magic', 0);
    }
    for (let header = await takeHeader(reader); header !== undefined; header = await takeHeader(reader)) {
      const content = reader.section(header.sizeBytes);
      yield { ...header, content };
      await content.close();
      await takePadding(reader, header.sizeBytes);
    }
  } finally {
    await reader.close();
  }
}

async function takeHeader(reader: ChunkReader): Promise<Omit<ArMember, 'content'> | undefined> {
  const bytes = await reader.takeUpTo(headerBytes);
  if (bytes.length === 0) {
    return undefined;
  }
  if (bytes.length < headerBytes) {
    throw reader.error('FORMATS_TRUNCATED', 'it ends within a member header');
  }
  const text = bytes.toString('latin1');
  if (text.slice(58) !== '`\n') {
    throw reader.error('FORMATS_BAD_ARCHIVE', 'a member header does not end with its magic', reader.offset - 2);
  }
  const number = (start: number, end: number, base: 8 | 10) => parseField(reader, text.slice(start, end), base);
  return {
    name: parseName(reader, text.slice(0, 16)),
    mtime: number(16, 28, 10),
    uid: number(28, 34, 10),
    gid: number(34, 40, 10),
    mode: number(40, 48, 8),
    sizeBytes: number(48, 58, 10),
  };
}

/** GNU ends names with a slash; `/`, `//` and `/12` are its tables and long names, `#1/12` is BSD's. */
function parseName(reader: ChunkReader, field: string): string {
  const name = field.replace(/ +$/, '').replace(/(?<=.)\/$/, '');
  if (name.startsWith('/') || name.startsWith('#1/')) {
    throw reader.error('FORMATS_UNSUPPORTED', `it has long names or a symbol table (${name})`);
  }
  if (!/^[\x21-\x2e\x30-\x7e]+$/.test(name)) {
    throw reader.error('FORMATS_BAD_ARCHIVE', 'a member name has other characters than printable ASCII');
  }
  return name;
}

function parseField(reader: ChunkReader, field: string, base: 8 | 10): number {
  const digits = field.replace(/ +$/, '');
  if (!(base === 8 ? /^[0-7]*$/ : /^[0-9]*$/).test(digits)) {
    throw reader.error('FORMATS_BAD_ARCHIVE', `a member header has ${JSON.stringify(field)} where a number belongs`);
  }
  return digits === '' ? 0 : Number.parseInt(digits, base);
}

/** Members begin at even offsets; the byte between is a newline. */
async function takePadding(reader: ChunkReader, sizeBytes: number): Promise<void> {
  if (sizeBytes % 2 === 0) {
    return;
  }
  const padding = await reader.takeUpTo(1);
  if (padding.length === 1 && padding[0] !== 0x0a) {
    throw reader.error('FORMATS_BAD_ARCHIVE', 'the padding of a member is no newline', reader.offset - 1);
  }
}
