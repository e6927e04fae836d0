import { Worker } from 'node:worker_threads';
import { SlipwayError } from '@slipway/core';
import { type Batch, type DescribedBatch, describeBatch } from './describe-batch.ts';

/** What a thread has waiting beside the batch it works on, so that it never waits itself. */
const queuedPerWorker = 2;

/**
 * Describes batches on `workers` threads (with 1: on this one) and gives the results in the order of the batches.
 * Memory: a few batches for each thread.
 */
export async function* describePackages(batches: readonly Batch[], workers: number): AsyncGenerator<DescribedBatch> {
  if (workers <= 1 || batches.length <= 1) {
    for (const batch of batches) {
      yield await describeBatch(batch);
    }
    return;
  }
  const threads = Array.from({ length: Math.min(workers, batches.length) }, () => new DescribeThread());
  const results: Promise<DescribedBatch>[] = [];
  try {
    for (let next = 0; next < batches.length; next++) {
      while (results.length < batches.length && results.length < next + threads.length * queuedPerWorker) {
        const result = leastBusy(threads).describe(batches[results.length] as Batch);
        result.catch(() => {}); // it is awaited in its turn
        results.push(result);
      }
      const result = await (results[next] as Promise<DescribedBatch>);
      delete results[next];
      yield result;
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}

function leastBusy(threads: readonly DescribeThread[]): DescribeThread {
  return threads.reduce((least, thread) => (thread.waiting < least.waiting ? thread : least));
}

interface Waiting {
  readonly resolve: (described: DescribedBatch) => void;
  readonly reject: (reason: Error) => void;
}

/** One thread; it answers in the order of the questions. */
class DescribeThread {
  readonly #worker = new Worker(new URL('describe-worker.ts', import.meta.url));
  readonly #waiting: Waiting[] = [];

  constructor() {
    this.#worker.on('message', (described: DescribedBatch) => this.#waiting.shift()?.resolve(described));
    this.#worker.on('error', (cause) => this.#fail(cause));
    this.#worker.on('exit', () => this.#fail(undefined));
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  describe(batch: Batch): Promise<DescribedBatch> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(batch);
    });
  }

  #fail(cause: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) {
      reject(new SlipwayError('CORE_BUG', 'a thread that describes packages ended', { cause }));
    }
  }

  async close(): Promise<void> {
    this.#waiting.length = 0;
    await this.#worker.terminate();
  }
}
