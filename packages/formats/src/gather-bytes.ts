import { type Chunks, SlipwayError } from '@slipway/core';

/** The whole content of a small source; throws `CORE_LIMIT` above `maxBytes`. */
export async function gatherBytes(source: Chunks, { maxBytes = 256 << 20 } = {}): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of source) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) {
      throw new SlipwayError('CORE_LIMIT', `Cannot hold the content in memory: it is larger than ${maxBytes} bytes`);
    }
    parts.push(Uint8Array.prototype.slice.call(chunk));
  }
  return Buffer.concat(parts, sizeBytes);
}
