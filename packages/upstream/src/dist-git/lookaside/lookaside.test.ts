import assert from 'node:assert/strict';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Store, sha256 } from '@slipway/core';
import { type Loopback, type Mishap, serveFiles } from '../../testing/loopback.ts';
import { now, temporaryDirectory } from '../../testing/upstream-fixture.ts';
import type { UpstreamOptions } from '../upstream-options.ts';
import { type HashType, startHash } from './hash-type.ts';
import { Lookaside, type LookasideRequest } from './lookaside.ts';
import { sourceUris } from './source-uris.ts';

const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index) % 251));
const template = '/repo/$pkg/$filename/$hashtype/$hash/$filename';
const filename = 'demo+x-1.0 (a).tar.xz';

interface Fixture {
  readonly directory: string;
  readonly server: Loopback;
  readonly files: Map<string, Uint8Array>;
  readonly store: Store;
  readonly waits: number[];
  run(changes?: Partial<UpstreamOptions>, limitBytes?: number): Lookaside;
  wanted(hashType: HashType, changes?: Partial<LookasideRequest>): LookasideRequest;
}

async function open(t: TestContext): Promise<Fixture> {
  const directory = temporaryDirectory(t);
  const files = new Map<string, Uint8Array>();
  const server = await serveFiles(files);
  t.after(() => server.close());
  const store = new Store(join(directory, 'store'));
  const waits: number[] = [];
  const options: UpstreamOptions = {
    ...{ cacheDirectory: join(directory, 'cache'), store, code: sha256('test'), now, offline: false },
    ...{ timeoutSeconds: 20, retries: 3, concurrency: 4 },
    async wait(seconds) {
      waits.push(seconds);
      await sleep(0);
    },
  };
  return {
    ...{ directory, server, files, store, waits },
    run: (changes, limitBytes) => new Lookaside({ ...options, ...changes }, limitBytes),
    wanted: (hashType, changes) => {
      const entry = { filename, hashType, hash: startHash(hashType).update(content).digest('hex') };
      const uris = sourceUris(entry, { pkg: 'demo', lookaside: server.url + template });
      return { entry, component: 'demo', uris, ...changes };
    },
  };
}

function serve({ files }: Fixture, { entry }: LookasideRequest, bytes: Uint8Array = content): void {
  const directory = `repo/demo/${entry.filename}/${entry.hashType.toLowerCase()}/${entry.hash}`;
  files.set(`${directory}/${entry.filename}`, bytes);
}

function first(mishap: Mishap, times: number): Loopback['mishap'] {
  let left = times;
  return () => (left-- > 0 ? mishap : undefined);
}

for (const hashType of ['SHA512', 'SHA256', 'MD5'] as const) {
  test(`a file that is announced by its ${hashType} is fetched once, and then had offline`, async (t) => {
    const fixture = await open(t);
    const wanted = fixture.wanted(hashType);
    serve(fixture, wanted);
    const found = await fixture.run().fetch(wanted);

    assert.deepEqual(found, { digest: sha256(content), sizeBytes: content.length });
    assert.deepEqual(await fixture.store.read(found.digest), content);
    assert.deepEqual(await fixture.run({ offline: true }).fetch(wanted), found);
    assert.equal(fixture.server.requests.length, 1);
  });
}

test('wrong bytes are refused, and nothing of them is kept', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  for (const wrong of [
    Buffer.alloc(content.length),
    content.subarray(1),
    Buffer.concat([content, content]),
    Buffer.alloc(0),
  ]) {
    serve(fixture, wanted, wrong);
    await assert.rejects(fixture.run().fetch(wanted), { code: 'UPSTREAM_DIGEST_MISMATCH' });
  }
  const left = readdirSync(fixture.directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  assert.deepEqual(
    left.map(({ name }) => name),
    [],
  );
  assert.deepEqual(fixture.waits, []);
  await assert.rejects(fixture.run({ offline: true }).fetch(wanted), { code: 'UPSTREAM_OFFLINE' });
});

test('a download that breaks off continues where it was', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  serve(fixture, wanted);
  fixture.server.mishap = first({ kind: 'cut', afterBytes: 100_000 }, 2);
  const { digest } = await fixture.run().fetch(wanted);

  assert.equal(digest, sha256(content));
  const ranges = fixture.server.requests.map(({ range }) => range);
  assert.deepEqual(ranges, [undefined, 'bytes=100000-', 'bytes=200000-']);
  assert.deepEqual(fixture.waits, [2, 4]);
});

test('a server without ranges sends again, and what came before is not taken twice', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  serve(fixture, wanted);
  fixture.server.hasRanges = false;
  fixture.server.mishap = first({ kind: 'cut', afterBytes: 100_000 }, 1);

  assert.equal((await fixture.run().fetch(wanted)).digest, sha256(content));
  assert.equal(fixture.server.requests.length, 2);
});

