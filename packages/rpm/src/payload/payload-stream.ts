import { type Chunks, readFileChunks, SlipwayError } from '@slipway/core';
import { type Compression, decompress, detectCompression } from '@slipway/formats';
import { tag } from '../header/tags.ts';
import type { RpmPackage } from '../package/open-package.ts';
import { type PayloadPlace, payloadError } from './payload-error.ts';
import { PayloadIndex } from './payload-index.ts';

const compressions: readonly string[] = ['zstd', 'xz', 'lzma', 'gzip', 'bzip2'] satisfies Compression[];

/**
 * The uncompressed payload as it is: a newc archive, or rpm's form without names (format 6, large files). It is refused
 * when it is larger than the files of the header can make it. Throws `RPM_BAD_PAYLOAD` and `RPM_UNSUPPORTED_PAYLOAD`.
 */
export function readArchive(pkg: RpmPackage): AsyncIterable<Uint8Array> {
  const payload = new PayloadStream(pkg);
  return payload.archive(payload.chunks(), new PayloadIndex(pkg).maxArchiveBytes);
}

/** The payload of a package file and how far it was read. */
export class PayloadStream {
  readonly #pkg: RpmPackage;
  #offset: number;

  constructor(pkg: RpmPackage) {
    this.#pkg = pkg;
    this.#offset = pkg.payloadOffset;
  }

  /** What was read last begins here: what is found wrong lies here or later. */
  get place(): PayloadPlace {
    return { file: this.#pkg.path, offset: this.#offset };
  }

  /** The compressed bytes. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    let offset = this.#pkg.payloadOffset;
    for await (const chunk of readFileChunks(this.#pkg.path, { start: offset })) {
      this.#offset = offset;
      offset += chunk.length;
      yield chunk;
    }
  }

  /** The archive in the compressed `source`, of at most `maxBytes`; failures have the place. */
  archive(source: Chunks, maxBytes: number): AsyncIterable<Uint8Array> {
    const { header } = this.#pkg;
    const format = header.string(tag.payloadFormat) ?? 'cpio';
    const name = header.string(tag.payloadCompressor);
    if (format !== 'cpio' || (name !== undefined && !compressions.includes(name))) {
      throw this.#unsupported(format, name);
    }
    return this.withErrors(
      name === undefined
        ? decompressUnnamed(source, maxBytes)
        : decompress(source, { compression: name as Compression, maxBytes }),
    );
  }

  /** Passes chunks on and rewords the failures of their source. */
  async *withErrors(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* source;
    } catch (cause) {
      throw payloadError(cause, this.place);
    }
  }

  #unsupported(format: string, compression: string | undefined): SlipwayError {
    const what = `format ${format.slice(0, 40)}, compression ${compression?.slice(0, 40)}`;
    return new SlipwayError('RPM_UNSUPPORTED_PAYLOAD', `Cannot read a payload of ${what}`, {
      at: this.place,
      data: { format, compression },
    });
  }
}

/** A header that names no compression means gzip, or bytes that do not begin like it and are the archive itself. */
async function* decompressUnnamed(source: Chunks, maxBytes: number): AsyncGenerator<Uint8Array> {
  const iterator = passOn(source);
  try {
    const { value, done } = await iterator.next();
    if (done !== true) {
      const compression = detectCompression(value) === 'gzip' ? 'gzip' : 'none';
      yield* decompress(startingWith(value, iterator), { compression, maxBytes });
    }
  } finally {
    await iterator.return(undefined);
  }
}

async function* passOn(source: Chunks): AsyncGenerator<Uint8Array, undefined> {
  yield* source;
}

async function* startingWith(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}
