import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DistGitProject, day, newYear, snapshot, specOf } from '../support/dist-git-project.ts';

const versions = (project: DistGitProject, ...components: readonly string[]) =>
  components.map((name) => /\nVersion: (.*)\n/.exec(project.read(`specs/${name[0]}/${name}/${name}.spec`))?.[1]);

const versionOf = (name: string, version: string) => ({ [`${name}.spec`]: specOf(name).replace('1.0', version) });

test('upstream-name, another branch, pins and snapshots choose what is rendered', async (t) => {
  const project = await DistGitProject.open(t);
  const demo = project.package('demo');
  const first = demo.commit({ message: 'one', time: newYear, files: versionOf('demo', '1') });
  demo.commit({ message: 'two', time: newYear + 10 * day, files: versionOf('demo', '2') });
  demo.commit({ message: 'three', time: newYear + 60 * day, files: versionOf('demo', '3') });
  demo.branch('rawhide');
  demo.commit({ message: 'four', time: newYear + 61 * day, files: versionOf('demo', '4') });
  project.define(`
[components.demo]
[components.pinned]
spec = { upstream-name = "demo", upstream-commit = "${first.slice(0, 10)}" }
[components.raw]
spec = { type = "upstream", upstream-name = "demo", upstream-distro = { name = "up", version = "rawhide" } }
[component-groups.early]
components = ["old"]
default-component-config = { spec = { upstream-distro = { name = "up", snapshot = "2026-01-05T00:00:00Z" } } }
[component-groups.late]
components = ["new"]
default-component-config = { spec = { upstream-distro = { name = "up", snapshot = "2026-04-01T00:00:00+02:00" } } }
[components.old]
spec = { upstream-name = "demo" }
[components.new]
spec = { upstream-name = "demo" }
`);
  const { status, stdout, stderr } = await project.component('render --all');

  assert.equal(status, 0, stdout + stderr);
  assert.deepEqual(versions(project, 'demo', 'pinned', 'old', 'new'), ['2', '1', '1', '3']);
  assert.equal(versions(project, 'raw')[0], '2', 'the snapshot of the defaults holds on every branch');
  assert.match(project.read('specs/p/pinned/pinned.spec'), /\nName: demo\n/);
});

test('a component without snapshot follows the newest commit of its branch, rawhide too', async (t) => {
  const project = await DistGitProject.open(t);
  const demo = project.package('demo');
  demo.commit({ message: 'one', time: newYear, files: versionOf('demo', '1') });
  demo.branch('rawhide');
  demo.commit({ message: 'two', time: newYear + day, files: versionOf('demo', '2') });
  const headOf = (version: string) => `
[distros.up]
default-version = "43"
dist-git-base-uri = "${project.server.url}/$pkg"
[distros.up.versions.43]
dist-git-branch = "f43"
[distros.up.versions.rawhide]
dist-git-branch = "rawhide"
[components.demo]
spec = { type = "upstream", upstream-distro = { name = "up", version = "${version}" } }
`;
  for (const [version, expected] of [
    ['43', '1'],
    ['rawhide', '2'],
  ] as const) {
    project.write({ 'slipway.toml': headOf(version) });
    await project.component('render demo');
    assert.deepEqual(versions(project, 'demo'), [expected]);
  }
  demo.commit({ message: 'three', time: newYear + 2 * day, files: versionOf('demo', '3') });
  await project.component('render demo');
  assert.deepEqual(versions(project, 'demo'), ['3']);
});

