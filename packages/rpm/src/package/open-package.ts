import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileError } from '@slipway/core';
import type { Header } from '../header/header.ts';
import { type HeaderKind, introBytes, readHeaderIntro } from '../header/header-intro.ts';
import { readHeader } from '../header/read-header.ts';
import { type Lead, leadBytes, readLead } from './lead.ts';
import { checkSignatureTags } from './signature-tags.ts';

/** Reads in one call what most packages have before their payload. */
const firstReadBytes = 1 << 15;
/** A signature header is padded to a multiple of 8 bytes (from its magic number on). */
const signaturePadding = 8;

/** Bytes from `start` up to, not including, `end` of a file. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A package whose front was read; the payload was not touched. */
export interface RpmPackage {
  readonly path: string;
  readonly lead: Lead;
  readonly signature: Header;
  readonly header: Header;
  /** The main header with its magic number: what rpm-md calls header-range and header signatures cover. */
  readonly headerRange: ByteRange;
  /** The bytes of `headerRange`. */
  readonly headerBytes: Buffer;
  readonly payloadOffset: number;
  readonly sizeBytes: number;
}

/**
 * Reads lead, signature header and header of a package file, with rpm's own checks of their form; digests and
 * signatures are not checked (`verifyDigests`). Memory: the size of both headers. Throws `RPM_NOT_A_PACKAGE`,
 * `RPM_BAD_HEADER`, `CORE_FILE_ACCESS`.
 */
export async function openPackage(path: string): Promise<RpmPackage> {
  try {
    // one or two short reads: waiting for the thread pool would take longer than they do
    const file = openSync(path, 'r');
    try {
      const { size } = fstatSync(file);
      return readFront(new Front(file, size), path, size);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw fileError('read', path, cause);
  }
}

/** `openPackage` for bytes in memory that hold at least the headers; `name` stands for the path, which nothing can be read from. */
export async function readPackage(bytes: Uint8Array, name: string): Promise<RpmPackage> {
  return readFront(new Front(Buffer.from(bytes), bytes.length), name, bytes.length);
}

function readFront(front: Front, path: string, sizeBytes: number): RpmPackage {
  const lead = readLead(front.upTo(leadBytes), path);
  const signature = readPackageHeader(front, leadBytes, { kind: 'signature', file: path });
  const start = leadBytes + Math.ceil((signature.end - leadBytes) / signaturePadding) * signaturePadding;
  const main = readPackageHeader(front, start, { kind: 'main', file: path });
  checkSignatureTags(signature.header, main.header, path);
  return {
    path,
    lead,
    signature: signature.header,
    header: main.header,
    headerRange: { start, end: main.end },
    headerBytes: front.upTo(main.end).subarray(start, main.end),
    payloadOffset: main.end,
    sizeBytes,
  };
}

function readPackageHeader(front: Front, offset: number, what: { kind: HeaderKind; file: string }) {
  const intro = readHeaderIntro(front.upTo(offset + introBytes).subarray(offset), { ...what, offset });
  return readHeader(front.upTo(offset + intro.totalBytes), offset, what);
}

/** The beginning of a file, read as far as it is needed. */
class Front {
  /** File descriptor; undefined for bytes in memory. */
  readonly #file: number | undefined;
  readonly #sizeBytes: number;
  #bytes: Buffer;

  constructor(source: number | Buffer, sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
    this.#file = Buffer.isBuffer(source) ? undefined : source;
    this.#bytes = Buffer.isBuffer(source) ? source : Buffer.alloc(0);
  }

  /** The first `count` bytes, or all there are: a header that claims more than the file has costs no memory. */
  upTo(count: number): Buffer {
    if (this.#bytes.length < Math.min(count, this.#sizeBytes) && this.#file !== undefined) {
      const wanted = Math.min(Math.max(count, firstReadBytes), this.#sizeBytes);
      const more = Buffer.allocUnsafe(wanted - this.#bytes.length);
      const got = readFully(this.#file, more, this.#bytes.length);
      this.#bytes =
        this.#bytes.length === 0 ? more.subarray(0, got) : Buffer.concat([this.#bytes, more.subarray(0, got)]);
    }
    return this.#bytes.subarray(0, count);
  }
}

function readFully(file: number, into: Buffer, position: number): number {
  let done = 0;
  while (done < into.length) {
    const bytesRead = readSync(file, into, done, into.length - done, position + done);
    if (bytesRead === 0) {
      break;
    }
    done += bytesRead;
  }
  return done;
}
