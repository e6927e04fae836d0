import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { temporaryDirectory } from '../../testing/upstream-fixture.ts';
import { RepositoryLock } from './repository-lock.ts';

test('work under one lock never overlaps, whoever holds it, and a failure frees it', async (t) => {
  const path = join(temporaryDirectory(t), 'deep/lock');
  const options = { path, wait: () => sleep(1), patienceSeconds: 1000 };
  const locks = [new RepositoryLock(options), new RepositoryLock(options)];
  let inside = 0;
  const work = async (index: number) => {
    assert.equal(++inside, 1);
    assert.ok(existsSync(path));
    await sleep(2);
    inside--;
    if (index % 3 === 0) {
      throw new Error(`work ${index}`);
    }
    return index;
  };
  const results = await Promise.allSettled(
    Array.from({ length: 12 }, (_, index) => (locks[index % 2] as RepositoryLock).run(() => work(index))),
  );

  assert.deepEqual(
    results.map((result) => (result.status === 'fulfilled' ? result.value : (result.reason as Error).message)),
    Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? `work ${index}` : index)),
  );
  assert.equal(existsSync(path), false);
});

test('patience ends', async (t) => {
  const path = join(temporaryDirectory(t), 'lock');
  const waits: number[] = [];
  const wait = async (seconds: number) => void waits.push(seconds);
  const impatient = new RepositoryLock({ path, wait, patienceSeconds: 0.5 });
  const holder = new RepositoryLock({ path, wait, patienceSeconds: 0.5 });

  await holder.run(() =>
    assert.rejects(
      impatient.run(async () => {}),
      { code: 'CORE_BUSY' },
    ),
  );
  assert.equal(waits.length, 5);
  assert.equal(await impatient.run(async () => 'free'), 'free');
});
