import { SlipwayError } from '@slipway/core';
import type { UpstreamOptions } from './upstream-options.ts';

const firstWaitSeconds = 2;
const longestWaitSeconds = 30;

/**
 * Repeats `work` while it throws `UPSTREAM_NETWORK` without `data.final`. The last failure is thrown with the number of
 * attempts.
 */
export async function withRetries<T>(
  { retries, wait, signal }: Pick<UpstreamOptions, 'retries' | 'wait' | 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (failure) {
      if (!isTransient(failure) || signal?.aborted === true) {
        throw failure;
      }
      if (attempt === retries) {
        throw afterAttempts(failure, attempt + 1);
      }
    }
    await wait(retryWaitSeconds(attempt + 1));
  }
}

/** Before the attempt that follows `failures` failures: 2 seconds, then double, at most 30. */
export function retryWaitSeconds(failures: number): number {
  return Math.min(firstWaitSeconds * 2 ** (failures - 1), longestWaitSeconds);
}

/** Whether trying again may help. */
export function isTransient(failure: unknown): failure is SlipwayError {
  return failure instanceof SlipwayError && failure.code === 'UPSTREAM_NETWORK' && failure.data?.['final'] !== true;
}

/** The last failure, with the number of attempts. */
export function afterAttempts(failure: SlipwayError, attempts: number): SlipwayError {
  return new SlipwayError('UPSTREAM_NETWORK', `${failure.message} (${attempts} attempts)`, {
    hint: failure.hint ?? 'check the network and run the same command again',
    data: { ...failure.data, attempts },
    cause: failure,
  });
}
