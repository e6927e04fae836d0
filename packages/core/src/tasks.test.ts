import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Digest, sha256 } from './digest.ts';
import { Store } from './store.ts';
import { TaskCache, type TaskSpec } from './tasks.ts';

interface Made {
  readonly object: Digest;
}

function newCache(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-tasks-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const store = new Store(join(directory, 'store'));
  const tasks = join(directory, 'tasks');
  return { store, tasks, cache: new TaskCache(tasks, store), open: () => new TaskCache(tasks, store) };
}

function spec(changes: Partial<TaskSpec<Made>> = {}): TaskSpec<Made> {
  return {
    kind: 'make',
    name: 'x',
    inputs: { a: 1 },
    code: sha256('code'),
    objects: (made) => [made.object],
    ...changes,
  };
}

/** Work that says how often it ran. */
function counted(store: Store, text = 'made') {
  const work = async (): Promise<Made> => {
    work.runs++;
    return { object: (await store.put(text)).digest };
  };
  work.runs = 0;
  return work;
}

test('the same inputs and code are worked on once, also by the next program', async (t) => {
  const { store, cache, open } = newCache(t);
  const work = counted(store);
  const first = await cache.run(spec(), work);
  const second = await open().run(spec({ name: 'another name' }), work);
  assert.deepEqual([first.cached, second.cached, work.runs], [false, true, 1]);
  assert.deepEqual(second.value, first.value);
  assert.equal(second.key, first.key);
});

test('other inputs, code or kind are other work; the order of members is not', async (t) => {
  const { store, cache } = newCache(t);
  const work = counted(store);
  await cache.run(spec({ inputs: { a: 1, b: [2] } }), work);
  assert.equal((await cache.run(spec({ inputs: { b: [2], a: 1 } }), work)).cached, true);
  for (const other of [{ inputs: { a: 1, b: [3] } }, { code: sha256('new code') }, { kind: 'other' }]) {
    assert.equal((await cache.run(spec({ inputs: { a: 1, b: [2] }, ...other }), work)).cached, false);
  }
  assert.equal(work.runs, 4);
});

test('a result whose object is gone is made again', async (t) => {
  const { store, cache } = newCache(t);
  const work = counted(store);
  const { value } = await cache.run(spec(), work);
  rmSync(store.path(value.object));
  assert.equal((await cache.run(spec(), work)).cached, false);
  assert.equal((await cache.run(spec(), work)).cached, true);
  assert.equal(work.runs, 2);
});

test('a result that says it is not intact is made again', async (t) => {
  const { store, cache } = newCache(t);
  const work = counted(store);
  let intact = false;
  const task = spec({ isIntact: async () => intact });
  await cache.run(task, work);
  assert.equal((await cache.run(task, work)).cached, false);
  intact = true;
  assert.equal((await cache.run(task, work)).cached, true);
});

test('equal tasks that are under way at once run once', async (t) => {
  const { store, cache } = newCache(t);
  const work = counted(store);
  const results = await Promise.all(Array.from({ length: 5 }, () => cache.run(spec(), work)));
  assert.equal(work.runs, 1);
  assert.equal(new Set(results.map(({ value }) => value.object)).size, 1);
});

test('failed work is not remembered', async (t) => {
  const { store, cache } = newCache(t);
  const failing = () => Promise.reject(new Error('no'));
  await assert.rejects(cache.run(spec(), failing), /no/);
  const work = counted(store);
  assert.equal((await cache.run(spec(), work)).cached, false);
});

test('a damaged record is no record', async (t) => {
  const { store, tasks, cache } = newCache(t);
  const work = counted(store);
  await cache.run(spec(), work);
  const record = join(tasks, 'make', readdirSync(join(tasks, 'make'))[0] as string);
  for (const damage of ['', '{', '{"result":{"obj', '\0\0\0']) {
    writeFileSync(record, damage);
    assert.equal((await cache.run(spec(), work)).cached, false, JSON.stringify(damage));
  }
});
