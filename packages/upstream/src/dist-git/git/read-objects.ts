import { SlipwayError } from '@slipway/core';
import { damaged, type GitObject, type GitObjectSize, parseObjects } from './git-object.ts';

export interface ObjectLimits {
  /** Of one object. */
  readonly objectBytes: number;
  /** Of all together, as far as they differ. */
  readonly totalBytes: number;
  /** What is being read, for messages. */
  readonly what: string;
}

/** Asks the repository; `read` gives the output of `git cat-file --batch`. */
export interface ObjectSource {
  readonly sizes: (ids: readonly string[]) => Promise<readonly (GitObjectSize | undefined)[]>;
  readonly read: (ids: readonly string[]) => Promise<Buffer>;
}

/** Objects that are in memory together. */
const batchBytes = 16 << 20;
const batchObjects = 10_000;

/** Reads objects in order of `ids`, a bounded number of bytes at once. */
export async function* readObjects(
  ids: readonly string[],
  limits: ObjectLimits,
  source: ObjectSource,
): AsyncGenerator<GitObject> {
  const sizes = await source.sizes(ids);
  checkSizes(ids, sizes, limits);
  for (const batch of batches(sizes as readonly GitObjectSize[])) {
    const objects = parseObjects(await source.read(batch));
    if (objects.length !== batch.length || objects.some(({ id }, index) => id !== batch[index])) {
      throw damaged('git cat-file gives other objects than it was asked for');
    }
    yield* objects;
  }
}

function checkSizes(
  ids: readonly string[],
  sizes: readonly (GitObjectSize | undefined)[],
  { objectBytes, totalBytes, what }: ObjectLimits,
): void {
  let total = 0;
  for (const [index, entry] of sizes.entries()) {
    if (entry === undefined) {
      throw damaged(`${ids[index]} is missing`);
    }
    total += entry.sizeBytes;
    if (entry.sizeBytes > objectBytes || total > totalBytes) {
      const limit = entry.sizeBytes > objectBytes ? `an object of more than ${objectBytes}` : `more than ${totalBytes}`;
      throw new SlipwayError('UPSTREAM_TOO_LARGE', `Cannot read ${what}: it has ${limit} bytes`, {
        hint: 'archives belong into the lookaside cache, not into dist-git',
      });
    }
  }
}

function* batches(sizes: readonly GitObjectSize[]): Generator<string[]> {
  let batch: string[] = [];
  let bytes = 0;
  for (const { id, sizeBytes } of sizes) {
    if (batch.length > 0 && (bytes + sizeBytes > batchBytes || batch.length === batchObjects)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(id);
    bytes += sizeBytes;
  }
  if (batch.length > 0) {
    yield batch;
  }
}