test('a part of an older file and the rest of a newer one are not taken for one file', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  serve(fixture, wanted, Buffer.alloc(content.length));
  const path = [...fixture.files.keys()][0] as string;
  let asked = 0;
  fixture.server.mishap = () => {
    asked++;
    if (asked === 2) {
      fixture.files.set(path, content);
    }
    return asked === 1 ? { kind: 'cut', afterBytes: 50_000 } : undefined;
  };

  assert.equal((await fixture.run().fetch(wanted)).digest, sha256(content));
  assert.deepEqual(
    fixture.server.requests.map(({ range }) => range),
    [undefined, 'bytes=50000-', undefined],
  );
});

test('a connection that ends right before the end is enough', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  serve(fixture, wanted);
  fixture.server.mishap = first({ kind: 'cut', afterBytes: content.length - 1 }, 1);

  assert.equal((await fixture.run().fetch(wanted)).digest, sha256(content));
});

test('servers that fail are tried again, those that refuse are not', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  serve(fixture, wanted);
  fixture.server.mishap = first({ kind: 'status', status: 503 }, 3);
  await fixture.run().fetch(wanted);
  assert.deepEqual(fixture.waits, [2, 4, 8]);

  const other = fixture.wanted('MD5');
  await assert.rejects(fixture.run().fetch(other), /the server answered 404/);
  assert.equal(fixture.waits.length, 3);
});

test('a server that hangs is given up after the time-out', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  serve(fixture, wanted);
  fixture.server.mishap = () => ({ kind: 'hang' });

  await assert.rejects(
    fixture.run({ timeoutSeconds: 0.3, retries: 1 }).fetch(wanted),
    /nothing came for 0\.3 seconds \(2 attempts\)/,
  );
});

test('an interrupted run says so at once, and keeps nothing', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  serve(fixture, wanted);
  fixture.server.mishap = () => ({ kind: 'hang' });
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(), 100);

  await assert.rejects(fixture.run({ signal: interrupt.signal }).fetch(wanted), { code: 'CORE_CANCELLED' });
  assert.deepEqual(readdirSync(join(fixture.directory, 'store/incoming')), []);
});

test('more bytes than are accepted are an error, and nothing of them is kept', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  serve(fixture, wanted);

  await assert.rejects(fixture.run({}, 1000).fetch(wanted), { code: 'UPSTREAM_TOO_LARGE' });
  assert.equal(existsSync(join(fixture.directory, 'store/sha256')), false);
});

test('an origin is asked when the lookaside cache has not the file, unless origins are disabled', async (t) => {
  const fixture = await open(t);
  const { entry } = fixture.wanted('SHA512');
  fixture.files.set('pub/demo.tar', content);
  const places = {
    pkg: 'demo',
    lookaside: fixture.server.url + template,
    origin: `${fixture.server.url}/pub/demo.tar`,
  };
  const fetch = (disableOrigins: boolean) =>
    fixture.run().fetch({ entry, component: 'demo', uris: sourceUris(entry, { ...places, disableOrigins }) });

  await assert.rejects(fetch(true), { code: 'UPSTREAM_NETWORK' });
  fixture.files.set('pub/demo.tar', Buffer.from('other'));
  await assert.rejects(fetch(false), { code: 'UPSTREAM_DIGEST_MISMATCH' });
  fixture.files.set('pub/demo.tar', content);
  assert.equal((await fetch(false)).digest, sha256(content));
});

test('the same file that many want at once is fetched once', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  serve(fixture, wanted);
  const run = fixture.run();
  await Promise.all([1, 2, 3, 4].map(() => run.fetch(wanted)));

  assert.equal(fixture.server.requests.length, 1);
});

test('an object that left the store is fetched again', async (t) => {
  const fixture = await open(t);
  const wanted = fixture.wanted('SHA512');
  serve(fixture, wanted);
  await fixture.run().fetch(wanted);
  rmSync(join(fixture.directory, 'store'), { recursive: true });

  assert.equal((await fixture.run().fetch(wanted)).digest, sha256(content));
  assert.deepEqual(await fixture.store.read(sha256(content)), content);
});

test('addresses without a place or that are not http are refused', () => {
  const entry = { filename: 'a', hashType: 'MD5', hash: '0'.repeat(32) } as const;
  for (const places of [
    {},
    { lookaside: 'file:///etc/$filename' },
    { origin: 'ftp://example.org/a' },
    { origin: 'x' },
  ]) {
    assert.throws(() => sourceUris(entry, { pkg: 'demo', ...places }), { code: 'UPSTREAM_BAD_ADDRESS' });
  }
});
