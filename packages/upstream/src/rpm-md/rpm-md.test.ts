import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { asDigest, SlipwayError, Store, silentProgress } from '@slipway/core';
import { generateSigningKey, type SigningKey } from '@slipway/trust';
import { lockedPackage } from '../locked-package.ts';
import { judgeSkip, openJudge } from '../testing/judge.ts';
import { type Loopback, serveFiles } from '../testing/loopback.ts';
import { buildRepository, signRepomd } from '../testing/rpm-repository.ts';
import { downloadRpmMd } from './download-rpm-md.ts';
import { fetchRpmMdSnapshot, type RpmMdOptions } from './fetch-snapshot.ts';
import { planRpmMdClosure } from './plan-rpm-md-closure.ts';

const now = Math.floor(Date.now() / 1000);
const created = now - 3600;
const skip = judgeSkip;

interface Bench {
  readonly files: Map<string, Buffer>;
  readonly key: SigningKey;
  readonly other: SigningKey;
  readonly server: Loopback;
  readonly store: Store;
  readonly options: RpmMdOptions;
  readonly workDirectory: string;
}

async function withRepository(work: (bench: Bench) => Promise<void>, unsigned: readonly string[] = []): Promise<void> {
  const judge = await openJudge('rpm-md');
  const root = await mkdtemp(join(tmpdir(), 'slipway-rpm-md-'));
  const key = await generateSigningKey({ userId: 'Repository', created: created - 10, algorithm: 'ed25519' });
  const other = await generateSigningKey({ userId: 'Somebody', created: created - 10, algorithm: 'ed25519' });
  const files = await buildRepository({ judge, key, unsigned, created });
  const server = await serveFiles(files);
  const options: RpmMdOptions = {
    ...{ baseUrl: server.url, name: 'test', gpgKeys: [key.publicKeyArmored], repoGpgCheck: true, gpgCheck: true, now },
  };
  try {
    await work({
      files,
      key,
      other,
      server,
      store: new Store(join(root, 'store')),
      options,
      workDirectory: join(root, 'work'),
    });
  } finally {
    await server.close();
    await judge.close();
    await rm(root, { recursive: true, force: true });
  }
}

async function take({ options, store, workDirectory }: Bench, names = ['app']) {
  const snapshot = await fetchRpmMdSnapshot(options);
  const chosen = planRpmMdClosure(snapshot, [names]);
  await downloadRpmMd(snapshot, chosen, { store, workDirectory, progress: silentProgress });
  return chosen;
}

async function refusal(work: Promise<unknown>, { store }: Bench): Promise<string> {
  try {
    await work;
  } catch (failure) {
    assert.ok(failure instanceof SlipwayError, String(failure));
    for await (const digest of store.list()) {
      await store.verify(digest);
    }
    return failure.code;
  }
  return 'none';
}

test('a signed repository of the real createrepo_c is taken with everything that is needed', { skip }, async () => {
  await withRepository(async (bench) => {
    const chosen = await take(bench);
    assert.deepEqual(
      chosen.map(({ name }) => name),
      ['app', 'data', 'lib'],
    );
    for (const { checksum } of chosen) {
      assert.equal(await bench.store.has(asDigest(checksum.value)), true);
    }
    const { origin, version, architecture } = lockedPackage(chosen[0] as (typeof chosen)[0]);
    assert.deepEqual([origin, version, architecture], ['app.rpm', '1.0-1', 'noarch']);
    const before = bench.server.requests.length;
    await take(bench);
    assert.equal(
      bench.server.requests.slice(before).some(({ path }) => path.endsWith('.rpm')),
      false,
    );
  });
});

test('an interrupted download continues within a file', { skip }, async () => {
  await withRepository(async (bench) => {
    const snapshot = await fetchRpmMdSnapshot(bench.options);
    const lib = planRpmMdClosure(snapshot, [['lib']])[0];
    await mkdir(bench.workDirectory);
    await writeFile(
      join(bench.workDirectory, `${lib?.checksum.value}.rpm`),
      bench.files.get('lib.rpm')?.subarray(0, 700) ?? '',
    );
    await take(bench, ['lib']);
    assert.equal(bench.server.requests.find(({ path }) => path === 'lib.rpm')?.range, 'bytes=700-');
  });
});

test('unsigned metadata, a foreign key and changed metadata are refused', { skip }, async () => {
  await withRepository(async (bench) => {
    bench.files.delete('repodata/repomd.xml.asc');
    assert.equal(await refusal(take(bench), bench), 'UPSTREAM_SIGNATURE');
    await signRepomd(bench.files, bench.other, created);
    assert.equal(await refusal(take(bench), bench), 'UPSTREAM_SIGNATURE');
    await signRepomd(bench.files, bench.key, created);
    const repomd = bench.files.get('repodata/repomd.xml') ?? Buffer.alloc(0);
    bench.files.set('repodata/repomd.xml', Buffer.from(repomd.toString().replace('<revision>', '<revision>1')));
    assert.equal(await refusal(take(bench), bench), 'UPSTREAM_SIGNATURE');
  });
  await withRepository(async (bench) => {
    const primary = [...bench.files.keys()].find((path) => path.includes('primary')) ?? '';
    const content = bench.files.get(primary) ?? Buffer.alloc(0);
    bench.files.set(primary, Buffer.concat([content, Buffer.alloc(9)]));
    assert.equal(await refusal(take(bench), bench), 'UPSTREAM_TOO_LARGE');
    bench.files.set(primary, content.subarray(0, -1));
    assert.equal(await refusal(take(bench), bench), 'REPO_DIGEST_MISMATCH');
  });
});

test('unsigned, foreign, changed and oversized packages are refused and the store stays whole', { skip }, async () => {
  await withRepository(async (bench) => assert.equal(await refusal(take(bench), bench), 'UPSTREAM_SIGNATURE'), ['lib']);
  await withRepository(async (bench) => {
    const keys = { ...bench.options, repoGpgCheck: false, gpgKeys: [bench.other.publicKeyArmored] };
    assert.equal(await refusal(take({ ...bench, options: keys }), bench), 'UPSTREAM_SIGNATURE');
    const lib = bench.files.get('lib.rpm') ?? Buffer.alloc(0);
    for (const at of [lib.length - 10, 3000, 120]) {
      bench.files.set('lib.rpm', Buffer.from(lib).fill(0xaa, at, at + 4));
      assert.equal(await refusal(take(bench), bench), 'UPSTREAM_DIGEST_MISMATCH', String(at));
    }
    bench.files.set('lib.rpm', Buffer.concat([lib, Buffer.alloc(10)]));
    assert.equal(await refusal(take(bench), bench), 'UPSTREAM_TOO_LARGE');
    bench.files.set('lib.rpm', lib.subarray(0, lib.length - 100));
    assert.equal(await refusal(take(bench), bench), 'UPSTREAM_DIGEST_MISMATCH');
  });
});

test('unknown packages and unreachable repositories have their own codes', { skip }, async () => {
  await withRepository(async (bench) => {
    assert.equal(await refusal(take(bench, ['ap']), bench), 'UPSTREAM_UNKNOWN_PACKAGE');
    const elsewhere = { ...bench.options, baseUrl: 'http://127.0.0.1:1' };
    assert.equal(await refusal(take({ ...bench, options: elsewhere }), bench), 'UPSTREAM_NETWORK');
    const notHttp = { ...bench.options, baseUrl: 'file:///tmp' };
    assert.equal(await refusal(take({ ...bench, options: notHttp }), bench), 'UPSTREAM_NETWORK');
  });
});
