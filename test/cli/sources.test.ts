import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { decompress, gatherBytes } from '@slipway/formats';
import { file, listing, pack } from '../../packages/spec/src/archive/archives.test-support.ts';
import { SourcesProject, sha512 } from '../support/sources-project.ts';

const spec = `Name: demo
Version: 1.0
Release: 1%{?dist}
Summary: A demo
License: MIT
Source0: https://example.org/demo-1.0.tar.gz
Source1: demo.conf
Patch0: fix.patch

%description
A demo.

%prep
%autosetup

%files

%changelog
* Thu Jan 01 2026 Ada <ada@example.org> - 1.0-1
- First
`;

/** Upstream's archive is pruned, and its loose configuration changed. */
function overlays(entry: string): string {
  return `
[components.demo]
build.with = ["tests"]
[[components.demo.overlays]]
type = "file-search-replace"
file = "demo.conf"
regex = "colour"
replacement = "color"
description = "As we spell it"
[[components.demo.overlays]]
type = "file-remove"
archive = "demo-1.0.tar.gz"
file = "bundled/**"
description = "Not free"
[[components.demo.source-files]]
filename = "demo-1.0.tar.gz"
origin = { type = "overlay" }
replace-upstream = true
replace-reason = "Pruned"
${entry}
`;
}

interface Demo {
  readonly project: SourcesProject;
  /** The archive that upstream has. */
  readonly archive: Buffer;
}

async function open(t: TestContext): Promise<Demo> {
  const project = await SourcesProject.open(t);
  const archive = await pack([file('demo-1.0/main.c', 'int main;'), file('demo-1.0/bundled/blob', 'x')], 'gzip');
  const sources = [project.upload('demo', 'demo-1.0.tar.gz', archive), project.upload('demo', 'demo.conf', 'colour\n')];
  project.publish('demo', {
    ...{ 'demo.spec': spec, 'fix.patch': 'a patch\n', 'tests/run': '#!/bin/sh\n', sources: sources.join('') },
  });
  return { project, archive };
}

async function membersOf(project: SourcesProject, path: string): Promise<string[]> {
  const packed = Buffer.from(project.read(path), 'latin1');
  return listing(await gatherBytes(decompress([packed])));
}

test('one directory has the rendered spec, its files and the archives, with all overlays applied', async (t) => {
  const { project, archive } = await open(t);
  project.define(overlays(''));
  const first = await project.component('sources demo -o out --allow-no-hashes');

  assert.deepEqual([first.status, first.stderr.includes('error')], [0, false], first.stderr);
  assert.deepEqual(project.list('out'), [
    '644 demo-1.0.tar.gz',
    '644 demo.azl.macros',
    '644 demo.conf',
    '644 demo.spec',
    '644 fix.patch',
    '644 sources',
    '644 tests/run',
  ]);
  assert.equal(project.read('out/demo.conf'), 'color\n');
  assert.match(
    project.read('out/demo.spec'),
    /^# This spec file has been modified[\s\S]*Source9999: demo\.azl\.macros\n/,
  );
  assert.deepEqual(await membersOf(project, 'out/demo-1.0.tar.gz'), [
    'directory 755 demo-1.0',
    'directory 755 demo-1.0/bundled',
    'file 644 demo-1.0/main.c int main;',
  ]);
  const hash = sha512(Buffer.from(project.read('out/demo-1.0.tar.gz'), 'latin1'));
  assert.notEqual(hash, sha512(archive));
  assert.equal(
    project.read('out/sources'),
    `SHA512 (demo-1.0.tar.gz) = ${hash}\nSHA512 (demo.conf) = ${sha512('colour\n')}\n`,
  );
  assert.match(first.stdout, new RegExp(`^SHA512 \\(demo-1\\.0\\.tar\\.gz\\) = ${hash}\ndemo in out: 7 files, `));

  project.define(overlays(`hash-type = "SHA512"\nhash = "${hash}"`));
  const again = await project.component('sources demo -o again --offline', '--json');
  assert.equal(again.status, 0, again.stderr);
  const { files, fetched, archives } = JSON.parse(again.stdout) as {
    files: { path: string }[];
    fetched: string[];
    archives: { hash: string }[];
  };
  assert.deepEqual(fetched, ['demo-1.0.tar.gz', 'demo.conf']);
  assert.deepEqual([files.length, archives[0]?.hash], [7, hash]);
  assert.equal(project.read('again/sources'), project.read('out/sources'));
  assert.equal(project.web.requests.length, 2);
});

test('an archive that is not what its entry expects after the overlays leaves nothing behind', async (t) => {
  const { project } = await open(t);
  project.define(overlays(`hash-type = "SHA512"\nhash = "${'0'.repeat(128)}"`));
  const before = readdirSync(project.directory);
  const { status, stderr } = await project.component('sources demo -o out');

  assert.equal(status, 5);
  assert.match(stderr, /CORE_DIGEST_MISMATCH/);
  assert.deepEqual(readdirSync(project.directory), before);
});

