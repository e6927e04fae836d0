import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { tag } from '../header/tags.ts';
import { openPackage, type RpmPackage } from '../package/open-package.ts';
import { Judge, noJudge } from '../testing/judge.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { indexRows, indexTables } from './index-tables.ts';
import { fileState, type InstalledPackage } from './installed-package.ts';
import { readRpmDatabase } from './read-database.ts';
import { writeRpmDatabase } from './write-database.ts';

const noData = existsSync(rpmData) ? false : 'the shared RPM data is not there';
const directory = await mkdtemp(join(tmpdir(), 'slipway-rpmdb-'));
after(() => rm(directory, { recursive: true }));

/** Every binary package of the fixtures that reads, one per file name. */
async function openFixtures(): Promise<RpmPackage[]> {
  const paths = globSync('rpms/**/*.rpm', { cwd: rpmData })
    .filter((path) => !path.endsWith('.src.rpm'))
    .sort();
  const byName = new Map(paths.map((path) => [basename(path), join(rpmData, path)]));
  const opened = await Promise.allSettled([...byName.values()].map((path) => openPackage(path)));
  return opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

const fixtures = noData ? [] : await openFixtures();
const installable = fixtures.filter(
  ({ header }) =>
    header.regionTag === tag.headerImmutable && !header.has(tag.oldFileNames) && !header.has(tag.sourcePackage),
);

function installed({ header, signature }: RpmPackage, at = 1_700_000_000): InstalledPackage {
  return { header, signature, installTime: at, installTid: 1_700_000_000 };
}

function rows(database: DatabaseSync, table: string): string[] {
  const query = `SELECT hex(key) AS key, typeof(key) AS type, hnum, idx FROM '${table}' ORDER BY rowid`;
  return database
    .prepare(query)
    .all()
    .map(({ key, type, hnum, idx }) => `${key} ${type} ${hnum} ${idx}`);
}

test('rpm queries, verifies, rebuilds and changes the database', { skip: noData || noJudge }, async () => {
  const judge = await Judge.open();
  try {
    const byName = new Map(installable.map((item) => [item.header.string(tag.name), item]));
    const packages = [...byName.values()];
    const path = join(judge.directory, 'rpmdb.sqlite');
    await writeRpmDatabase(
      path,
      packages.map((item, index) => withoutFiles(installed(item, 1_700_000_000 + index))),
    );
    const inside = `/tmp/${basename(judge.directory)}`;
    const rpm = (flags: string) => judge.run(`rpm --nosignature --dbpath ${inside} ${flags}`);
    assert.equal((await rpm('--verifydb')).status, 0);
    const names = [...byName.keys()].sort();
    const all = await rpm("-qa --qf '%{name}\\n'");
    assert.deepEqual(all.stdout.trim().split('\n').sort(), names);
    assert.equal(all.stderr, '');
    const withFile = packages.find(({ header }) => header.strings(tag.baseNames).length > 2) as RpmPackage;
    const name = withFile.header.string(tag.name);
    const [file] = (await rpm(`-ql ${name}`)).stdout.split('\n');
    assert.match((await rpm(`-q --qf '%{installtime} %{installtid}' ${name}`)).stdout, /^17000\d+ 1700000000$/);
    assert.match((await rpm(`-q --whatprovides ${name} --qf '%{name}\\n'`)).stdout, new RegExp(`^${name}$`, 'm'));
    // nothing was installed, and the file states say so
    const verified = await rpm(`-V --nodeps --noscripts ${name}`);
    assert.deepEqual([verified.status, verified.stdout], [0, ''], file);
    assert.equal((await rpm('--rebuilddb')).status, 0);
    assert.deepEqual((await rpm("-qa --qf '%{name}\\n'")).stdout.trim().split('\n').sort(), names);
    assert.equal((await rpm(`-e --justdb --nodeps --noscripts --notriggers ${name}`)).status, 0);
    assert.equal((await rpm('-qa')).stdout.trim().split('\n').length, names.length - 1);
  } finally {
    await judge.close();
  }
});

function withoutFiles(item: InstalledPackage): InstalledPackage {
  const count = item.header.entry(tag.baseNames)?.count ?? 0;
  return { ...item, fileStates: new Uint8Array(count).fill(fileState.notInstalled) };
}

test('the same packages give the same bytes, without a log beside them, and read back', { skip: noData }, async () => {
  const paths = ['one.sqlite', 'two.sqlite'].map((name) => join(directory, name));
  for (const path of paths) {
    await writeRpmDatabase(
      path,
      installable.map((item) => installed(item)),
    );
  }
  const [one, two] = paths.map((path) => readFileSync(path)) as [Buffer, Buffer];
  assert.ok(one.equals(two));
  assert.deepEqual([one[18], one[19]], [1, 1], 'a journal mode other than DELETE');
  assert.deepEqual(globSync('*.sqlite{-wal,-shm,-journal}', { cwd: directory }), []);
  const read = [...readRpmDatabase(paths[0] as string)];
  assert.deepEqual(
    read.map(({ header }) => header.string(tag.name)),
    installable.map(({ header }) => header.string(tag.name)),
  );
});

test('real databases are read, and their index tables are the ones we would write', { skip: noData }, () => {
  const path = join(rpmData, 'rpmdb/cbl-mariner-2.0/rpmdb.sqlite');
  const headers = [...readRpmDatabase(path)];
  assert.equal(headers.length, 129);
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const database = new DatabaseSync(url, { readOnly: true });
  for (const table of indexTables) {
    const ours = headers.flatMap(({ hnum, header }) =>
      [...indexRows(header, table)].map(
        ({ key, idx }) => `${key.toString('hex').toUpperCase()} ${table.keyType.toLowerCase()} ${hnum} ${idx}`,
      ),
    );
    assert.deepEqual(ours.sort(), rows(database, table.name).sort(), table.name);
  }
  assert.equal([...readRpmDatabase(join(rpmData, 'rpmdb/rpm-testsuite/rpmdb.sqlite'))].length, 3);
});

test('packages that rpm would not install so, and file states that do not fit, are refused', {
  skip: noData,
}, async () => {
  const path = join(directory, 'refused.sqlite');
  const item = installable.find(({ header }) => header.has(tag.baseNames)) as RpmPackage;
  const refused = (error: unknown) => error instanceof SlipwayError && error.code === 'RPM_UNWRITABLE';
  await assert.rejects(writeRpmDatabase(path, [{ ...installed(item), fileStates: new Uint8Array(9999) }]), refused);
  for (const other of fixtures.filter((candidate) => !installable.includes(candidate))) {
    await assert.rejects(writeRpmDatabase(path, [installed(other)]), refused, other.path);
  }
  assert.equal(existsSync(path), false);
});

test('damaged databases never fail with anything but a coded error', { skip: noData }, async () => {
  const path = join(directory, 'damaged.sqlite');
  await writeRpmDatabase(
    path,
    installable.slice(0, 3).map((item) => installed(item)),
  );
  const whole = readFileSync(path);
  const read = async (bytes: Uint8Array) => {
    await writeFile(path, bytes);
    try {
      for (const { header } of readRpmDatabase(path)) {
        header.string(tag.name);
      }
    } catch (error) {
      assert.ok(error instanceof SlipwayError, String(error));
    }
  };
  await read(Buffer.alloc(0));
  await read(Buffer.from('no database'));
  const place = fc.oneof(fc.nat(200), fc.nat(whole.length - 1));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 8, minLength: 1 }),
      fc.nat(whole.length),
      fc.boolean(),
      async (changes, end, cut) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) {
          bytes[at] = value;
        }
        await read(cut ? bytes.subarray(0, end) : bytes);
      },
    ),
    { numRuns: 100 },
  );
  await rm(path);
  assert.throws(() => [...readRpmDatabase(path)], SlipwayError);
});
