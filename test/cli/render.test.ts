import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { serveFiles } from '../../packages/upstream/src/testing/loopback.ts';
import { DistGitProject, newYear, specOf } from '../support/dist-git-project.ts';

const archive = `SHA512 (demo-1.0.tar.gz) = ${'a'.repeat(128)}\n`;

const ours = `
[components.demo]
build.with = ["tests"]
build.defines = { vendor = "us" }
[[components.demo.overlays]]
type = "spec-set-tag"
tag = "Summary"
value = "Ours"
description = "Says whose it is"
`;

const broken = `
[components.broken]
[[components.broken.overlays]]
type = "spec-search-replace"
regex = "%autosetup -p1"
replacement = "%autosetup"
description = "Upstream has gone on"
`;

async function demoProject(t: TestContext): Promise<DistGitProject> {
  const project = await DistGitProject.open(t);
  project.publish('demo', {
    'demo.spec': specOf('demo', 'Patch0: fix.patch\nSource1: conf/demo.conf\n'),
    ...{ 'fix.patch': 'a patch\n', 'conf/demo.conf': 'a = 1\n', sources: archive },
    ...{ 'README.md': 'For people\n', '.gitignore': '*.tar.gz\n', 'tests/run': '#!/bin/sh\n', 'unused.patch': 'x\n' },
  });
  project.define(ours);
  return project;
}

