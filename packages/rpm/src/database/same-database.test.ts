import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import type { Header } from '../header/header.ts';
import { tag } from '../header/tags.ts';
import { openPackage, type RpmPackage } from '../package/open-package.ts';
import { databaseContents } from '../testing/database-rows.ts';
import { databaseSpecs } from '../testing/database-specs.ts';
import { Judge, noJudge } from '../testing/judge.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { sampleFileContents, samplePackage } from '../testing/sample-package.ts';
import { writePackage } from '../writing/write-package.ts';
import { indexTables } from './index-tables.ts';
import { fileState, type InstalledPackage } from './installed-package.ts';
import { installedTag } from './installed-tags.ts';
import { listInstalled } from './list-installed.ts';
import { readRpmDatabase } from './read-database.ts';
import { writeRpmDatabase } from './write-database.ts';

const noData = existsSync(rpmData) ? false : 'the shared RPM data is not there';
const directory = await mkdtemp(join(tmpdir(), 'slipway-same-rpmdb-'));
after(() => rm(directory, { recursive: true }));

/** A room of rpm's with packages in it and a database that it makes of them. */
class Installer {
  readonly judge: Judge;

  constructor(judge: Judge) {
    this.judge = judge;
    mkdirSync(join(judge.directory, 'db'));
  }

  get database(): string {
    return join(this.judge.directory, 'db/rpmdb.sqlite');
  }

  async rpm(flags: string): Promise<string> {
    const inside = `/tmp/${basename(this.judge.directory)}`;
    const { status, stdout, stderr } = await this.judge.run(
      `SOURCE_DATE_EPOCH=1700000000 rpm --dbpath ${inside}/db ${flags}`,
    );
    assert.equal(status, 0, `${flags}: ${stdout}${stderr}`);
    return stdout;
  }

  /**
   * Installs the packages of the room one after the other: given together, rpm 6.1 reads freed memory when one of them
   * has no files. Those that rpm refuses are left out.
   */
  async installEach(flags: string): Promise<void> {
    const inside = `/tmp/${basename(this.judge.directory)}`;
    await this.judge.run(
      `for f in *.rpm; do SOURCE_DATE_EPOCH=1700000000 rpm --dbpath ${inside}/db ${flags} "$f"; done`,
    );
  }

  async packages(): Promise<RpmPackage[]> {
    const paths = globSync('*.rpm', { cwd: this.judge.directory }).sort();
    return Promise.all(paths.map((path) => openPackage(join(this.judge.directory, path))));
  }
}

async function withInstaller(use: (installer: Installer) => Promise<void>): Promise<void> {
  const judge = await Judge.open();
  try {
    await use(new Installer(judge));
  } finally {
    await judge.close();
  }
}

const justRecord = '-i --justdb --nodeps --noscripts --notriggers --ignorearch --ignoreos --force';

function digestOf(path: string, algorithm: string): string {
  return createHash(algorithm).update(readFileSync(path)).digest('hex');
}

/** What we are told about each package that rpm recorded: the time and what became of its files; the rest is ours. */
async function asRecorded({ database, packages }: { database: string; packages: readonly RpmPackage[] }) {
  const bySha256 = new Map(packages.map((item) => [digestOf(item.path, 'sha256'), item]));
  return [...readRpmDatabase(database)].map(({ header }): InstalledPackage => {
    const found = bySha256.get(header.strings(installedTag.packageDigests)[0] ?? '');
    assert.ok(found !== undefined, header.string(tag.name));
    const fileStates = header.entry(installedTag.fileStates)?.data;
    return {
      header: found.header,
      signature: found.signature,
      installTime: header.number(installedTag.installTime) ?? 0,
      installTid: 1_700_000_000,
      ...(fileStates?.every((state) => state === fileState.normal) === false ? { fileStates } : {}),
      packageDigests: [
        { algorithm: 8, hex: digestOf(found.path, 'sha256') },
        { algorithm: 10, hex: digestOf(found.path, 'sha512') },
      ],
    };
  });
}

