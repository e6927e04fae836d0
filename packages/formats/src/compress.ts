import type { Chunks } from '@slipway/core';
import type { Compression } from './decompress.ts';
import { compressGzip } from './gzip.ts';
import { compressXz } from './xz.ts';
import { compressZstd } from './zstd.ts';

/** What Slipway writes; lzma and bzip2 are formats of the past. */
export type WritableCompression = Exclude<Compression, 'lzma' | 'bzip2'>;

/**
 * Compresses with settings that never change, so that the output depends on the bytes alone: not on time, machine,
 * number of processors or how `source` cuts them. gzip: level 9, no name, no time, OS 255 (unknown). xz: preset 6 (8 MiB
 * dictionary), one block, CRC64. zstd: level 3, one frame with a checksum.
 */
export function compress(source: Chunks, compression: WritableCompression): Chunks {
  switch (compression) {
    case 'gzip':
      return compressGzip(source, { level: 9 });
    case 'xz':
      return compressXz(source, { preset: 6 });
    case 'zstd':
      return compressZstd(source, { level: 3 });
    case 'none':
      return source;
  }
}
