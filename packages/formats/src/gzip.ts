import { createGunzip, createGzip } from 'node:zlib';
import type { Chunks } from '@slipway/core';
import { damagedInput, decoderError, truncatedInput } from './decoder-error.ts';
import { type DecompressionLimits, OutputLimit } from './output-limit.ts';
import { bufferFor, chunkBytes, inputBytes, rechunk } from './rechunk.ts';
import { transformChunks } from './transform-chunks.ts';

/** Decodes all members (RFC 1952 section 2.2). Throws `FORMATS_TRUNCATED`, `FORMATS_BAD_COMPRESSION` and `CORE_LIMIT`. */
export async function* decompressGzip(source: Chunks, limits: DecompressionLimits = {}): AsyncGenerator<Uint8Array> {
  const limit = new OutputLimit(limits);
  // rejectGarbageAfterEnd would refuse a second member too; without it only bytes after a zero go unnoticed
  const decoder = createGunzip({ chunkSize: bufferFor(limits.maxBytes) });
  try {
    const input = rechunk(limit.countIn(source), inputBytes);
    yield* limit.countOut(transformChunks(nonEmpty(input, 'gzip'), decoder));
  } catch (cause) {
    throw decoderError('gzip', cause);
  }
  if (decoder.bytesWritten !== limit.inBytes) {
    throw damagedInput('gzip', 'other bytes follow its end');
  }
}

/** One member without file name and time (MTIME 0, OS 255 "unknown"): the output depends on the bytes and the level. */
export async function* compressGzip(source: Chunks, { level = 6 } = {}): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of transformChunks(rechunk(source), createGzip({ level, chunkSize: chunkBytes }))) {
    if (first) {
      chunk[osByte] = 255;
      first = false;
    }
    yield chunk;
  }
}

/** Offset of OS in the member header (RFC 1952 section 2.3). */
const osByte = 9;

/** No input at all is truncated input, which node:zlib takes for empty content. */
export async function* nonEmpty(source: Chunks, format: string): AsyncGenerator<Uint8Array> {
  let empty = true;
  for await (const chunk of source) {
    empty &&= chunk.length === 0;
    yield chunk;
  }
  if (empty) {
    throw truncatedInput(format);
  }
}
