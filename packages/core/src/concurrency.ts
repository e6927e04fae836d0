import { SlipwayError } from './slipway-error.ts';

/**
 * Maps `items` with at most `limit` calls under way, in order of the items; results keep that order.
 * The first failure stops new calls, waits for those under way, and is thrown. So does `signal`, with `CORE_CANCELLED`.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  map: (item: T, index: number) => Promise<R>,
  signal?: AbortSignal,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const failures: unknown[] = [];
  let next = 0;
  async function lane(): Promise<void> {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        throwIfCancelled(signal);
        results[index] = await map(items[index] as T, index);
      } catch (failure) {
        failures.push(failure);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  if (failures.length > 0) {
    throw failures[0];
  }
  return results;
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) {
    throw new SlipwayError('CORE_CANCELLED', 'Cannot finish: the run was interrupted', {
      hint: 'run the same command again: it continues',
    });
  }
}
