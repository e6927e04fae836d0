import type { Chunks } from '@slipway/core';
import { ChunkReader, isZero, type Section } from './chunk-reader.ts';
import { type PaxRecords, parsePaxRecords } from './pax-records.ts';
import {
  type TarAttributes,
  type TarEntry,
  type TarNames,
  tarBlockBytes,
  tarPaddingBytes,
  tarTypeFlags,
  xattrKeyword,
} from './tar-entry.ts';
import { type DecodeTarText, parseTarHeader, type TarHeader, tarTextDecoder } from './tar-header.ts';

/** Of the extension records of one entry, and of all global records: 16 xattrs of the kernel's limit (64 KiB) fit. */
const maxExtensionBytes = 1 << 20;
/** Each is looked at for every entry; git writes one. */
const maxGlobalRecords = 1000;

export interface TarReadOptions {
  /** For error messages. */
  readonly file?: string;
  /** Default: `utf8`. */
  readonly names?: TarNames;
}

/** What precedes an entry and changes it. */
interface Extensions {
  longPath?: string;
  longTarget?: string;
  pax?: PaxRecords;
}

/**
 * Reads a tar archive as a stream: ustar with PAX records (POSIX pax), GNU long names and base-256 numbers.
 * Throws `FORMATS_BAD_ARCHIVE`, `FORMATS_TRUNCATED` (also when the end marker is missing), `FORMATS_UNSUPPORTED`
 * (sparse files, multi-volume archives, names that are not UTF-8) and `CORE_LIMIT`.
 */
export async function* readTar(
  source: Chunks,
  { file = 'tar archive', names = 'utf8' }: TarReadOptions = {},
): AsyncGenerator<TarEntry> {
  const reader = new ChunkReader(source, file);
  const decode = tarTextDecoder(reader, names);
  const extensions = new ExtensionReader(reader, decode);
  try {
    for (
      let header = await takeHeader(reader, decode);
      header !== undefined;
      header = await takeHeader(reader, decode)
    ) {
      if (!(await extensions.take(header))) {
        const { entry, section } = buildEntry(reader, header, { ...extensions.collect(), decode });
        yield entry;
        await section?.close();
        await reader.skip(tarPaddingBytes(entry.type === 'file' ? entry.sizeBytes : 0));
      }
    }
    extensions.expectNone();
    await reader.expectOnlyZeros('FORMATS_BAD_ARCHIVE');
  } finally {
    await reader.close();
  }
}

/** The next header; undefined at the end marker of two zero blocks. */
async function takeHeader(reader: ChunkReader, decode: DecodeTarText): Promise<TarHeader | undefined> {
  const block = await reader.take(tarBlockBytes);
  if (!isZero(block)) {
    return parseTarHeader(reader, block, decode);
  }
  if (!isZero(await reader.take(tarBlockBytes))) {
    throw reader.error('FORMATS_BAD_ARCHIVE', 'a single zero block stands between entries');
  }
  return undefined;
}

class ExtensionReader {
  readonly #reader: ChunkReader;
  readonly #global = new Map<string, Buffer>();
  #globalBytes = 0;
  #next: Extensions = {};
  readonly #decode: DecodeTarText;

  constructor(reader: ChunkReader, decode: DecodeTarText) {
    this.#reader = reader;
    this.#decode = decode;
  }

  /** Takes the header's content when it is an extension; false for the header of an entry. */
  async take(header: TarHeader): Promise<boolean> {
    switch (header.type) {
      case 'L':
        this.#once(this.#next.longPath);
        this.#next.longPath = this.#longName(await this.#content(header));
        return true;
      case 'K':
        this.#once(this.#next.longTarget);
        this.#next.longTarget = this.#longName(await this.#content(header));
        return true;
      case 'x':
        this.#once(this.#next.pax);
        this.#next.pax = parsePaxRecords(this.#reader, await this.#content(header));
        return true;
      case 'g':
        await this.#takeGlobal(header);
        return true;
      default:
        return false;
    }
  }

  /** What applies to the next entry; it is used up by this. */
  collect(): Extensions & { readonly pax: PaxRecords } {
    const own = this.#next;
    this.#next = {};
    return { ...own, pax: own.pax === undefined ? this.#global : new Map([...this.#global, ...own.pax]) };
  }

  expectNone(): void {
    if (Object.keys(this.#next).length > 0) {
      throw this.#reader.error('FORMATS_BAD_ARCHIVE', 'it ends after an extension without its entry');
    }
  }

  async #takeGlobal(header: TarHeader): Promise<void> {
    this.#globalBytes += header.sizeBytes;
    if (this.#globalBytes > maxExtensionBytes) {
      throw this.#reader.error('CORE_LIMIT', `it has more than ${maxExtensionBytes} bytes of global records`);
    }
    for (const [keyword, value] of parsePaxRecords(this.#reader, await this.#content(header))) {
      this.#global.set(keyword, value);
    }
    if (this.#global.size > maxGlobalRecords) {
      throw this.#reader.error('CORE_LIMIT', `it has more than ${maxGlobalRecords} global records`);
    }
  }

  async #content(header: TarHeader): Promise<Buffer> {
    if (header.sizeBytes > maxExtensionBytes) {
      throw this.#reader.error('CORE_LIMIT', `an entry has more than ${maxExtensionBytes} bytes of extensions`);
    }
    const content = Buffer.from(await this.#reader.take(header.sizeBytes));
    await this.#reader.skip(tarPaddingBytes(header.sizeBytes));
    return content;
  }

  #longName(content: Buffer): string {
    const end = content.indexOf(0);
    return this.#decode(end < 0 ? content : content.subarray(0, end));
  }

  #once(present: unknown): void {
    if (present !== undefined) {
      throw this.#reader.error('FORMATS_BAD_ARCHIVE', 'an entry has two extensions of one kind');
    }
  }
}

