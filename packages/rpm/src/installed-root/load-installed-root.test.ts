import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import type { InstalledPackage } from '../database/installed-package.ts';
import { readRpmDatabase } from '../database/read-database.ts';
import { writeRpmDatabase } from '../database/write-database.ts';
import { tag } from '../header/tags.ts';
import { formatNevra } from '../nevra.ts';
import { openPackage } from '../package/open-package.ts';
import { formatSystemState } from '../system-state/format-system-state.ts';
import { rpmdbCookie } from '../system-state/rpmdb-cookie.ts';
import { emptySystemState, type SystemState, systemStateDirectory } from '../system-state/system-state.ts';
import { Judge, noJudge } from '../testing/judge.ts';
import { rpmData } from '../testing/rpm-data.ts';
import { loadInstalledRoot } from './load-installed-root.ts';

const noData = existsSync(rpmData) ? false : 'the shared RPM data is not there';
const noDnf = noData || noJudge;
const realDatabase = join(rpmData, 'rpmdb/rpm-testsuite/rpmdb.sqlite');
const directory = await mkdtemp(join(tmpdir(), 'slipway-root-'));
after(() => rm(directory, { recursive: true }));
let made = 0;

function place(...directories: string[]): string {
  const root = join(directory, String(made++));
  for (const each of ['', ...directories]) {
    mkdirSync(join(root, each), { recursive: true });
  }
  return root;
}

/** Specs of a small system: what each requires, recommends and is called. */
const specs = ['user-tool|Requires: lib.so1', 'lib.so1|', 'weak-extra|', 'grouped.one|', 'left-over|', 'late|Epoch: 1'];

/** A room with a repository of the packages and a root for dnf5 to work in. */
class System {
  readonly #judge: Judge;

  private constructor(judge: Judge) {
    this.#judge = judge;
  }

  static async open(): Promise<System> {
    const judge = await Judge.open();
    const system = new System(judge);
    for (const spec of specs) {
      const [name = '', line = ''] = spec.split('|');
      const text = `Name: ${name}\nVersion: 1\nRelease: 2\nSummary: x\nLicense: MIT\nBuildArch: noarch\n${line}\n%description\n%files\n`;
      writeFileSync(join(judge.directory, `${name}.spec`), text);
    }
    const members = ['grouped.one', 'user-tool'].map((name) => `<packagereq type="mandatory">${name}</packagereq>`);
    const comps = `<comps><group><id>core</id><name>Core</name><packagelist>${members.join('')}</packagelist></group></comps>`;
    writeFileSync(join(judge.directory, 'comps.xml'), comps);
    const { inside } = system;
    mkdirSync(join(judge.directory, 'repos.d'));
    writeFileSync(
      join(judge.directory, 'repos.d/here.repo'),
      `[here]\nname=here\nbaseurl=file://${inside}/repo\ngpgcheck=0\n`,
    );
    await system.run(
      `for s in *.spec; do rpmbuild -bb --quiet --nodeps --define '_topdir ${inside}/top' --define '_rpmdir ${inside}/repo'` +
        ` --define '_build_name_fmt %%{NAME}.rpm' $s; done && createrepo_c -q -g ${inside}/comps.xml repo`,
    );
    return system;
  }

  get inside(): string {
    return `/tmp/${basename(this.#judge.directory)}`;
  }

