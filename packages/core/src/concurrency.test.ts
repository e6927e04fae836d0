import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { mapConcurrently } from './concurrency.ts';

test('results keep the order of the items, and no more than the limit run at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 12 }), fc.integer({ min: 1, max: 5 }), async (delays, limit) => {
      let running = 0;
      let most = 0;
      const results = await mapConcurrently(delays, limit, async (delay, index) => {
        most = Math.max(most, ++running);
        await setTimeout(delay);
        running--;
        return [index, delay];
      });
      assert.deepEqual(
        results,
        delays.map((delay, index) => [index, delay]),
      );
      assert.equal(most, Math.min(limit, delays.length));
    }),
    { numRuns: 30 },
  );
});

test('the first failure stops new work, waits for what runs, and is thrown', async () => {
  const started: number[] = [];
  const ended: number[] = [];
  const work = mapConcurrently([0, 1, 2, 3, 4], 2, async (item) => {
    started.push(item);
    await setTimeout(item === 1 ? 1 : 20);
    ended.push(item);
    if (item === 1) {
      throw new Error('one');
    }
  });
  await assert.rejects(work, /one/);
  assert.deepEqual(started, [0, 1]);
  assert.deepEqual(ended, [1, 0]);
});

test('a signal stops new work, waits for what runs, and is thrown', async () => {
  const interrupt = new AbortController();
  const ended: number[] = [];
  const work = mapConcurrently(
    [0, 1, 2, 3],
    2,
    async (item) => {
      if (item === 1) {
        interrupt.abort();
      }
      await setTimeout(5);
      ended.push(item);
    },
    interrupt.signal,
  );
  await assert.rejects(work, { code: 'CORE_CANCELLED' });
  assert.deepEqual(ended, [0, 1]);
});
