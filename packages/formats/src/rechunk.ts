import type { Chunks } from '@slipway/core';

/** The size of chunks everywhere: large enough that the cost per chunk vanishes, small enough for many streams. */
export const chunkBytes = 1 << 20;

/** The size of compressed input: every piece costs a trip to the thread pool, however small it is. */
export const inputBytes = 1 << 18;

/**
 * The same bytes in chunks of exactly `sizeBytes` (the last may be shorter): compressors then see the same
 * pieces whatever the source's pieces were, so their output depends on the bytes alone.
 */
export async function* rechunk(source: Chunks, sizeBytes = chunkBytes): AsyncGenerator<Uint8Array> {
  let gathered = Buffer.allocUnsafe(sizeBytes);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; ) {
      const piece = chunk.subarray(at, at + sizeBytes - filled);
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