async function assertSame(installer: Installer): Promise<readonly InstalledPackage[]> {
  const installed = await asRecorded({ database: installer.database, packages: await installer.packages() });
  const path = join(directory, 'same.sqlite');
  await writeRpmDatabase(path, installed);
  assert.deepEqual(databaseContents(path), databaseContents(installer.database));
  return installed;
}

test('the database of real packages is the one that rpm makes of them', { skip: noData || noJudge }, async () => {
  await withInstaller(async (installer) => {
    const paths = globSync('rpms/**/*.rpm', { cwd: rpmData }).filter((path) => !path.endsWith('.src.rpm'));
    const byName = new Map(paths.sort().map((path) => [basename(path), join(rpmData, path)]));
    for (const path of byName.values()) {
      const opened = await openPackage(path).catch(() => undefined);
      if (opened !== undefined && isInstallable(opened.header)) {
        await installer.judge.add(path);
      }
    }
    await installer.installEach(justRecord);
    const installed = await assertSame(installer);
    const formats = new Set(installed.map(({ header }) => header.number(tag.rpmFormat) ?? 4));
    assert.ok(
      installed.length > 90 && formats.has(4) && formats.has(6),
      `${installed.length} of ${[...formats].join()}`,
    );
  });
});

function isInstallable(header: Header): boolean {
  return header.regionTag === tag.headerImmutable && !header.has(tag.oldFileNames) && !header.has(tag.sourcePackage);
}

for (const format of [4, 6]) {
  test(`packages with every kind of relation, trigger and file give the same rows, format ${format}`, {
    skip: noJudge,
  }, async () => {
    await withInstaller(async (installer) => {
      await build(installer.judge, format);
      await installer.installEach(justRecord);
      const installed = await assertSame(installer);
      assert.equal(installed.length, Object.keys(databaseSpecs).length);
      assert.ok(installed.every(({ header }) => (header.number(tag.rpmFormat) ?? 4) === format));
      const { tables } = databaseContents(installer.database);
      const byKey = format === 4 ? [] : ['Sha1header', 'Sigmd5'];
      const empty = indexTables.map(({ name }) => name).filter((name) => tables.get(name)?.length === 0);
      assert.deepEqual(empty.sort(), byKey, 'an index table that the packages do not fill');
    });
  });
}

async function build(judge: Judge, format: number): Promise<void> {
  for (const [name, text] of Object.entries(databaseSpecs)) {
    writeFileSync(join(judge.directory, `${name}.spec`), text);
    const inside = `/tmp/${basename(judge.directory)}`;
    const defines = [
      `_rpmformat ${format}`,
      `_topdir ${inside}/top`,
      `_rpmdir ${inside}`,
      '_build_name_fmt %%{NAME}.rpm',
    ];
    const flags = defines.map((define) => `--define '${define}'`).join(' ');
    const { status, stderr } = await judge.run(`rpmbuild -bb --quiet --nodeps ${flags} ${name}.spec`);
    assert.equal(status, 0, stderr);
  }
}

for (const format of [4, 6] as const) {
  test(`a package of our writer is recorded as rpm does it, format ${format}`, { skip: noJudge }, async () => {
    await withInstaller(async (installer) => {
      const path = join(installer.judge.directory, 'sample.rpm');
      await writePackage(path, samplePackage, sampleFileContents(), { format });
      await installer.rpm(`${justRecord} sample.rpm`);
      assert.equal((await assertSame(installer)).length, 1);
    });
  });
}

