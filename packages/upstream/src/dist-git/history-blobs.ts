import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { type Digest, SlipwayError, type Store, type TaskCache } from '@slipway/core';
import { objectId } from './git/git-object.ts';
import type { UpstreamCommit } from './read-history.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Versions of a spec that are read and remembered together. */
const chunkBlobs = 64;
/** Chunks in memory; neighbours may lie in two. */
const loadedChunks = 2;
/** A spec of 536 KB, the largest of Azure Linux, in 64 versions has 34 MB. */
const chunkLimitBytes = 1 << 28;

export interface HistoryBlobsOptions {
  readonly commits: readonly UpstreamCommit[];
  readonly store: Store;
  readonly tasks: TaskCache;
  readonly code: Digest;
  /** Reads blobs of the repository, in order; `all` are those that will be asked for sooner or later. */
  readonly readBlobs: (ids: readonly string[], all: readonly string[]) => Promise<readonly Buffer[]>;
}

interface StoredChunk {
  readonly digest: Digest;
  readonly sizes: readonly number[];
}

/**
 * The specs and changelogs of a history. They are read in chunks of neighbours and kept compressed: versions of one
 * file differ little. Chunks are counted from the oldest commit, so a longer history has the same chunks and more.
 */
export class HistoryBlobs {
  readonly #options: HistoryBlobsOptions;
  readonly #ids: readonly string[];
  readonly #chunkOf: ReadonlyMap<string, number>;
  /** The chunks that were asked for last, the latest at the end. */
  readonly #loaded = new Map<number, Promise<ReadonlyMap<string, Buffer>>>();

  constructor(options: HistoryBlobsOptions) {
    this.#options = options;
    const oldestFirst = options.commits.toReversed();
    this.#ids = [
      ...new Set(oldestFirst.flatMap(({ spec, changelog }) => [spec, changelog].filter((id) => id !== undefined))),
    ];
    this.#chunkOf = new Map(this.#ids.map((id, index) => [id, Math.floor(index / chunkBlobs)]));
  }

  /** The bytes of a spec or changelog that a commit of the history names; other ids are `CORE_BUG`. */
  async read(id: string): Promise<Buffer> {
    const index = this.#chunkOf.get(id);
    if (index === undefined) {
      throw new SlipwayError('CORE_BUG', `${id} is no spec or changelog of this history`);
    }
    const blobs = this.#loaded.get(index) ?? this.#load(index);
    this.#loaded.delete(index);
    this.#loaded.set(index, blobs);
    const [oldest] = this.#loaded.keys();
    if (oldest !== undefined && this.#loaded.size > loadedChunks) {
      this.#loaded.delete(oldest);
    }
    try {
      return (await blobs).get(id) as Buffer;
    } catch (failure) {
      this.#loaded.delete(index);
      throw failure;
    }
  }

  async #load(index: number): Promise<ReadonlyMap<string, Buffer>> {
    const { store, tasks, code } = this.#options;
    const ids = this.#ids.slice(index * chunkBlobs, (index + 1) * chunkBlobs);
    const { value } = await tasks.run<StoredChunk>(
      { kind: 'upstream-blobs', name: ids[0] ?? '', inputs: ids, code, objects: ({ digest }) => [digest] },
      () => this.#keep(ids),
    );
    const bytes = await decompress(await store.read(value.digest), { maxOutputLength: chunkLimitBytes });
    return split(ids, value.sizes, bytes, value.digest);
  }

  async #keep(ids: readonly string[]): Promise<StoredChunk> {
    const blobs = await this.#options.readBlobs(ids, this.#ids);
    const { digest } = await this.#options.store.put(await compress(Buffer.concat(blobs)));
    return { digest, sizes: blobs.map(({ length }) => length) };
  }
}

function split(
  ids: readonly string[],
  sizes: readonly number[],
  bytes: Buffer,
  digest: Digest,
): ReadonlyMap<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  let position = 0;
  for (const [index, id] of ids.entries()) {
    const blob = bytes.subarray(position, position + (sizes[index] ?? 0));
    if (objectId('blob', blob) !== id) {
      throw new SlipwayError('CORE_STORE_CORRUPT', `Cannot use ${digest}: the stored bytes changed`, {
        hint: 'remove the damaged object from the store and run the command again; check the disk',
      });
    }
    blobs.set(id, blob);
    position += blob.length;
  }
  return blobs;
}
