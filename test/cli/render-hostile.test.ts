import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Mishap } from '../../packages/upstream/src/testing/loopback.ts';
import { contentsOf, DistGitProject, specOf } from '../support/dist-git-project.ts';
import { checkout } from '../support/slipway.ts';

test('sources outside of the project are refused, also behind links, and nothing of them is rendered', async (t) => {
  const project = await DistGitProject.open(t);
  const overlay = (source: string) => `[components.demo]
[[components.demo.overlays]]
type = "file-add"
file = "secret"
source = "${source}"
description = "x"
`;
  project.publish('demo', { 'demo.spec': specOf('demo', 'Source1: secret\n') });
  project.write({ '../secret': 'secret\n', 'local/local.spec': specOf('local', 'Source1: secret\n') });
  symlinkSync('../secret', join(project.directory, 'link'));
  symlinkSync('circle', join(project.directory, 'circle'));
  symlinkSync('../../secret', join(project.directory, 'local/secret'));
  const local = '[components.local]\nspec = { type = "local", path = "local/local.spec" }\n';
  for (const [text, code] of [
    [overlay('../secret'), 'RENDER_OUTSIDE'],
    [overlay('link'), 'RENDER_OUTSIDE'],
    [overlay('/etc/hostname'), 'RENDER_OUTSIDE'],
    [local, 'RENDER_SYMLINK'],
  ] as const) {
    project.define(text);
    const { status, stdout } = await project.component('render --all --json');
    const [{ component, error }] = JSON.parse(stdout).components;

    assert.deepEqual([status, error.code], [2, code]);
    assert.deepEqual(Object.keys(project.files(`specs/${component[0]}/${component}`)), ['RENDER_FAILED']);
    assert.doesNotMatch(Object.values(project.files()).join(''), /^secret$/m);
  }
  for (const source of ['/dev/zero', 'circle', 'local']) {
    project.define(overlay(source));
    const { status, stdout, stderr } = await project.component('render --all');

    assert.deepEqual([status, stdout], [2, ''], source);
    assert.match(stderr, /^error\[PROJECT_FILE_MISSING\]/, source);
  }
});

test('a local spec that is not there is a mistake of the project, and nothing is rendered', async (t) => {
  const project = await DistGitProject.open(t);
  project.write({
    'slipway.toml': `
[components.far]
spec = { type = "local", path = "far/far.spec" }
[components.near]
spec = { type = "local", path = "near/near.spec" }
`,
    'near/nera.spec': specOf('near'),
  });
  const { status, stderr } = await project.component('render --all');

  assert.equal(status, 2);
  assert.match(stderr, /there is no file \S+\/far\/far\.spec[^]*near\/near\.spec[^]*hint: did you mean nera\.spec\?\n/);
  assert.deepEqual(project.files(), {});
});

test('upstream cannot write outside either: names, links and submodules of its tree', async (t) => {
  const project = await DistGitProject.open(t);
  const demo = project.package('demo');
  demo.commit({ message: 'x', time: 0, files: { 'demo.spec': specOf('demo') } });
  const blob = demo.blob(specOf('demo'));
  const trees = {
    outwards: `100644 blob ${blob}\tdemo.spec\n120000 blob ${demo.blob('../../../../etc/passwd')}\tlink\n`,
    submodule: `100644 blob ${blob}\tdemo.spec\n160000 commit ${'1'.repeat(40)}\tsub\n`,
  };
  for (const tree of Object.values(trees)) {
    demo.git(['checkout', '--quiet', '--detach']);
    const commit = demo.commitTree('f43', tree, 1);
    project.define(`[components.demo]\nspec = { upstream-commit = "${commit}" }\n`);
    const { stdout } = await project.component('render demo --json');

    assert.equal(JSON.parse(stdout).components[0].error.code, 'UPSTREAM_BAD_TREE');
    assert.deepEqual(Object.keys(project.files()), ['d/demo/RENDER_FAILED']);
  }
});

for (const kind of ['hang', 'drip'] as const satisfies Mishap['kind'][]) {
  test(`a server that ${kind}s is given up; only the cache was touched`, { timeout: 120_000 }, async (t) => {
    const project = await DistGitProject.open(t);
    project.publish('demo', { 'demo.spec': specOf('demo') });
    project.define('[components.demo]\n', { 'specs/d/demo/demo.spec': 'of last week\n' });
    const before = contentsOf(project.directory);
    project.server.mishap = () => ({ kind });
    const { status, stdout } = await project.component('render demo --network-timeout 1 --network-retries 0');

    assert.equal(status, 4);
    assert.match(stdout, /^failed {5}demo: UPSTREAM_NETWORK: /);
    assert.match(stdout, /\n +hint: check /);
    assert.deepEqual(contentsOf(project.directory), before);
    assert.deepEqual(readdirSync(project.root).sort(), ['cache', 'project', 'served']);
  });
}

test('what a try did not get, the next one does', async (t) => {
  const project = await DistGitProject.open(t);
  project.publish('demo', { 'demo.spec': specOf('demo') });
  project.define('[components.demo]\n');
  let mishaps = 1;
  project.server.mishap = () => (mishaps-- > 0 ? { kind: 'status', status: 503 } : undefined);
  const { status, stdout } = await project.component('render demo --network-retries 1');

  assert.equal(status, 0, stdout);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`a process that gets ${signal} ends with status 130, and no component is half there`, async (t) => {
    const project = await DistGitProject.open(t);
    const names = ['a1', 'a2', 'a3', 'a4', 'b1'];
    names.forEach((name) => project.publish(name, { [`${name}.spec`]: specOf(name) }));
    project.define(names.map((name) => `[components.${name}]\n`).join(''));
    const waiting = Promise.withResolvers<void>();
    project.server.mishap = (request) => {
      if (!request.includes('/b1')) {
        return undefined;
      }
      waiting.resolve();
      return { kind: 'hang' };
    };
    const args = ['component', 'render', '--all', '--network-timeout', '60'];
    const run = spawn(join(checkout, 'slipway'), args, {
      cwd: project.directory,
      env: project.environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    run.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    await waiting.promise;
    run.kill(signal);
    const [status] = (await once(run, 'close')) as [number | null];

    assert.equal(status, 130, stderr);
    assert.match(stderr, /interrupted; run the same command again: it continues\n$/);
    for (const [path, text] of Object.entries(project.files())) {
      const name = path.split('/')[1] ?? '';
      assert.equal(path, `${name[0]}/${name}/${name}.spec`);
      assert.match(text, /^# This spec file [^]*\n- First\n$/);
    }
    assert.equal(existsSync(join(project.directory, 'specs/b')), false);
    project.server.mishap = undefined;
    assert.equal((await project.component('render --all')).status, 0);
    assert.deepEqual(
      Object.keys(project.files()),
      names.map((name) => `${name[0]}/${name}/${name}.spec`),
    );
  });
}