test('a component is written below its first character: spec, sources, macros, and the files that the spec names', async (t) => {
  const project = await demoProject(t);
  const { status, stdout, stderr } = await project.component('render demo');

  assert.deepEqual(
    [status, stdout],
    [0, 'written    demo: 5 files\n\n1 component in specs: 1 written, 0 unchanged, 0 failed\n'],
  );
  assert.match(stderr, /^render \.\.\.\nrender: 1 component \[/);
  const files = project.files();
  assert.deepEqual(Object.keys(files), [
    'd/demo/conf/demo.conf',
    'd/demo/demo.azl.macros',
    'd/demo/demo.spec',
    'd/demo/fix.patch',
    'd/demo/sources',
  ]);
  assert.equal(files['d/demo/sources'], archive);
  assert.match(files['d/demo/demo.azl.macros'] ?? '', /^#.*\n#.*\n%_with_tests 1\n%vendor us\n$/);
  assert.match(
    files['d/demo/demo.spec'] ?? '',
    /^# This spec file has been modified by slipway .*\n#.*\n\n#.*\n%\{load:%\{_sourcedir\}\/demo\.azl\.macros\}\n\nName: demo\n/,
  );
  assert.match(files['d/demo/demo.spec'] ?? '', /\nSummary: Ours\n[^]*\nSource9999: demo\.azl\.macros\n/);
});

test('a second run says unchanged and writes nothing', async (t) => {
  const project = await demoProject(t);
  await project.component('render --all');
  const before = project.writeTimes();
  const { status, stdout } = await project.component('render --all');

  assert.deepEqual([status, stdout], [0, '1 component in specs: 0 written, 1 unchanged, 0 failed\n']);
  assert.deepEqual(project.writeTimes(), before);
});

test('what somebody changed in a rendered directory is put right', async (t) => {
  const project = await demoProject(t);
  await project.component('render --all');
  const fresh = project.files();
  project.write({ 'specs/d/demo/fix.patch': 'by hand\n', 'specs/d/demo/other': 'x\n' });
  project.remove('specs/d/demo/sources');
  const { stdout } = await project.component('render demo');

  assert.match(stdout, /^written {4}demo: 3 files\n/);
  assert.deepEqual(project.files(), fresh);
});

test('--check writes nothing, and exits with 1 and the difference when anything would change', async (t) => {
  const project = await demoProject(t);
  const absent = await project.component('render --all --check');
  assert.equal(absent.status, 1);
  assert.equal(existsSync(join(project.directory, 'specs')), false);
  await project.component('render --all');
  const before = project.writeTimes();
  assert.deepEqual(await statusAndEnd(project, 'render --all --check'), [0, '0 differ, 1 unchanged, 0 failed']);

  project.define(ours.replace('"Ours"', '"Theirs"'));
  const { status, stdout } = await project.component('render --all --check');
  assert.equal(status, 1);
  assert.match(stdout, /^differs {4}demo\n--- a\/demo\.spec\n\+\+\+ b\/demo\.spec\n@@ .* @@\n/);
  assert.match(stdout, /\n-Summary: Ours\n\+Summary: Theirs\n/);
  assert.match(stdout, /\n1 component in specs: 1 differ, 0 unchanged, 0 failed\n$/);
  assert.deepEqual(project.writeTimes(), before);
});

async function statusAndEnd(project: DistGitProject, command: string): Promise<[number, string | undefined]> {
  const { status, stdout } = await project.component(command);
  return [status, stdout.trimEnd().split(': ').at(-1)];
}

test('a component whose overlay fails has RENDER_FAILED and nothing else; the others are rendered', async (t) => {
  const project = await demoProject(t);
  project.publish('broken', { 'broken.spec': specOf('broken') });
  project.define(ours + broken, { 'specs/b/broken/broken.spec': 'of last week\n' });
  const { status, stdout } = await project.component('render --all');

  assert.equal(status, 2);
  assert.match(stdout, /^failed {5}broken: SPEC_NO_MATCH: Cannot apply overlay 1 \(spec-search-replace\)/);
  assert.match(stdout, /\n +at slipway\.toml:\d+:\d+\n[^]*nearest to it:\n +12: %autosetup\n/);
  assert.match(stdout, /\n2 components in specs: 1 written, 0 unchanged, 1 failed\n$/);
  const { 'b/broken/RENDER_FAILED': reason, ...rest } = project.files();
  assert.equal(
    reason,
    'SPEC_NO_MATCH: Cannot apply overlay 1 (spec-search-replace): no line of the spec is changed by "%autosetup -p1"\n',
  );
  assert.deepEqual(
    Object.keys(rest).filter((path) => !path.startsWith('d/demo/')),
    [],
  );
  const before = project.writeTimes();
  assert.equal((await project.component('render --all')).status, 2);
  assert.deepEqual(project.writeTimes(), before);
});

test('a component that failed and is mended has its files again, without RENDER_FAILED', async (t) => {
  const project = await DistGitProject.open(t);
  project.publish('broken', { 'broken.spec': specOf('broken') });
  project.define(broken);
  await project.component('render broken');
  project.define(broken.replace('%autosetup -p1', '%autosetup').replace('"%autosetup"\nd', '"%autosetup -p1"\nd'));
  await project.component('render broken');

  assert.deepEqual(Object.keys(project.files()), ['b/broken/broken.spec']);
});

test('RENDER_FAILED is the same in every checkout: it has no directory of this machine', async (t) => {
  const project = await demoProject(t);
  const added = (source: string) => `${ours}
[[components.demo.overlays]]
type = "patch-add"
source = "${source}"
description = "x"
`;
  project.write({ '../outside.patch': 'secret\n' });
  project.define(added('../outside.patch'));
  assert.equal((await project.component('render demo')).status, 2);
  const { 'd/demo/RENDER_FAILED': reason = '', ...rest } = project.files();

  assert.ok(reason.includes(' ../outside.patch:') && !reason.includes(project.root), reason);
  assert.deepEqual(rest, {});
});

test('a failure of the network leaves what was there, and no RENDER_FAILED', async (t) => {
  const project = await demoProject(t);
  const later = project.publish('later', { 'later.spec': specOf('later') });
  project.define(`${ours}[components.later]\n`);
  await project.component('render demo');
  const before = project.files();
  project.server.mishap = (request) => (request.includes('/later') ? { kind: 'status', status: 503 } : undefined);
  const { status, stdout } = await project.component('render --all --network-retries 0');

  assert.equal(status, 4);
  assert.match(stdout, /^failed {5}later: UPSTREAM_NETWORK: /);
  assert.deepEqual(project.files(), before);
  project.server.mishap = undefined;
  const { components } = JSON.parse((await project.component('render --all --json')).stdout);
  assert.deepEqual(
    components.map(({ status: result, commit }: { status: string; commit: string }) => [result, commit === later]),
    [
      ['unchanged', false],
      ['written', true],
    ],
  );
});

test('--clean-stale removes what belongs to no component; without it, it is only named', async (t) => {
  const project = await demoProject(t);
  project.write({ 'specs/g/gone/gone.spec': 'x\n', 'specs/notes/README': 'not of a component\n' });
  const named = await project.component('render --all');
  const checked = await project.component('render --all --clean-stale --check');
  const some = await project.component('render demo --clean-stale');

  assert.deepEqual([named.status, checked.status, some.status], [0, 1, 2]);
  assert.match(named.stdout, /\nstale {6}gone: no component has this name; --clean-stale removes it\n/);
  assert.match(some.stderr, /error\[CLI_USAGE\].*--clean-stale/);
  assert.ok(existsSync(join(project.directory, 'specs/g/gone')));
  const { status, stdout } = await project.component('render --all --clean-stale');
  assert.equal(status, 0);
  assert.match(stdout, /^removed {4}gone\n/);
  assert.equal(existsSync(join(project.directory, 'specs/g/gone')), false);
  assert.equal(project.read('specs/notes/README'), 'not of a component\n');
});

test('a component with + in its name has a second, percent-encoded name', async (t) => {
  const project = await DistGitProject.open(t);
  project.publish('libfoo++', { 'libfoo++.spec': specOf('libfoo++') });
  project.define('[components."libfoo++"]\n');
  await project.component('render --all');

  assert.equal(readlinkSync(join(project.directory, 'specs/l/libfoo%2B%2B')), 'libfoo++');
  assert.deepEqual(Object.keys(project.files()), ['l/libfoo++/libfoo++.spec']);
  assert.equal((await project.component('render --all --check')).status, 0);
  project.define('[components.other]\nspec = { type = "local", path = "other/other.spec" }\n', {
    'other/other.spec': specOf('other'),
  });
  await project.component('render --all --clean-stale');
  assert.deepEqual(Object.keys(project.files()), ['o/other/other.spec']);
  assert.equal(statSync(join(project.directory, 'specs/l/libfoo%2B%2B'), { throwIfNoEntry: false }), undefined);
});

test('a local component is rendered from its directory, executable files stay so, definitions are left out', async (t) => {
  const project = await DistGitProject.open(t);
  project.write({
    'slipway.toml': 'includes = ["tool/*.comp.toml"]\n',
    'tool/tool.comp.toml': `[components.tool]
spec = { type = "local", path = "tool.spec" }
[[components.tool.overlays]]
type = "file-add"
file = "run.sh"
source = "run"
description = "x"
`,
    'tool/tool.spec': specOf('tool', 'Source1: run.sh\nSource2: tool.conf\n'),
    ...{ 'tool/tool.conf': 'a\n', 'tool/run': '#!/bin/sh\n' },
  });
  chmodSync(join(project.directory, 'tool/run'), 0o755);
  const { stdout } = await project.component('render tool --json');

  assert.equal(JSON.parse(stdout).components[0].differences.length, 3);
  assert.equal(statSync(join(project.directory, 'specs/t/tool/run.sh')).mode & 0o777, 0o755);
  assert.deepEqual(Object.keys(project.files()), ['t/tool/run.sh', 't/tool/tool.conf', 't/tool/tool.spec']);
});

test('--output writes elsewhere, relative to where one is', async (t) => {
  const project = await demoProject(t);
  const { stdout } = await project.component('render demo --output elsewhere');

  assert.match(stdout, /1 component in elsewhere: 1 written/);
  assert.equal(Object.keys(project.files('elsewhere')).length, 5);
  assert.equal(existsSync(join(project.directory, 'specs')), false);
});

test('in a project of azldev specs look as azldev writes them', async (t) => {
  const project = await DistGitProject.open(t);
  project.publish('demo', { 'demo.spec': specOf('demo') });
  project.define('[components.demo]\n', {}, 'azldev.toml');
  await project.component('render demo');

  assert.match(project.read('specs/d/demo/demo.spec'), /^# This spec file has been modified by azldev to include /);
});

test('results are a report, JSON, CSV or Markdown', async (t) => {
  const project = await demoProject(t);
  const commit = project.package('demo').git(['rev-parse', 'f43']);
  const csv = await project.component('render demo --format csv');
  const markdown = await project.component('render demo --format markdown');
  const json = JSON.parse((await project.component('render demo --format json')).stdout);

  assert.equal(csv.stdout, `component,result,files,commit,remark\ndemo,written,5,${commit},\n`);
  assert.match(markdown.stdout, /^\| component \| result \| files \| commit \| remark \|\n/);
  assert.deepEqual(
    [json.directory, json.components[0].status, json.components[0].commit, json.stale, json.removed],
    [join(project.directory, 'specs'), 'unchanged', commit, [], []],
  );
});

test('one must say what to render, and it must exist', async (t) => {
  const project = await demoProject(t);
  const nothing = await project.component('render');
  const unknown = await project.component('render dmo --json');

  assert.deepEqual([nothing.status, unknown.status], [2, 2]);
  assert.match(nothing.stderr, /error\[CLI_USAGE\][^]*hint: name components or patterns/);
  assert.deepEqual(
    JSON.parse(unknown.stderr).errors.map(({ code, hint }: { code: string; hint: string }) => [code, hint]),
    [['PROJECT_UNKNOWN_NAME', 'did you mean demo?']],
  );
});

test('what a killed run left under temporary names goes with the next run', async (t) => {
  const project = await demoProject(t);
  await project.component('render demo');
  mkdirSync(join(project.directory, 'specs/d/.demo.4194303-0123456789ab.tmp'));
  await project.component('render demo --check');
  assert.ok(existsSync(join(project.directory, 'specs/d/.demo.4194303-0123456789ab.tmp')));
  await project.component('render demo');

  assert.equal(existsSync(join(project.directory, 'specs/d/.demo.4194303-0123456789ab.tmp')), false);
});

test('archives are listed, not fetched: the lookaside is never asked', async (t) => {
  const project = await demoProject(t);
  const lookaside = await serveFiles(new Map());
  t.after(() => lookaside.close());
  const uri = `${lookaside.url}/$pkg/$filename/$hashtype/$hash/$filename`;
  project.define(
    `${ours}
[[components.demo.source-files]]
filename = "ours.tar.gz"
hash = "${'b'.repeat(128)}"
hash-type = "SHA512"
origin = { type = "download", uri = "${lookaside.url}/ours.tar.gz" }
`,
  );
  const text = project.read('slipway.toml');
  project.write({ 'slipway.toml': text.replace('dist-git-base', `lookaside-base-uri = "${uri}"\ndist-git-base`) });
  const { status, stdout } = await project.component('render demo');

  assert.equal(status, 0, stdout);
  assert.equal(project.read('specs/d/demo/sources'), `${archive}SHA512 (ours.tar.gz) = ${'b'.repeat(128)}\n`);
  assert.deepEqual(lookaside.requests, []);
});

test('upstream is asked for the state at the snapshot time, not for what came later', async (t) => {
  const project = await demoProject(t);
  project.package('demo').commit({
    message: 'too late',
    time: newYear + 60 * 86_400,
    files: { 'demo.spec': specOf('demo').replace('1.0', '2.0') },
  });
  await project.component('render demo');

  assert.match(project.read('specs/d/demo/demo.spec'), /\nVersion: 1\.0\n/);
});

test('overlays have the semantics of April when that is asked for: text without a section ends the preamble', async (t) => {
  const project = await demoProject(t);
  project.define(`
[components.demo]
[[components.demo.overlays]]
type = "spec-append-lines"
lines = ["# appended"]
description = "Shows where it lands"
`);
  const rendered = async (mode: string) => {
    const { status, stderr } = await project.component(`--overlays ${mode} render demo`);
    assert.equal(status, 0, stderr);
    return project.files()['d/demo/demo.spec'] ?? '';
  };

  assert.match(await rendered('august-2026'), /# appended\n$/);
  assert.match(await rendered('april-2026'), /# appended\n%description/);
});
