import type { Chunks } from '@slipway/core';

/** The size of chunks everywhere: large enough that the cost per chunk vanishes, small enough for many streams. */
export const chunkBytes = 1 << 20;

/** Output buffers of decoders and encoders of content that is known to be short. */
const leastBufferBytes = 1 << 14;

/** The buffer for `expectedBytes` of output: long ones save calls, short content does not pay for them. */
export function bufferFor(expectedBytes = chunkBytes): number {
  return Math.min(chunkBytes, Math.max(leastBufferBytes, expectedBytes));
}

/** The size of compressed input: every piece costs a trip to the thread pool, however small it is. */
export const inputBytes = 1 << 18;

/** Most streams are short: they do not pay for a whole chunk. */
const firstBytes = 1 << 14;

function grown(bytes: Buffer, filled: number, sizeBytes: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(sizeBytes);
  larger.set(bytes.subarray(0, filled));
  return larger;
}

/**
 * The same bytes in chunks of exactly `sizeBytes` (the last may be shorter): compressors then see the same
 * pieces whatever the source's pieces were, so their output depends on the bytes alone.
 */
export async function* rechunk(source: Chunks, sizeBytes = chunkBytes): AsyncGenerator<Uint8Array> {
  let gathered = Buffer.allocUnsafe(Math.min(sizeBytes, firstBytes));
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + sizeBytes - filled);
      if (filled + piece.length > gathered.length) {
        gathered = grown(gathered, filled, Math.min(sizeBytes, Math.max(gathered.length * 2, filled + piece.length)));
      }
      gathered.set(piece, filled);
      filled += piece.length;
      at += piece.length;
      if (filled === sizeBytes) {
        yield gathered;
        gathered = Buffer.allocUnsafe(sizeBytes);
        filled = 0;
      }
    }
  }
  if (filled > 0) {
    yield gathered.subarray(0, filled);
  }
}
