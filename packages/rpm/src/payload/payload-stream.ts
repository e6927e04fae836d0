import { type Chunks, readFileChunks, SlipwayError } from '@slipway/core';
import { type Compression, decompress, detectCompression } from '@slipway/formats';
import type { Header } from '../header/header.ts';
import { tag } from '../header/tags.ts';
import type { RpmPackage } from '../package/open-package.ts';

const compressions: readonly string[] = ['zstd', 'xz', 'lzma', 'gzip', 'bzip2'] satisfies Compression[];

/** The compressed payload of a package file. */
export function payloadChunks(pkg: RpmPackage): AsyncIterable<Uint8Array> {
  return readFileChunks(pkg.path, { start: pkg.payloadOffset });
}

/** The cpio archive in a compressed payload, of at most `maxBytes`. Throws `RPM_UNSUPPORTED_PAYLOAD`. */
export async function* decompressPayload(source: Chunks, header: Header, maxBytes: number): AsyncIterable<Uint8Array> {
  const format = header.string(tag.payloadFormat) ?? 'cpio';
  const name = header.string(tag.payloadCompressor);
  if (format !== 'cpio' || (name !== undefined && !compressions.includes(name))) {
    throw new SlipwayError(
      'RPM_UNSUPPORTED_PAYLOAD',
      `Cannot read a payload of format ${format}, compression ${name}`,
      {
        data: { format, compression: name },
      },
    );
  }
  if (name !== undefined) {
    yield* decompress(source, { compression: name as Compression, maxBytes });
    return;
  }
  const [start, whole] = await peek(source);
  yield* decompress(whole, { compression: detectCompression(start) ?? 'none', maxBytes });
}

/** The first chunk, and the source with it: a header without PAYLOADCOMPRESSOR means gzip or nothing. */
async function peek(source: Chunks): Promise<[first: Uint8Array, whole: AsyncIterable<Uint8Array>]> {
  const iterator = (async function* () {
    yield* source;
  })();
  const { value, done } = await iterator.next();
  const first = done === true ? Buffer.alloc(0) : value;
  return [
    first,
    (async function* () {
      yield first;
      yield* iterator;
    })(),
  ];
}
