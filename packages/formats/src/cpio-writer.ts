import { type Chunks, SlipwayError } from '@slipway/core';
import {
  type CpioFields,
  type CpioWriteEntry,
  cpioPadding,
  cpioTrailer,
  maxCpioNameBytes,
  type NameEncoding,
  newcMagic,
  strippedMagic,
} from './cpio-entry.ts';
import { sizedContent } from './sized-content.ts';

/**
 * Writes a newc archive, or RPM's stripped form, entry by entry, closed by the trailer and padded to 4 bytes.
 * Content is streamed and checked against its size. Throws `FORMATS_NOT_WRITABLE` and `FORMATS_SIZE_MISMATCH`.
 */
export async function* writeCpio(
  entries: Iterable<CpioWriteEntry> | AsyncIterable<CpioWriteEntry>,
  { nameEncoding = 'utf8' }: { readonly nameEncoding?: NameEncoding } = {},
): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    const what = entry.kind === 'newc' ? entry.path : `file ${entry.index}`;
    yield entry.kind === 'newc' ? formatNewcHeader(entry, nameEncoding) : formatStrippedHeader(entry.index);
    yield* paddedContent(entry.content, entry.sizeBytes, what);
  }
  yield formatNewcHeader({ ...emptyFields, path: cpioTrailer, linkCount: 1 }, nameEncoding);
}

const emptyFields: Omit<CpioFields, 'path' | 'linkCount'> = {
  mode: 0,
  uid: 0,
  gid: 0,
  mtime: 0,
  inode: 0,
  devMajor: 0,
  devMinor: 0,
  rdevMajor: 0,
  rdevMinor: 0,
  sizeBytes: 0,
};

async function* paddedContent(content: Chunks, sizeBytes: number, what: string): AsyncGenerator<Uint8Array> {
  yield* sizedContent(content, sizeBytes, what);
  const padding = cpioPadding(sizeBytes);
  if (padding > 0) {
    yield Buffer.alloc(padding);
  }
}

function formatNewcHeader(fields: CpioFields, encoding: NameEncoding): Buffer {
  const name = Buffer.from(`${fields.path}\0`, encoding);
  if (name.length > maxCpioNameBytes || name.indexOf(0) !== name.length - 1 || name.length < 2) {
    throw notWritable(fields.path, 'its name is empty, has a zero byte or is longer than 4095 bytes');
  }
  const numbers = [
    fields.inode,
    fields.mode,
    fields.uid,
    fields.gid,
    fields.linkCount,
    fields.mtime,
    fields.sizeBytes,
    fields.devMajor,
    fields.devMinor,
    fields.rdevMajor,
    fields.rdevMinor,
    name.length,
    0,
  ];
  const head = newcMagic + numbers.map((value) => formatHex(value, fields.path)).join('');
  return Buffer.concat([Buffer.from(head, 'latin1'), name, Buffer.alloc(cpioPadding(head.length + name.length))]);
}

function formatStrippedHeader(index: number): Buffer {
  const head = strippedMagic + formatHex(index, `file ${index}`);
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.alloc(cpioPadding(head.length))]);
}

function formatHex(value: number, what: string): string {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw notWritable(what, `${value} does not fit into a field of 32 bits`);
  }
  return value.toString(16).padStart(8, '0');
}

function notWritable(what: string, why: string): SlipwayError {
  return new SlipwayError('FORMATS_NOT_WRITABLE', `Cannot write ${what} into a cpio archive: ${why}`);
}
