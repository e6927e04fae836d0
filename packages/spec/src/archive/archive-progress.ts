import { type Chunks, SlipwayError } from '@slipway/core';

/** How far the work on an archive is: bytes read of what is packed, or bytes packed of what was unpacked. */
export interface ArchiveProgress {
  readonly archive: string;
  readonly step: 'unpack' | 'pack';
  readonly doneBytes: number;
}

export interface WatchedWork {
  /** Is called often; must not throw and must return at once. */
  readonly onProgress?: (progress: ArchiveProgress) => void;
  /** Stops the work with `CORE_CANCELLED`; nothing is left of it. */
  readonly signal?: AbortSignal;
}

/** Passes chunks through and tells how many bytes went, until the work is cancelled; then throws `CORE_CANCELLED`. */
export async function* watched(
  source: Chunks,
  { onProgress, signal }: WatchedWork,
  { archive, step }: Omit<ArchiveProgress, 'doneBytes'>,
): AsyncGenerator<Uint8Array> {
  let doneBytes = 0;
  for await (const chunk of source) {
    throwIfCancelled(signal);
    doneBytes += chunk.length;
    onProgress?.({ archive, step, doneBytes });
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