test('--skip-overlays keeps what upstream has, --skip-sources downloads nothing', async (t) => {
  const { project, archive } = await open(t);
  project.define(overlays(`hash-type = "SHA512"\nhash = "${'0'.repeat(128)}"`));
  const plain = await project.component('sources demo -o plain --skip-overlays');

  assert.equal(plain.status, 0, plain.stderr);
  assert.equal(project.read('plain/demo.spec'), spec);
  assert.equal(sha512(Buffer.from(project.read('plain/demo-1.0.tar.gz'), 'latin1')), sha512(archive));
  assert.match(project.read('plain/sources'), new RegExp(sha512(archive)));
  assert.equal(existsSync(project.path('plain/demo.azl.macros')), false);

  project.define('[components.demo]\nbuild.with = ["tests"]\n');
  project.web.requests.length = 0;
  const light = await project.component('sources demo -o light --skip-sources');
  assert.equal(light.status, 0, light.stderr);
  assert.deepEqual(project.list('light'), [
    ...['644 demo.azl.macros', '644 demo.spec', '644 fix.patch', '644 sources', '644 tests/run'],
  ]);
  assert.equal(project.web.requests.length, 0);
});

test('files of the project come from the lookaside, then from their own address unless origins are disabled', async (t) => {
  const { project } = await open(t);
  const entry = (name: string, content: string) => `
[[components.demo.source-files]]
filename = "${name}"
hash-type = "SHA512"
hash = "${sha512(content)}"
origin = { type = "download", uri = "${project.web.url}/pub/${name}" }
`;
  const text = `[components.demo]\n${entry('cached', 'one')}${entry('public', 'two')}`;
  project.upload('demo', 'cached', 'one');
  project.served.set('pub/public', Buffer.from('two'));
  project.define(text, { settings: 'disable-origins = true' });
  const refused = await project.component('sources demo -o out');
  assert.deepEqual([refused.status, existsSync(project.path('out'))], [4, false]);
  assert.match(refused.stderr, /UPSTREAM_NETWORK/);

  project.define(text);
  const { status, stderr } = await project.component('sources demo -o out');
  assert.equal(status, 0, stderr);
  assert.deepEqual([project.read('out/cached'), project.read('out/public')], ['one', 'two']);
  assert.equal(project.web.requests.filter(({ path }) => path.startsWith('pub/')).length, 1);
  assert.match(project.read('out/sources'), new RegExp(`\nSHA512 \\(public\\) = ${sha512('two')}\n$`));
});

test('a file that a script would make is taken from the lookaside or refused', async (t) => {
  const { project } = await open(t);
  const entry = (hash: string) => `
[components.demo]
[[components.demo.source-files]]
filename = "vendor.tar"
${hash}
origin = { type = "custom", script = "vendor.sh" }
`;
  const files = { 'vendor.sh': '#!/bin/sh\n' };
  for (const hash of ['', `hash-type = "SHA512"\nhash = "${sha512('v')}"`]) {
    project.define(entry(hash), files);
    const { status, stderr } = await project.component('sources demo -o out');
    assert.equal(status, 6, stderr);
    assert.match(stderr, /RENDER_CUSTOM_ORIGIN[\s\S]*slipway\.toml:\d+[\s\S]*put the file into the lookaside/);
    assert.equal(existsSync(project.path('out')), false);
  }
  project.upload('demo', 'vendor.tar', 'v');
  const { status, stderr } = await project.component('sources demo -o out');
  assert.equal(status, 0, stderr);
  assert.equal(project.read('out/vendor.tar'), 'v');
});

test('a directory with something in it is only replaced by force, and never when the project is in it', async (t) => {
  const { project } = await open(t);
  project.define('[components.demo]\n');
  mkdirSync(project.path('out'));
  writeFileSync(project.path('out/mine'), 'x');
  symlinkSync('out', project.path('link'));
  writeFileSync(project.path('file'), '');
  const run = (...args: string[]) => project.component('sources demo', ...args);

  for (const args of [
    ['-o', 'out'],
    ['-o', 'link'],
    ['-o', 'file', '--force'],
    ['-o', '.', '--force'],
    ['-o', '..', '--force'],
  ]) {
    const { status, stderr } = await run(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /RENDER_OUTPUT_EXISTS/);
  }
  assert.equal(project.read('out/mine'), 'x');
  const broken = [...project.served.keys()].find((path) => path.includes('demo.conf')) ?? '';
  const right = project.served.get(broken) ?? Buffer.alloc(0);
  project.served.set(broken, Buffer.from('wrong'));
  const failed = await run('-o', 'link', '--force');
  assert.deepEqual([failed.status, project.read('out/mine')], [5, 'x']);
  assert.match(failed.stderr, /UPSTREAM_DIGEST_MISMATCH/);

  project.served.set(broken, right);
  assert.equal((await run('-o', 'link', '--force')).status, 0);
  assert.equal(existsSync(project.path('out/mine')), false);
  assert.equal(project.read('link/demo.conf'), 'colour\n');
  assert.deepEqual(readdirSync(project.directory).sort(), ['file', 'link', 'out', 'slipway.toml']);
  mkdirSync(project.path('empty'));
  assert.equal((await run('-o', 'empty')).status, 0);
});

