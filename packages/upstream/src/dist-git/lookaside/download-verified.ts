import { SlipwayError, type StoredObject } from '@slipway/core';
import { openDownload } from '../../rpm-md/repository-client.ts';
import { IdleWatch } from '../idle-watch.ts';
import type { UpstreamOptions } from '../upstream-options.ts';
import { afterAttempts, isTransient, retryWaitSeconds } from '../with-retries.ts';
import { startHash } from './hash-type.ts';
import type { SourcesEntry } from './sources-file.ts';

export interface VerifiedDownload {
  readonly options: UpstreamOptions;
  readonly limitBytes: number;
  /** Hears how many bytes came. */
  readonly onBytes: (count: number) => void;
}

/** Times `timeoutSeconds`: what one answer may take as a whole. */
const wholeFactor = 240;
/** An answer with so much is progress: the attempts are counted anew. */
const progressBytes = 1 << 20;

/**
 * Streams a file into the store while its announced hash is computed; only a file that has it is kept. A download that
 * is cut short continues where it was. Throws `UPSTREAM_DIGEST_MISMATCH`, `UPSTREAM_TOO_LARGE`, `UPSTREAM_NETWORK`.
 */
export async function downloadVerified(
  uri: string,
  entry: SourcesEntry,
  download: VerifiedDownload,
): Promise<StoredObject> {
  const { store } = download.options;
  const state: DownloadState = { received: 0, continued: false };
  try {
    return await store.put(verified(uri, entry, continuing(uri, download, state)));
  } catch (failure) {
    const isMismatch = failure instanceof SlipwayError && failure.code === 'UPSTREAM_DIGEST_MISMATCH';
    if (!isMismatch || !state.continued) {
      throw failure;
    }
  }
  // the parts may be of two different answers: the whole from one of them decides
  return store.put(verified(uri, entry, continuing(uri, download, { received: 0, continued: false })));
}

interface DownloadState {
  /** Bytes that were passed on. */
  received: number;
  continued: boolean;
}

/** The bytes of a file, out of as many answers as it takes. */
async function* continuing(uri: string, download: VerifiedDownload, state: DownloadState): AsyncGenerator<Uint8Array> {
  const { retries, wait, signal } = download.options;
  for (let attempt = 0; ; ) {
    const begin = state.received;
    try {
      yield* answer(uri, download, state);
      return;
    } catch (failure) {
      if (isBeyondEnd(failure) && state.received > 0) {
        return; // only the end of the answer was missing
      }
      if (!isTransient(failure) || signal?.aborted === true) {
        throw failure;
      }
      attempt = state.received - begin >= progressBytes ? 0 : attempt + 1;
      if (attempt > retries) {
        throw afterAttempts(failure, attempt);
      }
    }
    state.continued ||= state.received > 0;
    await wait(retryWaitSeconds(attempt));
  }
}

/** One answer from where the last one ended. A server that begins anew is not asked twice for what came before. */
async function* answer(url: string, download: VerifiedDownload, state: DownloadState): AsyncGenerator<Uint8Array> {
  const { timeoutSeconds, signal } = download.options;
  const watch = new IdleWatch(timeoutSeconds, timeoutSeconds * wholeFactor, signal);
  try {
    const request = { url, limitBytes: download.limitBytes, signal: watch.signal };
    const { start, chunks } = await openDownload(request, state.received);
    let known = state.received - start;
    for await (const chunk of chunks) {
      watch.touch();
      const fresh = chunk.subarray(Math.min(known, chunk.length));
      known -= chunk.length - fresh.length;
      state.received += fresh.length;
      download.onBytes(fresh.length);
      yield fresh;
    }
  } catch (failure) {
    throw explain(url, failure, watch);
  } finally {
    watch.stop();
  }
}

function explain(url: string, failure: unknown, watch: IdleWatch): unknown {
  if (watch.reason !== undefined) {
    return new SlipwayError('UPSTREAM_NETWORK', `Cannot fetch ${url}: ${watch.reason}`, {
      hint: 'check the network and run the same command again',
      cause: failure,
    });
  }
  const status = failure instanceof SlipwayError ? Number(failure.data?.['status'] ?? 0) : 0;
  const isFinal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  return isFinal && failure instanceof SlipwayError
    ? new SlipwayError(failure.code, failure.message, {
        hint: 'check lookaside-base-uri, or the origin of the file',
        data: { status, final: true },
        cause: failure,
      })
    : failure;
}

/** RFC 9110, 15.5.17: what was asked for begins after the last byte. */
function isBeyondEnd(failure: unknown): boolean {
  return failure instanceof SlipwayError && failure.data?.['status'] === 416;
}

/** Passes the bytes on; throws after the last one when they are not those that were announced. */
async function* verified(
  uri: string,
  { filename, hashType, hash }: SourcesEntry,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const hashing = startHash(hashType);
  for await (const chunk of chunks) {
    hashing.update(chunk);
    yield chunk;
  }
  const found = hashing.digest('hex');
  if (found !== hash) {
    throw new SlipwayError('UPSTREAM_DIGEST_MISMATCH', `Cannot accept ${filename} from ${uri}: wrong ${hashType}`, {
      hint: 'the server gave other bytes than the sources file announces; nothing of it was kept',
      data: { filename, hashType, expected: hash, found },
    });
  }
}
