import { type Chunks, SlipwayError } from '@slipway/core';
import { decompressBzip2 } from './bzip2.ts';
import { asBuffer, ChunkReader } from './chunk-reader.ts';
import { decompressGzip } from './gzip.ts';
import type { DecompressionLimits } from './output-limit.ts';
import { decompressLzma, decompressXz } from './xz.ts';
import { decompressZstd } from './zstd.ts';
import { isZstdMagic } from './zstd-frame.ts';

/** By the names that rpm and rpm-md use. */
export type Compression = 'zstd' | 'xz' | 'lzma' | 'gzip' | 'bzip2' | 'none';

/** The longest magic is that of xz (6 bytes). */
const magicBytes = 6;

/** The compression that `start` (6 bytes or more of a stream) announces; undefined when it announces none. */
export function detectCompression(start: Uint8Array): Exclude<Compression, 'none'> | undefined {
  const bytes = asBuffer(start);
  if (bytes.length >= 4 && isZstdMagic(bytes.readUInt32LE(0))) {
    return 'zstd';
  }
  const hex = bytes.toString('hex', 0, magicBytes);
  if (hex === 'fd377a585a00') {
    return 'xz';
  }
  if (hex.startsWith('1f8b')) {
    return 'gzip';
  }
  // lzma has no magic: this is lc=3 lp=0 pb=2 and a dictionary size of whole 64 KiB, which every known encoder writes
  return hex.startsWith('5d0000') ? 'lzma' : hex.startsWith('425a68') ? 'bzip2' : undefined;
}

/**
 * Decompresses by the given compression, or by what the first bytes announce. Throws `FORMATS_UNSUPPORTED` for
 * bytes that announce nothing, and the errors of the decoders.
 */
export async function* decompress(
  source: Chunks,
  { compression, ...limits }: DecompressionLimits & { readonly compression?: Compression } = {},
): AsyncGenerator<Uint8Array> {
  const reader = new ChunkReader(source, 'compressed data');
  try {
    const start = Buffer.from(await reader.takeUpTo(magicBytes));
    yield* decoder(compression ?? detectCompression(start), restOf(start, reader), limits);
  } finally {
    await reader.close();
  }
}

function decoder(
  compression: Compression | undefined,
  source: AsyncIterable<Uint8Array>,
  limits: DecompressionLimits,
): AsyncIterable<Uint8Array> {
  switch (compression) {
    case 'zstd':
      return decompressZstd(source, limits);
    case 'xz':
      return decompressXz(source, limits);
    case 'lzma':
      return decompressLzma(source, limits);
    case 'gzip':
      return decompressGzip(source, limits);
    case 'none':
      return source;
    case 'bzip2':
      return decompressBzip2(source, limits);
    case undefined:
      throw new SlipwayError('FORMATS_UNSUPPORTED', 'Cannot decompress: the first bytes are of no known compression');
  }
}

async function* restOf(start: Buffer, reader: ChunkReader): AsyncGenerator<Uint8Array> {
  if (start.length > 0) {
    yield start;
  }
  for (let piece = await reader.some(Infinity); piece !== undefined; piece = await reader.some(Infinity)) {
    yield piece;
  }
}
