import { SlipwayError } from '@slipway/core';
import { formatPaxRecord } from './pax-records.ts';
import { sizedContent } from './sized-content.ts';
import {
  type TarAttributes,
  type TarWriteEntry,
  tarBlockBytes,
  tarChecksum,
  tarFields,
  tarPaddingBytes,
  tarTypeFlags,
  xattrKeyword,
} from './tar-entry.ts';

/**
 * Writes a tar archive: ustar headers, with PAX records exactly where ustar has no room (POSIX pax). The bytes depend on
 * the entries alone. Content is streamed and checked against its size. Hard links must come after their target.
 * Throws `FORMATS_NOT_WRITABLE` and `FORMATS_SIZE_MISMATCH`.
 */
export async function* writeTar(
  entries: Iterable<TarWriteEntry> | AsyncIterable<TarWriteEntry>,
): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    yield formatHeaders(entry);
    if (entry.type === 'file') {
      yield* sizedContent(entry.content, entry.sizeBytes, entry.path);
      yield Buffer.alloc(tarPaddingBytes(entry.sizeBytes));
    }
  }
  yield Buffer.alloc(2 * tarBlockBytes);
}

function formatHeaders(entry: TarWriteEntry): Buffer {
  checkEntry(entry);
  const records: Buffer[] = [];
  const header = formatHeader(entry, records);
  if (records.length === 0) {
    return header;
  }
  const body = Buffer.concat(records);
  const name = `PaxHeaders/${asciiTail(entry.path)}`;
  const fields = { path: name, mode: 0o644, uid: 0, gid: 0, user: '', group: '', mtime: 0, xattrs: noXattrs };
  const outer = new HeaderBlock([]);
  outer.attributes(fields, '');
  outer.number('size', undefined, body.length);
  return Buffer.concat([outer.finish('x'), body, Buffer.alloc(tarPaddingBytes(body.length)), header]);
}

const noXattrs: ReadonlyMap<string, Uint8Array> = new Map();

function formatHeader(entry: TarWriteEntry, records: Buffer[]): Buffer {
  const block = new HeaderBlock(records);
  block.attributes(entry, entry.type === 'directory' ? '/' : '');
  block.number('size', 'size', entry.type === 'file' ? entry.sizeBytes : 0);
  if (entry.type === 'symlink' || entry.type === 'hardlink') {
    block.text('linkTarget', 'linkpath', entry.linkTarget);
  }
  if (entry.type === 'character-device' || entry.type === 'block-device') {
    block.number('major', undefined, entry.major);
    block.number('minor', undefined, entry.minor);
  }
  return block.finish(tarTypeFlags[entry.type]);
}

/** One ustar block; what does not fit goes into `records` and leaves its field empty. */
class HeaderBlock {
  readonly #block = Buffer.alloc(tarBlockBytes);
  readonly #records: Buffer[];

  constructor(records: Buffer[]) {
    this.#records = records;
  }

  attributes(entry: TarAttributes, suffix: '' | '/'): void {
    this.#path(entry.path + suffix);
    this.number('mode', undefined, entry.mode);
    this.number('uid', 'uid', entry.uid);
    this.number('gid', 'gid', entry.gid);
    this.number('mtime', 'mtime', entry.mtime);
    this.text('user', 'uname', entry.user);
    this.text('group', 'gname', entry.group);
    this.#block.write('ustar\x0000', tarFields.magic[0], 'latin1');
    for (const name of [...entry.xattrs.keys()].sort()) {
      this.#records.push(formatPaxRecord(xattrKeyword + name, entry.xattrs.get(name) as Uint8Array));
    }
  }

  /** Octal digits with a final zero byte; devices and modes have no PAX record. */
  number(field: keyof typeof tarFields, keyword: string | undefined, value: number): void {
    const [start, length] = tarFields[field];
    const digits = value < 0 ? '' : value.toString(8).padStart(length - 1, '0');
    if (digits !== '' && digits.length < length) {
      this.#block.write(digits, start, 'latin1');
    } else if (keyword === undefined) {
      throw notWritable(field, `its ${field} ${value} does not fit`);
    } else {
      this.#block.write('0'.repeat(length - 1), start, 'latin1');
      this.#records.push(formatPaxRecord(keyword, String(value)));
    }
  }

  text(field: 'linkTarget' | 'user' | 'group', keyword: string, value: string): void {
    const [start, length] = tarFields[field];
    // names of owners need a final zero byte, link targets do not
    if (isAscii(value) && value.length <= (field === 'linkTarget' ? length : length - 1)) {
      this.#block.write(value, start, 'latin1');
    } else {
      this.#block.write(asciiTail(value).slice(0, length - 1), start, 'latin1');
      this.#records.push(formatPaxRecord(keyword, value));
    }
  }

  #path(path: string): void {
    const split = isAscii(path) ? splitPath(path) : undefined;
    if (split === undefined) {
      this.#records.push(formatPaxRecord('path', path));
    }
    const [prefix, name] = split ?? ['', asciiTail(path)];
    this.#block.write(name, tarFields.name[0], 'latin1');
    this.#block.write(prefix, tarFields.prefix[0], 'latin1');
  }

  finish(typeFlag: string): Buffer {
    const [start] = tarFields.checksum;
    this.#block.write(typeFlag, tarFields.type[0], 'latin1');
    this.#block.write(`${tarChecksum(this.#block).toString(8).padStart(6, '0')}\0 `, start, 'latin1');
    return this.#block;
  }
}

/** Cuts at a slash so that both parts fit (prefix 155, name 100); undefined when there is none. */
function splitPath(path: string): readonly [string, string] | undefined {
  const nameBytes = tarFields.name[1];
  if (path.length <= nameBytes) {
    return ['', path];
  }
  const slash = path.indexOf('/', path.length - nameBytes - 1);
  const fits = slash > 0 && slash <= tarFields.prefix[1] && slash < path.length - 1;
  return fits ? [path.slice(0, slash), path.slice(slash + 1)] : undefined;
}

/** What readers without PAX see: the end of the name, with `_` for every byte that is not ASCII. */
function asciiTail(path: string): string {
  return path.replace(/[^\x20-\x7e]/g, '_').slice(-80);
}

function isAscii(text: string): boolean {
  return /^[\x01-\x7f]*$/.test(text);
}

function checkEntry(entry: TarWriteEntry): void {
  const texts = [entry.path, entry.user, entry.group, 'linkTarget' in entry ? entry.linkTarget : 'none'];
  if (entry.path === '' || texts.some((text) => text.includes('\0') || !text.isWellFormed()) || texts[3] === '') {
    throw notWritable(entry.path, 'a name is empty, has a zero byte or is no Unicode text');
  }
  if (entry.type !== 'directory' && entry.path.endsWith('/')) {
    throw notWritable(entry.path, 'only directories end with a slash');
  }
  if ([...entry.xattrs.keys()].some((name) => name === '' || /[=\0]/.test(name))) {
    throw notWritable(entry.path, 'the name of an extended attribute is empty, or has "=" or a zero byte');
  }
  const positive = [entry.uid, entry.gid, entry.mode, entry.type === 'file' ? entry.sizeBytes : 0];
  if (!Number.isSafeInteger(entry.mtime) || positive.some((value) => !Number.isSafeInteger(value) || value < 0)) {
    throw notWritable(entry.path, 'a number is negative or not whole');
  }
}

function notWritable(what: string, why: string): SlipwayError {
  return new SlipwayError('FORMATS_NOT_WRITABLE', `Cannot write ${JSON.stringify(what)} into a tar archive: ${why}`);
}
