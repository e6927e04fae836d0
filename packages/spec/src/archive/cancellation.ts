import { type Chunks, SlipwayError } from '@slipway/core';

/** Passes chunks through until the work is cancelled; then throws `CORE_CANCELLED`. */
export async function* untilCancelled(source: Chunks, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    throwIfCancelled(signal);
    yield chunk;
  }
}

/** Throws `CORE_CANCELLED`; for the places between pieces of work that each take a moment. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new SlipwayError('CORE_CANCELLED', 'Stopped while overlays were applied to archives', {
      hint: 'nothing was replaced: run the same command again',
    });
  }
}
