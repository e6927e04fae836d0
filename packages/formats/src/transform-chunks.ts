import type { Transform } from 'node:stream';
import type { Chunks } from '@slipway/core';

/**
 * Sends `source` through a Node transform (zlib: its work runs on the thread pool). One chunk is under way at a time
 * and the end is signalled by itself, so that the transform's calls, and with them its output, do not depend on timing.
 * When the consumer stops early, the transform and the source are released.
 */
export async function* transformChunks(source: Chunks, transform: Transform): AsyncGenerator<Uint8Array> {
  const stop = new AbortController();
  let failure: { readonly cause: unknown } | undefined;
  const feeding = feed(source, transform, stop.signal).catch((cause: unknown) => {
    failure = { cause };
    transform.destroy(new Error('the source failed'));
  });
  try {
    for await (const chunk of transform) {
      yield chunk as Uint8Array;
    }
  } catch (cause) {
    settleFailure(failure, cause);
  } finally {
    stop.abort();
    transform.destroy();
    await feeding;
  }
}

/** A failing source is the reason to report, not the transform that was destroyed because of it. */
function settleFailure(failure: { readonly cause: unknown } | undefined, cause: unknown): never {
  throw failure === undefined ? cause : failure.cause;
}

async function feed(source: Chunks, transform: Transform, stop: AbortSignal): Promise<void> {
  for await (const chunk of source) {
    if (stop.aborted || transform.destroyed || !(await written(transform, chunk))) {
      return;
    }
  }
  transform.end();
}

/** Resolves when the chunk was taken whole; false when the transform failed or was closed before. */
function written(transform: Transform, chunk: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    const closed = () => resolve(false);
    transform.once('close', closed);
    transform.write(chunk, (error) => {
      transform.off('close', closed);
      resolve(error === null || error === undefined);
    });
  });
}
