import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ProgressEvent, SlipwayError, Store, silentProgress } from '@slipway/core';
import { generateSigningKey } from '@slipway/trust';
import { buildArchive } from '../testing/debian-archive.ts';
import { serveFiles } from '../testing/loopback.ts';
import { download } from './download.ts';
import { downloadSource } from './download-source.ts';
import { fetchIndexes } from './fetch-indexes.ts';
import { planClosure } from './plan-closure.ts';
import { type AptArchive, prepareApt } from './prepare-apt.ts';
import { readIndex } from './read-index.ts';

const skip = spawnSync('apt-get', ['--version']).status === 0 ? false : 'apt is not installed';
const now = Math.floor(Date.now() / 1000);
const keyRequest = { userId: 'Test Archive', created: now - 7200, algorithm: 'rsa4096' as const };
const key = skip === false ? await generateSigningKey(keyRequest) : undefined;

interface Bench {
  readonly archive: AptArchive;
  readonly files: Map<string, Buffer>;
  readonly store: Store;
  readonly requests: readonly { readonly path: string }[];
}

async function withArchive(
  work: (bench: Bench) => Promise<void>,
  { validUntil = now + 3600, allowExpired = '', signer = key } = {},
): Promise<void> {
  assert.ok(key !== undefined && signer !== undefined);
  const root = await mkdtemp(join(tmpdir(), 'slipway-apt-'));
  const { files } = await buildArchive({ key: signer, date: now - 3600, validUntil });
  const server = await serveFiles(files);
  try {
    await mkdir(join(root, 'sources'));
    await writeFile(join(root, 'debian-archive-test.gpg'), key.publicKey.bytes);
    const text = `Types: deb\nURIs: ${server.url}\nSuites: bookworm bookworm-updates\nComponents: main\nSigned-By: ${root}/debian-archive-test.gpg\n`;
    await writeFile(join(root, 'sources', 'debian.sources'), text);
    const archive = await prepareApt({
      ...{ stateDirectory: join(root, 'state'), suite: 'bookworm', components: ['main'], architecture: 'amd64' },
      machineSources: [join(root, 'sources')],
      ...(allowExpired === '' ? {} : { allowExpired: { reason: allowExpired } }),
    });
    await work({ archive, files, store: new Store(join(root, 'store')), requests: server.requests });
  } finally {
    await server.close();
    await rm(root, { recursive: true, force: true });
  }
}

async function refusal(work: Promise<unknown>): Promise<SlipwayError> {
  try {
    await work;
  } catch (failure) {
    assert.ok(failure instanceof SlipwayError, String(failure));
    return failure;
  }
  throw new Error('it succeeded');
}

test('a closure is planned, fetched once and verified', { skip }, async () => {
  await withArchive(async ({ archive, store, requests }) => {
    const state = await fetchIndexes(archive, now);
    assert.equal(state.expired, undefined);
    assert.equal(state.date, now - 3600);
    const index = await readIndex(archive);
    const chosen = await planClosure(archive, index, [['app'], ['lib']]);
    assert.deepEqual(
      chosen.map(({ name, version }) => `${name}=${version}`),
      ['app=1:1.0+x-1', 'lib=2.0-1'],
    );
    const events: ProgressEvent[] = [];
    await download(archive, chosen, { store, progress: (event) => events.push(event) });
    assert.deepEqual(await Promise.all(chosen.map(({ digest }) => store.has(digest))), [true, true]);
    const total = chosen.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const last = events.at(-1);
    assert.ok(last?.type === 'advance' && last.done === total && last.total === total && last.unit === 'bytes');
    const before = requests.length;
    await download(archive, chosen, { store, progress: silentProgress });
    assert.equal(requests.length, before);
  });
});

test('source packages come with all their files', { skip }, async () => {
  await withArchive(async ({ archive, store }) => {
    await fetchIndexes(archive, now);
    const source = await downloadSource(archive, { name: 'app' }, store);
    assert.deepEqual(
      source.files.map(({ name }) => name),
      ['app_1.0.dsc'],
    );
    assert.equal(await store.has(source.files[0]?.digest ?? ('' as never)), true);
    const unknown = await refusal(downloadSource(archive, { name: 'apps' }, store));
    assert.equal(unknown.code, 'UPSTREAM_UNKNOWN_PACKAGE');
  });
});

