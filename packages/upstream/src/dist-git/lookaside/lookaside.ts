import { join } from 'node:path';
import { asDigest, SlipwayError, type StoredObject, TaskCache } from '@slipway/core';
import { Lanes } from '../lanes.ts';
import type { UpstreamOptions } from '../upstream-options.ts';
import { downloadVerified } from './download-verified.ts';
import type { SourcesEntry } from './sources-file.ts';

export interface LookasideRequest {
  readonly entry: SourcesEntry;
  readonly component: string;
  /** Tried in order (`sourceUris`); a server that has not the file is passed over. */
  readonly uris: readonly string[];
}

/** The largest archive of Fedora's lookaside cache has some 4 GB. */
const defaultLimitBytes = 16 * 2 ** 30;

/**
 * Source files by the hash that a `sources` file announces. They are kept in the content store; which object a hash
 * stands for is remembered from when its bytes were verified, so that the same file is fetched once.
 */
export class Lookaside {
  readonly #options: UpstreamOptions;
  readonly #limitBytes: number;
  readonly #lanes: Lanes;
  readonly #known: TaskCache;
  #doneBytes = 0;

  constructor(options: UpstreamOptions, limitBytes = defaultLimitBytes) {
    this.#options = options;
    this.#limitBytes = limitBytes;
    this.#lanes = new Lanes(options.concurrency);
    this.#known = new TaskCache(join(options.cacheDirectory, 'lookaside'), options.store);
  }

  /**
   * Brings one file into the store. Throws `UPSTREAM_DIGEST_MISMATCH` (nothing is kept), `UPSTREAM_TOO_LARGE`,
   * `UPSTREAM_NETWORK`, `UPSTREAM_OFFLINE`.
   */
  async fetch(wanted: LookasideRequest): Promise<StoredObject> {
    const { hashType, hash, filename } = wanted.entry;
    const { code, store } = this.#options;
    if (hashType === 'SHA256' && (await store.has(asDigest(hash)))) {
      return { digest: asDigest(hash), sizeBytes: await store.sizeBytes(asDigest(hash)) };
    }
    const { value } = await this.#known.run<StoredObject>(
      { kind: 'source', name: filename, inputs: { hashType, hash }, code, objects: ({ digest }) => [digest] },
      () => this.#lanes.run(() => this.#download(wanted)),
    );
    return value;
  }

  async #download(wanted: LookasideRequest): Promise<StoredObject> {
    const { entry, component, uris } = wanted;
    if (this.#options.offline) {
      throw new SlipwayError('UPSTREAM_OFFLINE', `Cannot go on offline: ${entry.filename} is not in the cache`, {
        hint: `run once with the network: slipway component sources ${component}`,
        data: { component, missing: entry.filename, hash: entry.hash },
      });
    }
    const failures: SlipwayError[] = [];
    for (const uri of uris) {
      try {
        return await downloadVerified(uri, entry, {
          options: this.#options,
          limitBytes: this.#limitBytes,
          onBytes: this.#advance,
        });
      } catch (failure) {
        if (!isPassedOver(failure)) {
          throw failure;
        }
        failures.push(failure);
      }
    }
    throw notFound(wanted, failures);
  }

  readonly #advance = (count: number): void => {
    this.#doneBytes += count;
    this.#options.progress?.({ type: 'advance', stage: 'render', unit: 'bytes', done: this.#doneBytes });
  };
}

/** What one server cannot give another one may have. */
function isPassedOver(failure: unknown): failure is SlipwayError {
  const codes = ['UPSTREAM_NETWORK', 'UPSTREAM_DIGEST_MISMATCH', 'UPSTREAM_TOO_LARGE'];
  return failure instanceof SlipwayError && codes.includes(failure.code);
}

/** The worst of what happened: other bytes, then too many, then none. */
function notFound({ entry, component, uris }: LookasideRequest, failures: readonly SlipwayError[]): SlipwayError {
  const worst = failures.find(({ code }) => code !== 'UPSTREAM_NETWORK') ?? failures.at(-1);
  if (worst !== undefined && (failures.length === 1 || worst.code !== 'UPSTREAM_NETWORK')) {
    return worst;
  }
  const reasons = failures.map(({ message }) => message).join('; ');
  const message = `Cannot fetch ${entry.filename} of ${component} from ${uris.length} places: ${reasons}`;
  return new SlipwayError('UPSTREAM_NETWORK', message, {
    hint: 'check the network, lookaside-base-uri and the origin of the file, and run the same command again',
    cause: worst,
  });
}
