import { SlipwayError } from '@slipway/core';
import { sizedContent } from './sized-content.ts';
import {
  type TarNames,
  type TarWriteEntry,
  tarBlockBytes,
  tarChecksum,
  tarFields,
  tarPaddingBytes,
  tarTypeFlags,
} from './tar-entry.ts';

export interface GnuTarOptions {
  /** Default: `utf8`. */
  readonly names?: TarNames;
}

/** The name of entries that carry the next entry's name or link target (GNU tar manual, "Standard Format"). */
const longLink = '././@LongLink';

/**
 * Writes a tar archive in the GNU format: names of any bytes and length, numbers beyond octal in base 256, two zero
 * blocks at the end. The bytes are those of Go's archive/tar in its GNU format. Content is streamed and checked against
 * its size. Throws `FORMATS_NOT_WRITABLE` (also for extended attributes, which the format has no place for) and
 * `FORMATS_SIZE_MISMATCH`.
 */
export async function* writeGnuTar(
  entries: Iterable<TarWriteEntry> | AsyncIterable<TarWriteEntry>,
  { names = 'utf8' }: GnuTarOptions = {},
): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    yield formatHeaders(entry, names);
    if (entry.type === 'file') {
      yield* sizedContent(entry.content, entry.sizeBytes, entry.path);
      yield Buffer.alloc(tarPaddingBytes(entry.sizeBytes));
    }
  }
  yield Buffer.alloc(2 * tarBlockBytes);
}

function formatHeaders(entry: TarWriteEntry, names: TarNames): Buffer {
  const name = encode(entry, entry.path + (entry.type === 'directory' ? '/' : ''), names);
  const linkTarget = 'linkTarget' in entry ? encode(entry, entry.linkTarget, names) : Buffer.alloc(0);
  if (entry.path === '' || entry.path.endsWith('/') || entry.xattrs.size > 0) {
    throw notWritable(entry, 'its name is empty or ends with a slash, or it has extended attributes');
  }
  return Buffer.concat([
    ...longName('L', name, tarFields.name[1]),
    ...longName('K', linkTarget, tarFields.linkTarget[1]),
    formatHeader(entry, name, linkTarget),
  ]);
}

function formatHeader(entry: TarWriteEntry, name: Buffer, linkTarget: Buffer): Buffer {
  const block = Buffer.alloc(tarBlockBytes);
  putCut(block, tarFields.name, name);
  putCut(block, tarFields.linkTarget, linkTarget);
  const device = 'major' in entry ? entry : { major: 0, minor: 0 };
  const numbers = { ...entry, ...device, size: entry.type === 'file' ? entry.sizeBytes : 0 };
  for (const field of ['mode', 'uid', 'gid', 'size', 'mtime', 'major', 'minor'] as const) {
    putNumber(block, entry, { field, value: numbers[field] });
  }
  for (const field of ['user', 'group'] as const) {
    const bytes = encode(entry, entry[field], 'utf8');
    if (bytes.length >= tarFields[field][1]) {
      throw notWritable(entry, `the name of its ${field} is too long`);
    }
    bytes.copy(block, tarFields[field][0]);
  }
  return finish(block, tarTypeFlags[entry.type]);
}

/** The entry that carries a name for which the next header has no room, with the name's final zero byte. */
function longName(typeFlag: 'L' | 'K', name: Buffer, room: number): Buffer[] {
  if (name.length <= room) {
    return [];
  }
  const block = Buffer.alloc(tarBlockBytes);
  block.write(longLink, tarFields.name[0], 'latin1');
  for (const field of ['mode', 'uid', 'gid', 'size', 'mtime'] as const) {
    const [start, length] = tarFields[field];
    block.write(octal(field === 'size' ? name.length + 1 : 0, length), start, 'latin1');
  }
  return [finish(block, typeFlag), name, Buffer.alloc(1 + tarPaddingBytes(name.length + 1))];
}

/**
 * What fits of a name. A name that is cut after a slash would make a directory of a file to readers that know only the
 * short name: the slashes at the cut are left out.
 */
function putCut(block: Buffer, [start, length]: readonly [number, number], name: Buffer): void {
  let end = Math.min(name.length, length);
  if (name.length > length && name[length - 1] === 0x2f) {
    while (end > 0 && name[end - 1] === 0x2f) {
      end--;
    }
  }
  name.copy(block, start, 0, end);
}

type NumberField = 'mode' | 'uid' | 'gid' | 'size' | 'mtime' | 'major' | 'minor';

/** Octal digits and a zero byte, or two's complement base 256 with the highest bit of the field set. */
function putNumber(block: Buffer, entry: TarWriteEntry, { field, value }: { field: NumberField; value: number }): void {
  const [start, length] = tarFields[field];
  if (!Number.isSafeInteger(value) || (value < 0 && field !== 'mtime')) {
    throw notWritable(entry, `its ${field} is negative or not whole`);
  }
  const digits = value < 0 ? '' : octal(value, length);
  if (digits !== '' && digits.length < length) {
    block.write(digits, start, 'latin1');
    return;
  }
  let rest = BigInt(value);
  for (let at = start + length - 1; at >= start; at--) {
    block[at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  block.writeUInt8(block.readUInt8(start) | 0x80, start);
}

function octal(value: number, length: number): string {
  return value.toString(8).padStart(length - 1, '0');
}

function finish(block: Buffer, typeFlag: string): Buffer {
  block.write(typeFlag, tarFields.type[0], 'latin1');
  block.write('ustar  \0', tarFields.magic[0], 'latin1');
  block.write(`${tarChecksum(block).toString(8).padStart(6, '0')}\0 `, tarFields.checksum[0], 'latin1');
  return block;
}

function encode(entry: TarWriteEntry, text: string, names: TarNames): Buffer {
  const foreign = names === 'bytes' ? /[\0\u0100-\uffff]/.test(text) : text.includes('\0') || !text.isWellFormed();
  if (foreign) {
    throw notWritable(entry, 'a name has a zero byte or a character that cannot be encoded');
  }
  return Buffer.from(text, names === 'bytes' ? 'latin1' : 'utf8');
}

function notWritable({ path }: TarWriteEntry, why: string): SlipwayError {
  return new SlipwayError('FORMATS_NOT_WRITABLE', `Cannot write ${JSON.stringify(path)} into a tar archive: ${why}`);
}