test('files that a transaction leaves out are told apart, and rpm -V finds the same with our database', {
  skip: noJudge,
}, async () => {
  await withInstaller(async (installer) => {
    await build(installer.judge, 4);
    const inside = `/tmp/${basename(installer.judge.directory)}`;
    const policy = "--excludedocs --define '_install_langs fr' --define '_netsharedpath /usr/everything/dir'";
    await installer.installEach(`--root ${inside}/root --dbpath /db -i --nodeps --noscripts --notriggers ${policy}`);
    const path = join(installer.judge.directory, 'root/db/rpmdb.sqlite');
    const installed = await asRecorded({ database: path, packages: await installer.packages() });
    const states = installed.flatMap(({ fileStates }) => [...(fileStates ?? [])]);
    assert.deepEqual([...new Set(states)].sort(), [fileState.normal, fileState.notInstalled, fileState.netShared]);
    const ours = join(directory, 'left-out.sqlite');
    await writeRpmDatabase(ours, installed);
    assert.deepEqual(databaseContents(ours), databaseContents(path));
    const verify = () => installer.judge.run(`rpm --root ${inside}/root --dbpath /db -Va --nodeps --noscripts`);
    const changed = join(installer.judge.directory, 'root/usr/everything/caps');
    writeFileSync(changed, 'changed');
    utimesSync(changed, 1, 1); // it may still be the second in which it was installed
    const before = await verify();
    assert.match(before.stdout, /^S.5....TP? +\/usr\/everything\/caps$/m);
    assert.doesNotMatch(before.stdout, /german|everything\.txt/, 'files that were left out are not missed');
    for (const name of globSync('rpmdb.sqlite*', { cwd: join(path, '..') })) {
      rmSync(join(path, '..', name));
    }
    writeFileSync(path, readFileSync(ours));
    assert.deepEqual(await verify(), before);
  });
});

test('a file that lost against one of a preferred colour is recorded so', { skip: noData || noJudge }, async () => {
  await withInstaller(async (installer) => {
    const inside = `/tmp/${basename(installer.judge.directory)}`;
    for (const arch of ['i686', 'x86_64']) {
      await installer.judge.add(join(rpmData, `rpms/rpm-testsuite/tests/data/RPMS/hello-2.0-1.${arch}.rpm`));
    }
    await installer.installEach(`--root ${inside}/root --dbpath /db -i --nodeps --ignorearch`);
    const path = join(installer.judge.directory, 'root/db/rpmdb.sqlite');
    const told = listInstalled(path).packages.map(({ arch, files }) => [arch, files[0]?.state, files[0]?.color]);
    assert.deepEqual(told, [
      ['i686', fileState.wrongColor, 1],
      ['x86_64', fileState.normal, 2],
    ]);
    const installed = await asRecorded({ database: path, packages: await installer.packages() });
    await writeRpmDatabase(join(directory, 'colors.sqlite'), installed);
    assert.deepEqual(databaseContents(join(directory, 'colors.sqlite')), databaseContents(path));
  });
});

test('headers of another database are kept, as rpm --rebuilddb keeps them', { skip: noData || noJudge }, async () => {
  for (const name of ['cbl-mariner-2.0/rpmdb.sqlite', 'rpm-testsuite/rpmdb.sqlite']) {
    const original = join(rpmData, 'rpmdb', name);
    const ours = join(directory, 'rebuilt.sqlite');
    await writeRpmDatabase(ours, readRpmDatabase(original));
    await withInstaller(async (installer) => {
      writeFileSync(installer.database, readFileSync(original));
      await installer.rpm('--nosignature --nodigest --rebuilddb');
      assert.deepEqual(databaseContents(ours), databaseContents(installer.database));
    });
  }
});

test('rpm rebuilds what we wrote into the same rows', { skip: noJudge }, async () => {
  await withInstaller(async (installer) => {
    await build(installer.judge, 6);
    const [first] = await installer.packages();
    assert.ok(first !== undefined);
    const { header, signature } = first;
    await writeRpmDatabase(installer.database, [
      { header, signature, installTime: 1_700_000_001, installTid: 1_700_000_000 },
    ]);
    const before = databaseContents(installer.database);
    await installer.rpm('--rebuilddb');
    assert.deepEqual(databaseContents(installer.database), before);
    await installer.rpm('--verifydb');
  });
});