  get root(): string {
    return join(this.#judge.directory, 'root');
  }

  packagePath(name: string): string {
    return join(this.#judge.directory, 'repo', `${name}.rpm`);
  }

  async run(command: string): Promise<string> {
    const { status, stdout, stderr } = await this.#judge.run(command);
    assert.equal(status, 0, `${command}\n${stdout}${stderr}`);
    return stdout;
  }

  dnf(command: string): Promise<string> {
    const places = { reposdir: 'repos.d', cachedir: 'cache', logdir: 'log' };
    const settings = Object.entries(places).map(([key, path]) => `--setopt=${key}=${this.inside}/${path}`);
    const system = `--use-host-config --installroot=${this.inside}/root --releasever=1 --forcearch=x86_64`;
    return this.run(`dnf5 -q -y ${system} ${settings.join(' ')} ${command}`);
  }

  async listed(): Promise<string[]> {
    const format = '%{name} %{evr} %{arch} %{reason} %{from_repo}';
    const lines = (await this.dnf(`repoquery --installed --qf '${format}\\n'`)).trim().split('\n');
    return lines.filter((line) => line !== '').sort();
  }

  close(): Promise<void> {
    return this.#judge.close();
  }
}

const words: Readonly<Record<string, string>> = {
  user: 'User',
  group: 'Group',
  dependency: 'Dependency',
  'weak-dependency': 'Weak Dependency',
  'external-user': 'External User',
};

function ours(root: string): string[] {
  const { packages = [] } = loadInstalledRoot(root) ?? {};
  return packages
    .map(({ name, evr, arch, reason, fromRepository }) => {
      const epoch = evr.epoch === 0 ? '' : `${evr.epoch}:`;
      return `${name} ${epoch}${evr.version}-${evr.release} ${arch} ${words[reason]} ${fromRepository ?? '<unknown>'}`;
    })
    .sort();
}

function cookieOf(databasePath: string): string {
  return rpmdbCookie(
    [...readRpmDatabase(databasePath)].map(({ hnum, header }) => ({ hnum, name: header.string(tag.name) ?? '' })),
  );
}

test('a root that dnf5 made is read with its reasons, and its state is formatted as dnf5 does it', {
  skip: noDnf,
}, async () => {
  const system = await System.open();
  try {
    await system.dnf('install user-tool late');
    await system.dnf('group install core');
    await system.run(`rpm --root ${system.inside}/root -i --nodeps repo/left-over.rpm`);
    const root = loadInstalledRoot(system.root);
    assert.ok(root !== undefined);
    assert.deepEqual(ours(system.root), await system.listed());
    assert.deepEqual(
      new Set(root.packages.map(({ reason }) => reason)),
      new Set(['user', 'dependency', 'external-user']),
    );
    for (const [name, text] of formatSystemState(root.state)) {
      assert.equal(text, readFileSync(join(system.root, systemStateDirectory, name), 'utf8'), name);
    }
    assert.notEqual(cookieOf(root.databasePath), root.state.rpmdbCookie, 'rpm changed the database after dnf5');
    await system.dnf('remove left-over');
    const after = loadInstalledRoot(system.root);
    assert.equal(cookieOf(after?.databasePath ?? ''), after?.state.rpmdbCookie);
  } finally {
    await system.close();
  }
});

test('dnf5 and rpm take a root that we wrote for their own', { skip: noDnf }, async () => {
  const system = await System.open();
  try {
    const names = ['user-tool', 'lib.so1', 'weak-extra', 'grouped.one', 'left-over'];
    await writeRoot(system, names);
    assert.deepEqual(ours(system.root), await system.listed());
    assert.deepEqual(
      (await system.listed()).map((line) => line.replace(' 1-2 noarch', ':')),
      // dnf5 looks for the group of "grouped.one" under "grouped"
      [
        'grouped.one: Dependency here',
        'left-over: Dependency here',
        'lib.so1: Dependency here',
        'user-tool: User here',
        'weak-extra: Weak Dependency here',
      ],
    );
    const unneeded = await system.dnf("repoquery --unneeded --qf '%{name}\\n'");
    assert.deepEqual(unneeded.trim().split('\n').sort(), ['grouped.one', 'left-over', 'weak-extra']);
    await system.run(`rpm --root ${system.inside}/root -Va`);
    assert.equal((await system.run(`rpm --root ${system.inside}/root -qa`)).trim().split('\n').length, names.length);
    await system.dnf('autoremove');
    await system.dnf('install late');
    assert.deepEqual(
      ours(system.root).map((line) => line.split(' ')[0]),
      ['late', 'lib.so1', 'user-tool'],
    );
    assert.deepEqual(ours(system.root), await system.listed());
    await system.run(`rpm --root ${system.inside}/root --rebuilddb`);
    await system.run(`rpm --root ${system.inside}/root --verifydb`);
  } finally {
    await system.close();
  }
});

async function writeRoot(system: System, names: readonly string[]): Promise<void> {
  const opened = await Promise.all(names.map((name) => openPackage(system.packagePath(name))));
  const installed = opened.map(
    ({ header, signature }): InstalledPackage => ({
      header,
      signature,
      installTime: 1_700_000_000,
      installTid: 1_700_000_000,
    }),
  );
  mkdirSync(join(system.root, 'var/lib/rpm'), { recursive: true });
  await writeRpmDatabase(join(system.root, 'var/lib/rpm/rpmdb.sqlite'), installed);
  const state: SystemState = {
    ...emptySystemState,
    reasons: new Map([
      ['user-tool.noarch', 'user'],
      ['lib.so1.noarch', 'dependency'],
      ['grouped.one.noarch', 'dependency'],
      ['left-over.noarch', 'dependency'],
      ['weak-extra.noarch', 'weak-dependency'],
    ]),
    repositories: new Map(
      names.map((name) => [
        formatNevra({ name, evr: { epoch: 0, version: '1', release: '2' }, arch: 'noarch' }),
        'here',
      ]),
    ),
    groups: new Map([['core', { userInstalled: true, memberTypes: ['mandatory'], packages: ['grouped.one'] }]]),
    rpmdbCookie: rpmdbCookie(names.map((name, index) => ({ hnum: index + 1, name }))),
  };
  mkdirSync(join(system.root, systemStateDirectory), { recursive: true });
  for (const [name, text] of formatSystemState(state)) {
    writeFileSync(join(system.root, systemStateDirectory, name), text);
  }
}

test('a solvable has its relations and paths, without keys and the features of rpm', { skip: noData }, () => {
  const root = place('usr/lib/sysimage/rpm');
  writeFileSync(join(root, 'usr/lib/sysimage/rpm/rpmdb.sqlite'), readFileSync(realDatabase));
  const { packages = [], keys = [] } = loadInstalledRoot(root) ?? {};
  assert.deepEqual(
    packages.map(({ id, name, reason }) => [id, name, reason]),
    [
      ['@System:1', 'foo', 'external-user'],
      ['@System:2', 'hlinktest', 'external-user'],
    ],
  );
  assert.deepEqual(
    keys.map(({ id }) => id),
    ['1964c5fc'],
  );
  const linked = packages[1];
  assert.deepEqual(
    linked?.requires.map(({ name }) => name),
    ['/bin/sh'],
  );
  assert.ok(linked.files.includes('/foo/hello'), linked.files.join(' '));
});

test('links are followed inside the root, and never out of it', { skip: noData }, () => {
  const outside = place('db', 'state');
  writeFileSync(join(outside, 'db/rpmdb.sqlite'), readFileSync(realDatabase));
  writeFileSync(
    join(outside, 'state/packages.toml'),
    'version = "1.0"\n[packages]\n"foo.noarch" = {reason = "User"}\n',
  );
  const root = place('var/lib', 'usr/lib/sysimage/rpm', 'etc');
  symlinkSync('../../usr/lib/sysimage/../sysimage/rpm', join(root, 'var/lib/rpm'));
  symlinkSync(join(outside, 'db/rpmdb.sqlite'), join(root, 'usr/lib/sysimage/rpm/rpmdb.sqlite'));
  assert.equal(loadInstalledRoot(root), undefined);
  symlinkSync(join(outside, 'state'), join(root, systemStateDirectory));
  writeFileSync(join(root, 'etc/rpmdb.sqlite'), readFileSync(realDatabase));
  rmLink(join(root, 'usr/lib/sysimage/rpm/rpmdb.sqlite'), '/etc/rpmdb.sqlite');
  const loaded = loadInstalledRoot(root);
  assert.equal(loaded?.databasePath, join(root, 'etc/rpmdb.sqlite'));
  assert.equal(loaded.packages[0]?.reason, 'external-user');
  symlinkSync('loop', join(root, 'loop'));
  rmLink(join(root, 'usr/lib/sysimage/rpm/rpmdb.sqlite'), '/loop');
  assert.throws(
    () => loadInstalledRoot(root),
    (error: unknown) => error instanceof SlipwayError && error.code === 'CORE_LIMIT',
  );
});

test('a root without a database has none, and pipes are not waited for', () => {
  const root = place('var/lib/rpm', systemStateDirectory);
  assert.equal(loadInstalledRoot(root), undefined);
  execFileSync('mkfifo', [join(root, 'var/lib/rpm/rpmdb.sqlite')]);
  assert.equal(loadInstalledRoot(root), undefined);
  assert.throws(() => [...readRpmDatabase(join(root, 'var/lib/rpm/rpmdb.sqlite'))], SlipwayError);
  assert.equal(loadInstalledRoot(join(root, 'nowhere')), undefined);
});

function rmLink(path: string, target: string): void {
  execFileSync('ln', ['-sfn', target, path]);
}
