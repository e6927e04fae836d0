import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type Digest, sha256 } from './digest.ts';
import { Store } from './store.ts';

function newStore(t: TestContext): { store: Store; directory: string } {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-store-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return { store: new Store(join(directory, 'store')), directory };
}

function filesBelow(directory: string): string[] {
  const entries = existsSync(directory) ? readdirSync(directory, { recursive: true, withFileTypes: true }) : [];
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function* chunks(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) {
    yield Buffer.from(text);
  }
}

test('what is put comes back under its digest', async (t) => {
  const { store } = newStore(t);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array(), { maxLength: 4 }), async (parts) => {
      const whole = Buffer.concat(parts);
      const stored = await store.put(parts);
      assert.deepEqual(stored, { digest: sha256(whole), sizeBytes: whole.length });
      assert.ok((await store.read(stored.digest)).equals(whole));
      assert.equal(await store.sizeBytes(stored.digest), whole.length);
      const streamed: Uint8Array[] = [];
      for await (const chunk of store.stream(stored.digest)) {
        streamed.push(chunk);
      }
      assert.ok(Buffer.concat(streamed).equals(whole));
    }),
    { numRuns: 20 },
  );
});

test('other bytes than expected are refused, and nothing is kept', async (t) => {
  const { store, directory } = newStore(t);
  const wrong = sha256('other');
  await assert.rejects(store.put('text', wrong, 'the download'), (error: Error) => {
    assert.match(error.message, /the download/);
    return (error as { code?: string }).code === 'CORE_DIGEST_MISMATCH';
  });
  const source = join(directory, 'source');
  writeFileSync(source, 'text');
  await assert.rejects(store.putFile(source, wrong, true), { code: 'CORE_DIGEST_MISMATCH' });
  assert.deepEqual(filesBelow(store.root), []);
  assert.equal(readFileSync(source, 'utf8'), 'text');
});

test('a content that breaks off leaves nothing', async (t) => {
  const { store } = newStore(t);
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('half');
    throw new Error('connection lost');
  }
  await assert.rejects(store.put(broken()), { code: 'CORE_FILE_ACCESS' });
  assert.deepEqual(filesBelow(store.root), []);
});

test('many may put the same content at once', async (t) => {
  const { store } = newStore(t);
  const digests = await Promise.all(Array.from({ length: 20 }, () => store.put(chunks('a', 'b', 'c'))));
  assert.deepEqual(new Set(digests.map(({ digest }) => digest)), new Set([sha256('abc')]));
  assert.deepEqual(filesBelow(store.root), [sha256('abc')]);
});

test('a file is copied or moved in', async (t) => {
  const { store, directory } = newStore(t);
  const source = join(directory, 'source');
  writeFileSync(source, 'text');
  assert.equal((await store.putFile(source)).digest, sha256('text'));
  assert.ok(existsSync(source));
  await store.putFile(source, sha256('text'), true);
  assert.ok(!existsSync(source));
  assert.equal((await store.read(sha256('text'))).toString(), 'text');
});

test('verifying finds and removes an object that the disk changed', async (t) => {
  const { store } = newStore(t);
  const { digest } = await store.put('text');
  await store.verify(digest);
  writeFileSync(store.path(digest), 'tex7');
  await assert.rejects(store.verify(digest), { code: 'CORE_STORE_CORRUPT', kind: 'integrity' });
  assert.equal(await store.has(digest), false);
});

test('what is not there is said to be missing', async (t) => {
  const { store } = newStore(t);
  const digest = sha256('nothing');
  assert.equal(await store.has(digest), false);
  await assert.rejects(store.sizeBytes(digest), { code: 'CORE_FILE_ACCESS' });
  await assert.rejects(store.read(digest), { code: 'CORE_FILE_ACCESS' });
  const listed: Digest[] = [];
  for await (const each of store.list()) {
    listed.push(each);
  }
  assert.deepEqual(listed, []);
});

test('objects are listed in the order of their digests', async (t) => {
  const { store } = newStore(t);
  const put = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((text) => store.put(text)));
  const listed: Digest[] = [];
  for await (const each of store.list()) {
    listed.push(each);
  }
  assert.deepEqual(listed, put.map(({ digest }) => digest).sort());
});

test('an object is linked to a place, with its bytes', async (t) => {
  const { store, directory } = newStore(t);
  const { digest } = await store.put('text');
  const target = join(directory, 'deep/er/file');
  await store.linkTo(digest, target);
  assert.equal(readFileSync(target, 'utf8'), 'text');
  assert.equal(statSync(target).ino, statSync(store.path(digest)).ino);
});

test('a copy of an object can be changed, and the object stays', async (t) => {
  const { store, directory } = newStore(t);
  const { digest } = await store.put('text');
  const target = join(directory, 'copy');
  await store.copyTo(digest, target);
  writeFileSync(target, 'mine');
  assert.equal(String(await store.read(digest)), 'text');
  await assert.rejects(store.copyTo(digest, target), { code: 'CORE_FILE_ACCESS' });
});
