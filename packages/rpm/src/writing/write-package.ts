import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type Digest, isDigest, replaceAtomically, SlipwayError } from '@slipway/core';
import { compress, compressZstd, compressZstdSync, writeCpio } from '@slipway/formats';
import { leadBytes, writeLead } from '../package/lead.ts';
import type { ByteRange } from '../package/open-package.ts';
import { hardLinks } from '../payload/hard-links.ts';
import type { FileLayout } from './file-entries.ts';
import { type PayloadFacts, writeMainHeader } from './main-header.ts';
import {
  type PackageForm,
  type PackageFormat,
  type PayloadCompression,
  type PayloadDigests,
  PayloadHashes,
  placeholderDigests,
} from './package-form.ts';
import { checkNevra, type PackageInput, type PlacedFile, sortFiles, unwritable } from './package-input.ts';
import { type FileContent, PayloadEntries } from './payload-entries.ts';
import {
  needsLongSizes,
  type SignatureFacts,
  writeSignatureHeader4,
  writeSignatureHeader6,
} from './signature-header.ts';

export interface WritePackageOptions {
  /** Default 4, which every rpm since 4.0 installs. */
  readonly format?: PackageFormat;
  /** Default zstd. gzip has level 9, xz preset 6. */
  readonly compression?: PayloadCompression;
  /** zstd level; default 3. */
  readonly compressionLevel?: number;
  /**
   * Whether the file is on the disk when the promise resolves (fdatasync); on by default. Without it a crash of the
   * machine may leave a damaged package behind: for callers that check what they find, or that can write it again.
   */
  readonly durable?: boolean;
}

export interface WrittenPackage {
  readonly sizeBytes: number;
  readonly headerRange: ByteRange;
  /** The uncompressed payload, in bytes. */
  readonly archiveBytes: number;
  /** SHA-256 by place in `PackageInput.files`; undefined for what has no content of its own. */
  readonly fileDigests: readonly (Digest | undefined)[];
}

const defaultLevels = { zstd: 3, gzip: 9, xz: 6, none: undefined } as const;
const readBackBytes = 1 << 20;

/**
 * Writes an unsigned binary package of format 4 or 6 to `path`, whole or not at all. Contents are asked for once, in the
 * caller's order, and hashed and compressed on their way into the file: space for both headers is left at its front,
 * because their sizes are known before the digests in them are; then the headers are put in place. For format 4 the
 * payload is read back once for the MD5 of the signature header. Memory: both headers (some 200 bytes per file) and a
 * few chunks of 1 MiB. Same input, same contents in the same order, same bytes. Throws `RPM_UNWRITABLE` for an input
 * that contradicts itself and `FORMATS_SIZE_MISMATCH` for content of another size than announced.
 */
export async function writePackage(
  path: string,
  input: PackageInput,
  contents: AsyncIterable<FileContent> | Iterable<FileContent>,
  options: WritePackageOptions = {},
): Promise<WrittenPackage> {
  const writer = new PackageWriter(input, formOf(input, options));
  let written: WrittenPackage | undefined;
  await replaceAtomically(path, async (temporary) => {
    const file = await open(temporary, 'wx+');
    try {
      written = await writer.write(file, contents);
      if (options.durable !== false) {
        await file.datasync();
      }
    } finally {
      await file.close();
    }
  });
  return written as WrittenPackage;
}

function formOf(input: PackageInput, options: WritePackageOptions): PackageForm {
  const { format = 4, compression = 'zstd' } = options;
  if (options.compressionLevel !== undefined && compression !== 'zstd') {
    throw unwritable(input, `${compression} is written at one level only`);
  }
  return { format, compression, compressionLevel: options.compressionLevel ?? defaultLevels[compression] };
}

interface WrittenPayload {
  readonly compressed: PayloadDigests;
  readonly archive: PayloadDigests;
  /** Offset after the last byte of the payload in the file. */
  readonly end: number;
}

class PackageWriter {
  readonly #input: PackageInput;
  readonly #form: PackageForm;
  readonly #layout: FileLayout;
  readonly #payload: PayloadEntries;

  constructor(input: PackageInput, form: PackageForm) {
    checkNevra(input);
    const files = sortFiles(input);
    const links = hardLinks(files.map((file) => ({ ...file, digest: undefined })));
    checkLinks(input, files, links);
    this.#input = input;
    this.#form = form;
    this.#layout = { files, links };
    this.#payload = new PayloadEntries(input, this.#layout, form.format);
  }

