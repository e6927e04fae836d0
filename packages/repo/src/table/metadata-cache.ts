import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Chunks, fileError, hasErrno, replaceAtomically, SlipwayError } from '@slipway/core';
import { columnCount, columnsOf, storedColumns } from './cache-layout.ts';
import type { DetailsSource } from './package-details.ts';
import { readPackageTable } from './read-package-table.ts';
import { RepoPackages } from './repo-packages.ts';
import { StoredPackageTable, type TableColumns } from './stored-package-table.ts';

/**
 * The file: a head of 4 KiB, the records of details, then all columns, each at a multiple of 8 bytes. The head has the
 * magic number, the SHA-256 of the repomd.xml that it belongs to, the CRC-32 of the columns, the place of the columns
 * and the length of each. Numbers are little-endian, as on every machine that Node runs on.
 */
const headBytes = 4096;
/** Its end changes with every change of the layout. */
const magic = Buffer.from('SLIPMD\0\u0001', 'latin1');
const keyBytes = 32;
const place = { key: 8, checksum: 40, start: 48, length: 56, columns: 64 } as const;
/** Details are read in pieces of this size, as neighbours are often wanted together. */
const windowBytes = 1 << 16;

/** Parsed metadata that was opened from its cache. Close it when its packages are no longer asked for details. */
export class CachedMetadata {
  readonly table: StoredPackageTable;
  readonly packages: RepoPackages;
  readonly #details: DetailsInFile;

  constructor(table: StoredPackageTable, details: DetailsInFile) {
    this.table = table;
    this.#details = details;
    this.packages = new RepoPackages(table, details);
  }

  close(): void {
    this.#details.close();
  }
}

/**
 * The cache of the repository whose repomd.xml has the SHA-256 `key`, read in one piece; undefined when there is none,
 * or one of another repomd.xml, of another version, or a damaged one. Throws `CORE_FILE_ACCESS`.
 */
export function openMetadataCache(path: string, key: string): CachedMetadata | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    if (hasErrno(cause, 'ENOENT')) {
      return undefined;
    }
    throw fileError('read', path, cause);
  }
  try {
    const columns = readColumns(file, key);
    if (columns !== undefined) {
      return new CachedMetadata(new StoredPackageTable(columns), new DetailsInFile(file, path));
    }
  } catch (cause) {
    closeSync(file);
    throw fileError('read', path, cause);
  }
  closeSync(file);
  return undefined;
}

function readColumns(file: number, key: string): TableColumns | undefined {
  const head = Buffer.alloc(headBytes);
  const sizeBytes = fstatSync(file).size;
  if (readFully(file, head, 0) < headBytes || !head.subarray(0, magic.length).equals(magic)) {
    return undefined;
  }
  const [start, length] = [head.readDoubleLE(place.start), head.readDoubleLE(place.length)];
  const isOther = head.toString('hex', place.key, place.key + keyBytes) !== key;
  if (isOther || !(start >= headBytes) || start + length !== sizeBytes) {
    return undefined;
  }
  const core = Buffer.allocUnsafeSlow(length);
  if (readFully(file, core, start) < length || crc32(core) !== head.readUInt32LE(place.checksum)) {
    return undefined;
  }
  return columnsOf(cut(core, head));
}

function cut(core: Buffer, head: Buffer): Buffer[] {
  let at = 0;
  return Array.from({ length: columnCount }, (_, index) => {
    const length = head.readDoubleLE(place.columns + index * 8);
    const part = core.subarray(at, at + length);
    at += aligned(length);
    return part;
  });
}

/**
 * Reads an uncompressed primary.xml and leaves it in the cache at `path`; `key` is the SHA-256 of repomd.xml. The file
 * gets its name once all of `chunks` was read without an error, so what it came from was whole. Throws as
 * `readPackageTable`, `CORE_FILE_ACCESS`, `CORE_DISK_FULL`.
 */
export async function writeMetadataCache(path: string, key: string, chunks: Chunks): Promise<CachedMetadata> {
  let table: StoredPackageTable | undefined;
  await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
    throw fileError('write', path, cause);
  });
  await replaceAtomically(path, async (temporary) => {
    const file = openSync(temporary, 'wx', 0o644);
    try {
      table = await fill(file, key, chunks);
    } finally {
      closeSync(file);
    }
  });
  return new CachedMetadata(table as StoredPackageTable, new DetailsInFile(openSync(path, 'r'), path));
}

async function fill(file: number, key: string, chunks: Chunks): Promise<StoredPackageTable> {
  let at = headBytes;
  const append = (bytes: Uint8Array) => {
    writeFully(file, bytes, at);
    at += bytes.length;
  };
  const table = await readPackageTable(chunks, append);
  append(Buffer.alloc(aligned(at) - at));
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.write(key, place.key, 'hex');
  head.writeDoubleLE(at, place.start);
  const start = at;
  let checksum = 0;
  storedColumns(table).forEach((column, index) => {
    const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength);
    const padding = Buffer.alloc(aligned(bytes.length) - bytes.length);
    checksum = crc32(padding, crc32(bytes, checksum));
    head.writeDoubleLE(bytes.length, place.columns + index * 8);
    append(bytes);
    append(padding);
  });
  head.writeUInt32LE(checksum, place.checksum);
  head.writeDoubleLE(at - start, place.length);
  writeFully(file, head, 0);
  return table;
}

function aligned(length: number): number {
  return Math.ceil(length / 8) * 8;
}

function writeFully(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}

/** How many bytes came; fewer than wanted at the end of the file. */
function readFully(file: number, into: Buffer, position: number): number {
  let done = 0;
  while (done < into.length) {
    const count = readSync(file, into, done, into.length - done, position + done);
    if (count === 0) {
      break;
    }
    done += count;
  }
  return done;
}

class DetailsInFile implements DetailsSource {
  readonly #path: string;
  #file: number | undefined;
  #window: Buffer = Buffer.alloc(0);
  #start = 0;

  constructor(file: number, path: string) {
    this.#file = file;
    this.#path = path;
  }

  read(start: number, end: number): Buffer {
    if (start < this.#start || end > this.#start + this.#window.length) {
      this.#load(start, end);
    }
    return this.#window.subarray(start - this.#start, end - this.#start);
  }

  #load(start: number, end: number): void {
    if (this.#file === undefined) {
      throw new SlipwayError('CORE_BUG', 'the metadata cache was closed');
    }
    const window = Buffer.allocUnsafe(Math.max(windowBytes, end - start));
    const count = readFully(this.#file, window, headBytes + start);
    if (count < end - start) {
      throw new SlipwayError('REPO_BAD_CACHE', `Cannot read ${this.#path}: it ends inside a record`);
    }
    this.#window = window.subarray(0, count);
    this.#start = start;
  }

  close(): void {
    if (this.#file !== undefined) {
      closeSync(this.#file);
      this.#file = undefined;
    }
  }
}
