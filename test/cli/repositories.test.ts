import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { serveDirectory } from '../../apps/cli/src/boot/serve-directory.ts';
import {
  emptySystemState,
  formatSystemState,
  openPackage,
  parseDependency,
  systemStateDirectory,
  writePackage,
  writeRpmDatabase,
} from '../../packages/rpm/src/index.ts';
import { samplePackage } from '../../packages/rpm/src/testing/sample-package.ts';
import { slipway } from '../support/slipway.ts';

/** Name, version, requirements. */
type Made = readonly [name: string, version: string, requires: string];

const base: readonly Made[] = [
  ['app', '1', 'lib >= 1'],
  ['lib', '1', ''],
];

interface Room {
  readonly directory: string;
  readonly make: (...packages: readonly Made[]) => Promise<void>;
  readonly run: (line: string) => Promise<{ readonly status: number | null; readonly text: string }>;
}

/** A directory with a subdirectory `repo` for packages, and commands that run in it. */
async function openRoom(t: TestContext, packages: readonly Made[]): Promise<Room> {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-repositories-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(join(directory, 'repo'));
  const make = async (...more: readonly Made[]) => {
    for (const one of more) {
      await makePackage(join(directory, 'repo'), one);
    }
  };
  await make(...packages);
  const env = { ...process.env, SLIPWAY_CACHE: join(directory, 'cache') };
  const run = async (line: string) => {
    const { status, stdout, stderr } = await slipway(line.split(' '), { cwd: directory, env });
    return { status, text: stdout + stderr };
  };
  return { directory, make, run };
}

async function makePackage(directory: string, [name, version, requires]: Made): Promise<void> {
  const input = {
    ...{ ...samplePackage, name, evr: { epoch: 0, version, release: '1' }, arch: 'noarch' },
    ...{ files: [], scriptlets: [], provides: [], conflicts: [], obsoletes: [], recommends: [], suggests: [] },
    ...{ supplements: [], enhances: [], requires: requires === '' ? [] : [parseDependency(requires)] },
  };
  await writePackage(join(directory, `${name}-${version}-1.noarch.rpm`), input, [], { format: 4 });
}

test('a repository is built, checked, compared and pruned', async (t) => {
  const room = await openRoom(t, base);
  const built = await room.run('repo build repo --time 1700000000 --snapshot old');
  assert.equal(built.status, 0, built.text);
  const again = JSON.parse((await room.run('repo build repo --json --progress none')).text);
  assert.deepEqual([again.packageCount, again.readCount], [2, 0]);
  const unsigned = await room.run('repo check repo --format csv --progress none');
  assert.equal(unsigned.status, 1, unsigned.text);
  assert.match(unsigned.text, /app-1-1\.noarch/);
  assert.equal((await room.run('repo check repo --allow-unsigned')).status, 0);

  await room.make(['lib', '2', ''], ['broken', '1', 'nowhere']);
  rmSync(join(room.directory, 'repo/app-1-1.noarch.rpm'));
  const missing = await room.run('repo check repo --allow-unsigned');
  assert.deepEqual([missing.status, /app-1-1\.noarch/.test(missing.text)], [1, true], missing.text);
  await room.run('repo build repo');
  const broken = await room.run('repo check repo --allow-unsigned');
  assert.match(broken.text, /nowhere/);
  const installable = await room.run('repo installable repo --format csv');
  assert.deepEqual([installable.status, installable.text.includes('lib')], [1, false], installable.text);

  const different = await room.run('repo prune repo --keep 1 --dry-run --format csv');
  assert.match(different.text, /lib-1-1\.noarch\.rpm/);
  await room.run('repo prune repo --keep 1');
  const left = JSON.parse((await room.run('resolve lib --repo repo --json --progress none')).text);
  assert.deepEqual(
    left.transaction.map(({ package: { name, evr } }: Step) => [name, evr.version]),
    [['lib', '2']],
  );
});

interface Step {
  readonly action: string;
  readonly package: { readonly name: string; readonly evr: { readonly version: string } };
}

test('what cannot be had is explained, and what nobody offers is named', async (t) => {
  const room = await openRoom(t, [...base, ['sad', '1', 'lib >= 9']]);
  await room.run('repo build repo');
  const sad = await room.run('resolve sad --repo repo');
  assert.equal(sad.status, 1, sad.text);
  assert.match(sad.text, /lib >= 9/);
  const unknown = await room.run('resolve lbi --repo repo');
  assert.notEqual(unknown.status, 0);
  assert.match(unknown.text, /lbi/);
  const nowhere = await room.run('resolve lib --repo absent');
  assert.deepEqual([nowhere.status, /CLI_NO_REPOSITORY/.test(nowhere.text)], [2, true], nowhere.text);
  const why = await room.run('resolve app --repo repo --why lib');
  assert.match(why.text, /app-1-1\.noarch requires lib >= 1/);
});

test('an installed system is upgraded from a repository on the network, and cleaned up by its reasons', async (t) => {
  const room = await openRoom(t, base);
  const root = join(room.directory, 'root');
  mkdirSync(join(root, 'usr/lib/sysimage/rpm'), { recursive: true });
  mkdirSync(join(root, systemStateDirectory), { recursive: true });
  const installed = ['app', 'lib'].map(async (name) => {
    const { header, signature } = await openPackage(join(room.directory, `repo/${name}-1-1.noarch.rpm`));
    return { header, signature, installTime: 1, installTid: 1, fileStates: new Uint8Array(0), packageDigests: [] };
  });
  await writeRpmDatabase(join(root, 'usr/lib/sysimage/rpm/rpmdb.sqlite'), await Promise.all(installed));
  const reasons = new Map([
    ['app.noarch', 'user'],
    ['lib.noarch', 'dependency'],
  ] as const);
  for (const [name, text] of formatSystemState({ ...emptySystemState, reasons })) {
    writeFileSync(join(root, systemStateDirectory, name), text);
  }
  await room.make(['lib', '2', '']);
  await room.run('repo build repo');
  const server = await serveDirectory(join(room.directory, 'repo'));
  t.after(() => server.close());
  const steps = async (line: string) => {
    const { text } = await room.run(
      `resolve --repo http://127.0.0.1:${server.port} --installroot root --json --progress none ${line}`,
    );
    return JSON.parse(text).transaction.map(
      ({ action, package: one }: Step) => `${action} ${one.name} ${one.evr.version}`,
    );
  };

  assert.deepEqual(await steps('--upgrade-all'), ['upgrade lib 2', 'erase lib 1']);
  assert.deepEqual(await steps('--erase app --clean-up'), ['erase app 1', 'erase lib 1']);
  assert.deepEqual(await steps('--erase app'), ['erase app 1']);
});
