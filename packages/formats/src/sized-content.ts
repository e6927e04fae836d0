import { type Chunks, SlipwayError } from '@slipway/core';

/** Passes `content` through; throws `FORMATS_SIZE_MISMATCH` when it is not exactly `sizeBytes` long. */
export async function* sizedContent(content: Chunks, sizeBytes: number, what: string): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of content) {
    done += chunk.length;
    if (done > sizeBytes) {
      throw mismatch(what, sizeBytes, 'more');
    }
    if (chunk.length > 0) {
      yield chunk;
    }
  }
  if (done < sizeBytes) {
    throw mismatch(what, sizeBytes, `only ${done}`);
  }
}

function mismatch(what: string, sizeBytes: number, found: string): SlipwayError {
  const why = `its declared size is ${sizeBytes} bytes and its content has ${found}`;
  return new SlipwayError('FORMATS_SIZE_MISMATCH', `Cannot write ${what}: ${why}`);
}