test('a branch that is merged in later does not change what a snapshot stands for', async (t) => {
  const project = await DistGitProject.open(t);
  const demo = project.package('demo');
  const ours = demo.commit({ message: 'one', time: newYear, files: versionOf('demo', '1') });
  demo.branch('rawhide');
  const theirs = demo.commit({ message: 'rebuild', time: newYear + 20 * day, files: versionOf('demo', '2') });
  project.define('[components.demo]\n');
  await project.component('render demo');
  const before = project.files();
  demo.git(['checkout', '--quiet', 'f43']);
  demo.merge('rawhide', newYear + 50 * day);
  const byAllParents = demo.git(['rev-list', '-1', `--before=${snapshot}`, 'f43']);
  rmSync(join(project.root, 'cache'), { recursive: true });
  const { stdout } = await project.component('render demo --json');

  assert.equal(byAllParents, theirs, 'the case is one where following all parents goes wrong');
  assert.deepEqual(
    [JSON.parse(stdout).components[0].status, JSON.parse(stdout).components[0].commit],
    ['unchanged', ours],
  );
  assert.deepEqual(project.files(), before);
});

test('the lock says which commit is rendered, whatever the snapshot says', async (t) => {
  const project = await DistGitProject.open(t);
  const demo = project.package('demo');
  const first = demo.commit({ message: 'one', time: newYear, files: versionOf('demo', '1') });
  project.define('[components.demo]\n');
  await project.component('update demo');
  assert.match(project.read('locks/demo.lock'), new RegExp(`\nupstream-commit = "${first}"\n`));
  demo.commit({ message: 'two, told late', time: newYear + day, files: versionOf('demo', '2') });
  rmSync(join(project.root, 'cache'), { recursive: true });
  await project.component('render demo');

  assert.deepEqual(versions(project, 'demo'), ['1']);
  const { stdout } = await project.component('update demo --again --json');
  assert.deepEqual(
    JSON.parse(stdout).locks.map(({ before, after }: { before: Lock; after: Lock }) => [
      before.upstreamCommit,
      after.importCommit,
      after.upstreamCommit,
    ]),
    [[first, first, demo.git(['rev-parse', 'f43'])]],
  );
  await project.component('render demo');
  assert.deepEqual(versions(project, 'demo'), ['2']);
});

interface Lock {
  readonly importCommit: string;
  readonly upstreamCommit: string;
}

test('a lock that was made for another snapshot or pin is kept to, and said to be out of date', async (t) => {
  const project = await DistGitProject.open(t);
  const demo = project.package('demo');
  demo.commit({ message: 'one', time: newYear, files: versionOf('demo', '1') });
  const second = demo.commit({ message: 'two', time: newYear + day, files: versionOf('demo', '2') });
  project.define('[components.demo]\nspec.upstream-commit = "HEAD"\n'.replace('HEAD', second));
  await project.component('update demo');
  assert.doesNotMatch((await project.component('render demo')).stdout, /old lock/);
  project.define('[components.demo]\n');
  const { status, stdout } = await project.component('render demo');

  assert.equal(status, 0);
  assert.match(stdout, /^old lock {3}demo: the snapshot, pin or branch is another now; slipway component update /);
  assert.match(stdout, /\n1 component in specs: 0 written, 1 unchanged, 0 failed\n$/);
  assert.deepEqual(JSON.parse((await project.component('render demo --json')).stdout).oldLocks, ['demo']);
  await project.component('update demo');
  assert.doesNotMatch((await project.component('render demo')).stdout, /old lock/);
});

test('a locked commit that upstream threw away is an error that says what to do, and that helps', async (t) => {
  const project = await DistGitProject.open(t);
  const demo = project.package('demo');
  const spec = specOf('demo').replace('1%{?dist}', '%autorelease');
  const lost = demo.commit({ message: 'one', time: newYear, files: { 'demo.spec': spec } });
  project.define('[components.demo]\n');
  await project.component('update demo');
  project.commit('Lock demo', 40);
  demo.git(['checkout', '--quiet', '--orphan', 'rewritten']);
  const found = demo.commit({ message: 'one, again', time: newYear + day, files: { 'demo.spec': spec } });
  demo.git(['branch', '--force', 'f43', 'rewritten']);
  demo.git(['checkout', '--quiet', 'f43']);
  demo.git(['branch', '--delete', '--force', 'rewritten']);
  rmSync(join(project.root, 'cache'), { recursive: true });
  const { status, stdout } = await project.component('render demo');

  assert.equal(status, 2);
  assert.match(stdout, new RegExp(`^failed {5}demo: UPSTREAM_COMMIT_UNREACHABLE: .*${lost}`));
  assert.match(stdout, /\n +hint: .*slipway component update --again demo/);
  const { stdout: updated } = await project.component('update --again demo');
  assert.match(updated, /demo {7}changed +[0-9a-f]{12} +[0-9a-f]{12} +upstream rewrote its history/);
  assert.match(
    project.read('locks/demo.lock'),
    new RegExp(`\nimport-commit = "${found}"\nupstream-commit = "${found}"\n`),
  );
  const again = await project.component('render demo');
  assert.equal(again.status, 0, again.stdout);
  assert.match(project.read('specs/d/demo/demo.spec'), /return 2 \+ base - 1\n/);
});