test('what is prepared is a copy: whoever changes it does not change the cache', async (t) => {
  const { project } = await open(t);
  project.define('[components.demo]\n');
  await project.component('sources demo -o out');
  writeFileSync(project.path('out/demo.conf'), 'mine\n');
  chmodSync(project.path('out/demo.conf'), 0o600);
  const { status } = await project.component('sources demo -o again --offline');

  assert.deepEqual([status, project.read('again/demo.conf')], [0, 'colour\n']);
});

test('a local component has its files beside the spec, and those of its sources file from the lookaside', async (t) => {
  const { project } = await open(t);
  const line = project.upload('own', 'own.tar', 'bytes');
  const beside = `SHA512 (beside) = ${sha512('here')}\n`;
  const text = '[components.own]\nspec = { type = "local", path = "own/own.spec" }\n';
  project.define(text, { 'own/own.spec': spec, 'own/sources': line + beside, 'own/beside': 'here' });
  const { status, stderr } = await project.component('sources own -o out');

  assert.equal(status, 0, stderr);
  assert.deepEqual(project.list('out'), ['644 beside', '644 own.spec', '644 own.tar', '644 sources']);
  assert.equal(project.web.requests.length, 1);
});

test('names that lead out of the directory or are taken are errors at their place', async (t) => {
  const { project } = await open(t);
  for (const name of ['../evil', 'a/b', 'demo.spec', 'sources', 'demo.azl.macros']) {
    project.define(`
[components.demo]
[[components.demo.source-files]]
filename = "${name}"
hash-type = "SHA512"
hash = "${sha512('x')}"
`);
    const { status, stderr } = await project.component('sources demo -o out');
    assert.equal(status, 2, stderr);
    assert.match(stderr, /UPSTREAM_SOURCE_CONFLICT[\s\S]*slipway\.toml:\d+/);
  }
  assert.deepEqual(readdirSync(project.directory), ['slipway.toml']);
});

test('files that only a build has are said to be so', async (t) => {
  const { project } = await open(t);
  project.define('[components.demo]\nsource-files = [{ filename = "key", origin = { type = "signing-key" } }]\n');
  const { status, stderr } = await project.component('sources demo -o out');

  assert.equal(status, 6);
  assert.match(stderr, /RENDER_BUILD_ORIGIN[\s\S]*slipway\.toml:\d+[\s\S]*slipway build/);
});

test('rendering reports everything that is wrong with overlays inside archives', async (t) => {
  const { project } = await open(t);
  project.define(`
[components.demo]
[[components.demo.overlays]]
type = "file-remove"
archive = "demo-1.0.zip"
file = "*"
description = "why"
[[components.demo.source-files]]
filename = "other.tar.gz"
hash-type = "SHA512"
hash = "${sha512('x')}"
origin = { type = "overlay" }
replace-upstream = true
replace-reason = "why"
`);
  const { status, stdout } = await project.component('render demo');

  assert.equal(status, 2);
  assert.deepEqual(stdout.match(/SPEC_\w+/g), ['SPEC_OVERLAY_INVALID', 'SPEC_ARCHIVE_ENTRY', 'SPEC_ARCHIVE_ENTRY']);
  assert.equal(project.read('specs/d/demo/RENDER_FAILED').trim().split('\n').length, 3);
  const prepared = await project.component('sources demo -o out');
  assert.equal(prepared.status, 2);
  assert.equal(prepared.stderr.match(/SPEC_ARCHIVE_ENTRY|SPEC_OVERLAY_INVALID/g)?.length, 3, prepared.stderr);
});

test('lint says what is wrong with overlays inside archives, at the entry or the overlay', async (t) => {
  const { project } = await open(t);
  project.define(overlays('hash-type = "SHA512"'));
  const { status, stdout } = await project.component('lint demo --specs none');

  assert.equal(status, 1, stdout);
  assert.match(
    stdout,
    /^slipway\.toml:\d+:\d+: error\[archive-entry\]: demo: the source-files entry of demo-1\.0\.tar\.gz has no hash$/m,
  );
});