function buildEntry(
  reader: ChunkReader,
  header: TarHeader,
  extensions: Extensions & { readonly pax: PaxRecords; readonly decode: DecodeTarText },
): { entry: TarEntry; section?: Section } {
  const values = new PaxValues(reader, extensions.pax, extensions.decode);
  values.refuseSparse();
  const sizeBytes = values.integer('size') ?? header.sizeBytes;
  const linkTarget = values.text('linkpath') ?? extensions.longTarget ?? header.linkTarget;
  const storedPath = values.text('path') ?? extensions.longPath ?? header.path;
  const type = entryType(reader, header.type, storedPath);
  const attributes: TarAttributes = {
    path: withoutFinalSlashes(storedPath),
    mode: header.mode & 0o7777,
    uid: values.integer('uid') ?? header.uid,
    gid: values.integer('gid') ?? header.gid,
    user: values.text('uname') ?? header.user,
    group: values.text('gname') ?? header.group,
    mtime: values.seconds('mtime') ?? header.mtime,
    xattrs: values.xattrs(),
  };
  if (type === 'file') {
    const section = reader.section(sizeBytes);
    return { entry: { ...attributes, type, sizeBytes, content: section }, section };
  }
  if (sizeBytes !== 0) {
    // readers disagree on whether content follows such an entry: taking it either way would hide entries from the other
    throw reader.error('FORMATS_BAD_ARCHIVE', `${attributes.path} (${type}) claims to have content`);
  }
  if (type === 'symlink' || type === 'hardlink') {
    return { entry: { ...attributes, type, linkTarget } };
  }
  return type === 'character-device' || type === 'block-device'
    ? { entry: { ...attributes, type, major: header.major, minor: header.minor } }
    : { entry: { ...attributes, type } };
}

/** The root keeps its slash. By hand: an expression takes quadratic time on a name of slashes. */
function withoutFinalSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === '/') {
    end--;
  }
  return path.slice(0, end);
}

const typesByFlag = new Map(
  Object.entries(tarTypeFlags).map(([type, flag]) => [flag as string, type as TarEntry['type']]),
);

function entryType(reader: ChunkReader, flag: string, path: string): TarEntry['type'] {
  if (flag === '\0' || flag === '0') {
    // before ustar a final slash was the only mark of a directory
    return path.endsWith('/') ? 'directory' : 'file';
  }
  const type = flag === '7' ? 'file' : typesByFlag.get(flag);
  if (type === undefined) {
    const what = flag === 'S' ? 'a sparse file' : `an entry of type ${JSON.stringify(flag)}`;
    throw reader.error('FORMATS_UNSUPPORTED', `it has ${what}`);
  }
  return type;
}

/** Typed access to the records that apply to one entry. An empty value means "as if not given". */
class PaxValues {
  readonly #reader: ChunkReader;
  readonly #records: PaxRecords;
  readonly #decode: DecodeTarText;

  constructor(reader: ChunkReader, records: PaxRecords, decode: DecodeTarText) {
    this.#reader = reader;
    this.#records = records;
    this.#decode = decode;
  }

  text(keyword: string): string | undefined {
    const value = this.#records.get(keyword);
    return value === undefined || value.length === 0 ? undefined : this.#decode(value);
  }

  integer(keyword: string): number | undefined {
    return this.#number(keyword, /^[0-9]{1,16}$/);
  }

  /** Fractions are dropped towards the past, as GNU tar does. */
  seconds(keyword: string): number | undefined {
    const value = this.#number(keyword, /^-?[0-9]{1,16}(\.[0-9]*)?$/);
    return value === undefined ? undefined : Math.floor(value);
  }

  #number(keyword: string, pattern: RegExp): number | undefined {
    const text = this.text(keyword);
    if (text === undefined) {
      return undefined;
    }
    const value = Number(text);
    if (!pattern.test(text) || !Number.isSafeInteger(Math.floor(value))) {
      throw this.#reader.error('FORMATS_BAD_ARCHIVE', `the PAX record ${keyword} is no number in range`);
    }
    return value;
  }

  xattrs(): ReadonlyMap<string, Uint8Array> {
    const found = [...this.#records].filter(([keyword]) => keyword.startsWith(xattrKeyword));
    const named = found.map(([keyword, value]) => [keyword.slice(xattrKeyword.length), value] as const);
    return new Map(named.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }

  refuseSparse(): void {
    for (const keyword of this.#records.keys()) {
      if (keyword.startsWith('GNU.sparse.')) {
        throw this.#reader.error('FORMATS_UNSUPPORTED', 'it has a sparse file');
      }
    }
  }
}
