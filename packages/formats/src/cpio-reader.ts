import type { Chunks } from '@slipway/core';
import { ChunkReader } from './chunk-reader.ts';
import {
  type CpioEntry,
  type CpioFields,
  cpioPadding,
  cpioTrailer,
  maxCpioNameBytes,
  type NameEncoding,
  newcHeaderBytes,
  newcMagic,
  strippedMagic,
} from './cpio-entry.ts';

export interface CpioReadOptions {
  /** Names the archive in errors. */
  readonly file?: string;
  /**
   * How many bytes of content the file with this header index has in the archive (0 for directories, and for all but
   * the last link of a file); undefined when there is no such file. Without it the stripped form is refused.
   */
  readonly strippedSizeBytes?: (index: number) => number | undefined;
  /** Default UTF-8; names that are not are then refused. */
  readonly nameEncoding?: NameEncoding;
}

/**
 * Reads a newc cpio archive, or RPM's stripped form, to its trailer; only zeros may follow. Content is readable once,
 * until the next entry is asked for. Throws `FORMATS_BAD_ARCHIVE`, `FORMATS_TRUNCATED`, `FORMATS_UNSUPPORTED`.
 */
export async function* readCpio(source: Chunks, options: CpioReadOptions = {}): AsyncGenerator<CpioEntry> {
  const reader = new ChunkReader(source, options.file ?? 'cpio archive');
  try {
    for (let next = await takeHeader(reader, options); next !== undefined; next = await takeHeader(reader, options)) {
      const content = reader.section(next.sizeBytes);
      yield { ...next, content };
      await content.close();
      await reader.skip(cpioPadding(reader.offset));
    }
    await reader.expectOnlyZeros('FORMATS_BAD_ARCHIVE');
  } finally {
    await reader.close();
  }
}

type Header = CpioEntry extends infer Entry ? (Entry extends CpioEntry ? Omit<Entry, 'content'> : never) : never;

async function takeHeader(reader: ChunkReader, options: CpioReadOptions): Promise<Header | undefined> {
  const start = reader.offset;
  const magic = (await reader.take(6)).toString('latin1');
  switch (magic) {
    case newcMagic:
      return takeNewcHeader(reader, options);
    case strippedMagic:
      return takeStrippedHeader(reader, options);
    case '070702':
    case '070707':
      throw reader.error('FORMATS_UNSUPPORTED', `it has the format ${magic}`, start);
    default:
      throw reader.error('FORMATS_BAD_ARCHIVE', 'an entry does not begin with the newc magic', start);
  }
}

async function takeNewcHeader(reader: ChunkReader, options: CpioReadOptions): Promise<Header | undefined> {
  const start = reader.offset - 6;
  const digits = (await reader.take(newcHeaderBytes - 6)).toString('latin1');
  const field = (index: number) => parseHex(reader, digits.slice(index * 8, index * 8 + 8), start);
  const fields: Omit<CpioFields, 'path'> = {
    inode: field(0),
    mode: field(1),
    uid: field(2),
    gid: field(3),
    linkCount: field(4),
    mtime: field(5),
    sizeBytes: field(6),
    devMajor: field(7),
    devMinor: field(8),
    rdevMajor: field(9),
    rdevMinor: field(10),
  };
  const path = await takeName(reader, field(11), options.nameEncoding);
  if (path !== cpioTrailer) {
    return { kind: 'newc', path, ...fields };
  }
  if (fields.sizeBytes !== 0) {
    throw reader.error('FORMATS_BAD_ARCHIVE', 'its trailer has content', start);
  }
  return undefined;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

async function takeName(reader: ChunkReader, nameBytes: number, encoding: NameEncoding = 'utf8'): Promise<string> {
  const start = reader.offset;
  if (nameBytes < 2 || nameBytes > maxCpioNameBytes) {
    throw reader.error('FORMATS_BAD_ARCHIVE', `a name of ${nameBytes} bytes`);
  }
  const bytes = await reader.take(nameBytes);
  if (bytes.indexOf(0) !== nameBytes - 1) {
    throw reader.error('FORMATS_BAD_ARCHIVE', 'a name does not end at its only zero byte', start);
  }
  const content = bytes.subarray(0, -1);
  const name = encoding === 'utf8' ? decodeName(reader, content) : content.toString(encoding);
  await reader.skip(cpioPadding(reader.offset));
  return name;
}

function decodeName(reader: ChunkReader, bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw reader.error('FORMATS_UNSUPPORTED', 'a name is not UTF-8');
  }
}

async function takeStrippedHeader(reader: ChunkReader, options: CpioReadOptions): Promise<Header> {
  const start = reader.offset - 6;
  const index = parseHex(reader, (await reader.take(8)).toString('latin1'), start);
  const sizeBytes = options.strippedSizeBytes?.(index);
  if (sizeBytes === undefined) {
    throw reader.error('FORMATS_BAD_ARCHIVE', `no file has the index ${index}`, start);
  }
  await reader.skip(cpioPadding(reader.offset));
  return { kind: 'stripped', index, sizeBytes };
}

function parseHex(reader: ChunkReader, digits: string, start: number): number {
  if (!/^[0-9a-fA-F]{8}$/.test(digits)) {
    throw reader.error('FORMATS_BAD_ARCHIVE', `a header has ${JSON.stringify(digits)} where a number belongs`, start);
  }
  return Number.parseInt(digits, 16);
}