  async write(file: FileHandle, contents: AsyncIterable<FileContent> | Iterable<FileContent>): Promise<WrittenPackage> {
    const headerBytes = this.#mainHeader(placeholders).length;
    const { archiveBytes } = this.#payload;
    const longSizes = needsLongSizes(headerBytes, archiveBytes);
    const start = leadBytes + this.#signature({ ...unsignedFacts, archiveBytes, longSizes }).length;
    const payload = await this.#writePayload(file, contents, start + headerBytes);
    const range = { start: start + headerBytes, end: payload.end };
    const header = this.#mainHeader({ ...payload, compressedBytes: range.end - range.start });
    const facts: SignatureFacts = {
      sha1: hexDigest('sha1', header),
      sha256: hexDigest('sha256', header),
      ...(this.#form.format === 6
        ? { sha3: hexDigest('sha3-256', header), md5: noMd5 }
        : { sha3: '', md5: await md5OfContent(file, header, range) }),
      contentBytes: payload.end - start,
      archiveBytes,
      longSizes,
    };
    await writeAt(file, Buffer.concat([this.#lead(), this.#signature(facts), header]), 0);
    return {
      sizeBytes: payload.end,
      headerRange: { start, end: range.start },
      archiveBytes,
      fileDigests: this.#digestsByInput(),
    };
  }

  #lead(): Buffer {
    const { name, evr } = this.#input;
    return writeLead(`${name}-${evr.version}-${evr.release}`, this.#form.format);
  }

  #signature(facts: SignatureFacts): Buffer {
    return this.#form.format === 6 ? writeSignatureHeader6(facts) : writeSignatureHeader4(facts);
  }

  #mainHeader(facts: Omit<PayloadFacts, 'fileDigests' | 'archiveBytes'>): Buffer {
    const { digests: fileDigests, archiveBytes } = this.#payload;
    return writeMainHeader(this.#input, this.#layout, {
      facts: { ...facts, fileDigests, archiveBytes },
      form: this.#form,
    });
  }

  async #writePayload(
    file: FileHandle,
    contents: AsyncIterable<FileContent> | Iterable<FileContent>,
    offset: number,
  ): Promise<WrittenPayload> {
    const [archive, compressed] = [new PayloadHashes(this.#form.format), new PayloadHashes(this.#form.format)];
    const chunks = hashed(writeCpio(this.#payload.entries(contents)), archive);
    let at = offset;
    for await (const chunk of compressArchive(chunks, this.#form, this.#payload.archiveBytes)) {
      compressed.update(chunk);
      await writeAt(file, chunk, at);
      at += chunk.length;
    }
    return { compressed: compressed.digests(), archive: archive.digests(), end: at };
  }

  #digestsByInput(): (Digest | undefined)[] {
    const digests = new Array<Digest | undefined>(this.#layout.files.length);
    this.#layout.files.forEach(({ inputIndex }, place) => {
      const digest = this.#payload.digests[place] ?? '';
      digests[inputIndex] = isDigest(digest) ? digest : undefined;
    });
    return digests;
  }
}

/** As long as the real values, so that the sizes of both headers are known before the payload is. */
const placeholders = { compressed: placeholderDigests, archive: placeholderDigests, compressedBytes: 0 };
const noMd5 = Buffer.alloc(16);
const unsignedFacts: Omit<SignatureFacts, 'archiveBytes' | 'longSizes'> = {
  sha1: '0'.repeat(40),
  sha256: '0'.repeat(64),
  sha3: '0'.repeat(64),
  md5: noMd5,
  contentBytes: 0,
};

function hexDigest(hash: 'sha1' | 'sha256' | 'sha3-256', bytes: Uint8Array): string {
  return createHash(hash).update(bytes).digest('hex');
}

function checkLinks(input: PackageInput, files: readonly PlacedFile[], links: FileLayout['links']): void {
  files.forEach((file, place) => {
    const first = files[links[place]?.[0] ?? place];
    if (first?.sizeBytes !== file.sizeBytes) {
      throw unwritable(input, `${file.path} and ${first?.path} are links of one file and differ in size`);
    }
  });
}

/** Up to this size an archive is compressed in one call, which saves what setting up a stream costs. */
const smallArchiveBytes = 1 << 20;

/** zstd as one frame that names its size; the others as the same bytes give them. */
async function* compressArchive(
  archive: AsyncIterable<Uint8Array>,
  { compression, compressionLevel = 0 }: PackageForm,
  archiveBytes: number,
): AsyncIterable<Uint8Array> {
  if (compression !== 'zstd') {
    yield* compress(archive, compression);
    return;
  }
  const settings = { level: compressionLevel, contentSizeBytes: archiveBytes };
  if (archiveBytes > smallArchiveBytes) {
    yield* compressZstd(archive, settings);
    return;
  }
  const gathered = Buffer.allocUnsafe(archiveBytes);
  let filled = 0;
  for await (const chunk of archive) {
    gathered.set(chunk, filled);
    filled += chunk.length;
  }
  if (filled !== gathered.length) {
    throw new SlipwayError('CORE_BUG', `an archive has ${filled} bytes where ${gathered.length} were computed`);
  }
  yield compressZstdSync(gathered, settings);
}

async function* hashed(source: AsyncIterable<Uint8Array>, hashing: { update(chunk: Uint8Array): unknown }) {
  for await (const chunk of source) {
    hashing.update(chunk);
    yield chunk;
  }
}

async function md5OfContent(file: FileHandle, header: Buffer, payload: ByteRange): Promise<Buffer> {
  const hashing = createHash('md5').update(header);
  const buffer = Buffer.allocUnsafe(Math.min(readBackBytes, payload.end - payload.start));
  for (let at = payload.start; at < payload.end; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, payload.end - at), at);
    if (bytesRead === 0) {
      throw new SlipwayError('CORE_FILE_ACCESS', 'Cannot read back the payload: the file was cut short meanwhile');
    }
    hashing.update(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return hashing.digest();
}

async function writeAt(file: FileHandle, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await file.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
  }
}