test('--again notices that upstream rewrote its history although everything is in the cache', async (t) => {
  const project = await DistGitProject.open(t);
  const demo = project.package('demo');
  demo.commit({ message: 'one', time: newYear, files: versionOf('demo', '1') });
  project.define('[components.demo]\n');
  await project.component('update demo');
  demo.git(['checkout', '--quiet', '--orphan', 'rewritten']);
  demo.commit({ message: 'one, again', time: newYear + day, files: versionOf('demo', '1.1') });
  demo.git(['branch', '--force', 'f43', 'rewritten']);
  await project.component('update demo');
  await project.component('render demo');
  assert.deepEqual(versions(project, 'demo'), ['1'], 'what is in the cache can be rendered');
  await project.component('update demo --again');
  await project.component('render demo');

  assert.deepEqual(versions(project, 'demo'), ['1.1']);
});

test('offline, what was fetched renders the same bytes; what was not is an error and leaves everything', async (t) => {
  const project = await DistGitProject.open(t);
  const spec = specOf('demo').replace('1%{?dist}', '%autorelease');
  project.publish('demo', { 'demo.spec': spec, sources: `SHA512 (demo-1.0.tar.gz) = ${'a'.repeat(128)}\n` });
  project.publish('cold', { 'cold.spec': specOf('cold') });
  project.define('[components.demo]\n[components.cold]\n');
  await project.component('render demo');
  const before = project.files();
  project.remove('specs');
  const asked = project.server.requests.length;
  const { status, stdout } = await project.component('render --all --offline');

  assert.equal(status, 3);
  assert.match(stdout, /^failed {5}cold: UPSTREAM_OFFLINE: .*\n +hint: run once with the network: slipway component/);
  assert.deepEqual(project.files(), before);
  assert.equal(project.server.requests.length, asked);
});

test('what upstream does not have is told in words', async (t) => {
  const project = await DistGitProject.open(t);
  project.publish('demo', versionOf('demo', '1'));
  project.publish('other', { 'otherwise.spec': specOf('otherwise') });
  project.define(`
[components.demo]
spec = { upstream-commit = "abcdef1" }
[components.gone]
[components.other]
[components.raw]
spec = { upstream-name = "demo", upstream-distro = { name = "up", version = "rawhide" } }
[component-groups.past]
components = ["young"]
default-component-config = { spec = { upstream-distro = { name = "up", snapshot = "2025-01-01T00:00:00Z" } } }
[components.young]
spec = { upstream-name = "demo" }
`);
  const { stdout } = await project.component('render --all --json');
  const failures = JSON.parse(stdout).components.map(
    ({ component, error }: { component: string; error: { code: string } }) => [component, error?.code],
  );

  assert.deepEqual(failures, [
    ['demo', 'UPSTREAM_COMMIT_UNREACHABLE'],
    ['gone', 'UPSTREAM_NO_REPOSITORY'],
    ['other', 'UPSTREAM_NO_SPEC'],
    ['raw', 'UPSTREAM_NO_BRANCH'],
    ['young', 'UPSTREAM_NO_COMMIT'],
  ]);
  assert.match(project.read('specs/o/other/RENDER_FAILED'), /^UPSTREAM_NO_SPEC: Cannot find other\.spec in /);
});