test('unknown packages are refused with the nearest names, broken ones with the reason', { skip }, async () => {
  await withArchive(async ({ archive }) => {
    await fetchIndexes(archive, now);
    const index = await readIndex(archive);
    const unknown = await refusal(planClosure(archive, index, [['ap']]));
    assert.equal(unknown.code, 'UPSTREAM_UNKNOWN_PACKAGE');
    assert.match(unknown.hint ?? '', /app/);
    const broken = await refusal(planClosure(archive, index, [['broken']]));
    assert.equal(broken.code, 'UPSTREAM_NO_CLOSURE');
    assert.match(broken.message, /broken : Depends: missing/);
  });
});

test('an expired index is refused unless it is allowed with a reason', { skip }, async () => {
  const validUntil = now - 60;
  await withArchive(
    async ({ archive }) => {
      assert.equal((await refusal(fetchIndexes(archive, now))).code, 'UPSTREAM_INDEX_EXPIRED');
    },
    { validUntil },
  );
  await withArchive(
    async ({ archive }) => {
      assert.deepEqual((await fetchIndexes(archive, now)).expired, { since: validUntil, reason: 'frozen' });
    },
    { validUntil, allowExpired: 'frozen' },
  );
});

test('an interrupted download continues within files', { skip }, async () => {
  await withArchive(async ({ archive, files, store, requests }) => {
    await fetchIndexes(archive, now);
    const chosen = await planClosure(archive, await readIndex(archive), [['app']]);
    const directory = join(archive.workDirectory, 'pool');
    await mkdir(directory, { recursive: true });
    for (const { name, digest, poolPath } of chosen) {
      const content = files.get(poolPath) ?? Buffer.alloc(0);
      await writeFile(join(directory, digest), name === 'app' ? content : content.subarray(0, 300));
    }
    await download(archive, chosen, { store, progress: silentProgress });
    assert.deepEqual(await Promise.all(chosen.map(({ digest }) => store.has(digest))), [true, true]);
    const fetched = requests.filter(({ path }) => path.startsWith('pool/'));
    assert.deepEqual(fetched, [{ path: 'pool/main/lib_2.0-1_amd64.deb', range: 'bytes=300-' }]);
  });
});

test('a mirror that lies about a package is named and the store stays whole', { skip }, async () => {
  await withArchive(async ({ archive, files, store }) => {
    await fetchIndexes(archive, now);
    const chosen = await planClosure(archive, await readIndex(archive), [['app']]);
    const path = 'pool/main/lib_2.0-1_amd64.deb';
    files.set(path, Buffer.from(files.get(path) ?? []).fill(7, 200, 260));
    const error = await refusal(download(archive, chosen, { store, progress: silentProgress }));
    assert.equal(error.code, 'UPSTREAM_DIGEST_MISMATCH');
    assert.equal(error.data?.package, 'lib');
    for await (const digest of store.list()) {
      await store.verify(digest);
      assert.notEqual(digest, chosen.find(({ name }) => name === 'lib')?.digest);
    }
  });
});

test('an index that is changed or signed by another key is refused', { skip }, async () => {
  const other = await generateSigningKey({ userId: 'Somebody else', created: now - 7200, algorithm: 'ed25519' });
  await withArchive(
    async ({ archive }) => {
      assert.equal((await refusal(fetchIndexes(archive, now))).code, 'UPSTREAM_SIGNATURE');
    },
    { signer: other as typeof key },
  );
  await withArchive(async ({ archive, files }) => {
    const path = 'dists/bookworm/main/binary-amd64/Packages';
    files.set(path, Buffer.from((files.get(path) ?? Buffer.alloc(0)).toString().replace('2.0-1', '2.0-2')));
    assert.equal((await refusal(fetchIndexes(archive, now))).code, 'UPSTREAM_DIGEST_MISMATCH');
  });
});

test('an archive that cannot be reached is a network error', { skip }, async () => {
  await withArchive(async ({ archive, files }) => {
    files.clear();
    assert.equal((await refusal(fetchIndexes(archive, now))).code, 'UPSTREAM_NETWORK');
  });
});
