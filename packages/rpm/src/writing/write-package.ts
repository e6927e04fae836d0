import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { type Digest, isDigest, replaceAtomically, SlipwayError } from '@slipway/core';
import { compressZstd, compressZstdSync, writeCpio } from '@slipway/formats';
import { leadBytes, writeLead } from '../package/lead.ts';
import type { ByteRange } from '../package/open-package.ts';
import { hardLinks } from '../payload/hard-links.ts';
import type { FileLayout } from './file-entries.ts';
import { type PayloadFacts, writeMainHeader } from './main-header.ts';
import { checkNevra, type PackageInput, type PlacedFile, sortFiles, unwritable } from './package-input.ts';
import { type FileContent, PayloadEntries } from './payload-entries.ts';
import { needsLongSizes, type SignatureFacts, writeSignatureHeader } from './signature-header.ts';

export interface WritePackageOptions {
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

const defaultLevel = 3;
const readBackBytes = 1 << 20;

/**
 * Writes an unsigned binary package of format 4 to `path`, whole or not at all. Contents are asked for once, in the
 * caller's order, and hashed and compressed on their way into the file: space for both headers is left at its front,
 * because their sizes are known before the digests in them are; then the payload is read back once for the MD5 of the
 * signature header, and the headers are put in place. Memory: both headers (some 200 bytes per file) and a few chunks
 * of 1 MiB. Same input, same contents in the same order, same bytes. Throws `RPM_UNWRITABLE` for an input that
 * contradicts itself and `FORMATS_SIZE_MISMATCH` for content of another size than announced.
 */
export async function writePackage(
  path: string,
  input: PackageInput,
  contents: AsyncIterable<FileContent> | Iterable<FileContent>,
  options: WritePackageOptions = {},
): Promise<WrittenPackage> {
  const writer = new PackageWriter(input, options.compressionLevel ?? defaultLevel);
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

interface WrittenPayload {
  readonly compressedDigest: Digest;
  readonly archiveDigest: Digest;
  /** Offset after the last byte of the payload in the file. */
  readonly end: number;
}

class PackageWriter {
  readonly #input: PackageInput;
  readonly #layout: FileLayout;
  readonly #payload: PayloadEntries;
  readonly #level: number;

  constructor(input: PackageInput, level: number) {
    checkNevra(input);
    const files = sortFiles(input);
    const links = hardLinks(files.map((file) => ({ ...file, digest: undefined })));
    checkLinks(input, files, links);
    this.#input = input;
    this.#layout = { files, links };
    this.#payload = new PayloadEntries(input, this.#layout);
    this.#level = level;
  }

  async write(file: FileHandle, contents: AsyncIterable<FileContent> | Iterable<FileContent>): Promise<WrittenPackage> {
    const headerBytes = this.#mainHeader(placeholder).length;
    const archiveBytes = this.#payload.archiveBytes;
    const sizes = { archiveBytes, longSizes: needsLongSizes(headerBytes, archiveBytes) };
    const signatureBytes = writeSignatureHeader({ ...unsignedFacts, ...sizes }).length;
    const start = leadBytes + signatureBytes;
    const payload = await this.#writePayload(file, contents, start + headerBytes);
    const header = this.#mainHeader(payload);
    const facts: SignatureFacts = {
      sha1: createHash('sha1').update(header).digest('hex'),
      sha256: createHash('sha256').update(header).digest('hex'),
      md5: await md5OfContent(file, header, { start: start + headerBytes, end: payload.end }),
      contentBytes: payload.end - start,
      ...sizes,
    };
    const { name, evr } = this.#input;
    const lead = writeLead(`${name}-${evr.version}-${evr.release}`);
    await writeAt(file, Buffer.concat([lead, writeSignatureHeader(facts), header]), 0);
    return {
      sizeBytes: payload.end,
      headerRange: { start, end: start + headerBytes },
      archiveBytes,
      fileDigests: this.#digestsByInput(),
    };
  }

  #mainHeader({ compressedDigest, archiveDigest }: Omit<PayloadFacts, 'fileDigests'>): Buffer {
    const facts = { compressedDigest, archiveDigest, fileDigests: this.#payload.digests };
    return writeMainHeader(this.#input, this.#layout, { facts, compressionLevel: this.#level });
  }

  async #writePayload(
    file: FileHandle,
    contents: AsyncIterable<FileContent> | Iterable<FileContent>,
    offset: number,
  ): Promise<WrittenPayload> {
    const archiveHash = createHash('sha256');
    const compressedHash = createHash('sha256');
    const archive = hashed(writeCpio(this.#payload.entries(contents)), archiveHash);
    let at = offset;
    const settings = { level: this.#level, contentSizeBytes: this.#payload.archiveBytes };
    for await (const chunk of compressArchive(archive, settings)) {
      compressedHash.update(chunk);
      await writeAt(file, chunk, at);
      at += chunk.length;
    }
    return {
      compressedDigest: compressedHash.digest('hex') as Digest,
      archiveDigest: archiveHash.digest('hex') as Digest,
      end: at,
    };
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
const placeholder: Omit<PayloadFacts, 'fileDigests'> = {
  compressedDigest: '0'.repeat(64),
  archiveDigest: '0'.repeat(64),
};
const unsignedFacts: Omit<SignatureFacts, 'archiveBytes' | 'longSizes'> = {
  sha1: '0'.repeat(40),
  sha256: '0'.repeat(64),
  md5: Buffer.alloc(16),
  contentBytes: 0,
};

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

/** One zstd frame of an archive whose size is known. */
async function* compressArchive(
  archive: AsyncIterable<Uint8Array>,
  settings: { readonly level: number; readonly contentSizeBytes: number },
): AsyncIterable<Uint8Array> {
  if (settings.contentSizeBytes > smallArchiveBytes) {
    yield* compressZstd(archive, settings);
    return;
  }
  const gathered = Buffer.allocUnsafe(settings.contentSizeBytes);
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
