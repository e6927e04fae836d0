import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { DistGitProject, day, newYear, specOf } from '../support/dist-git-project.ts';

async function twoComponents(t: TestContext): Promise<DistGitProject> {
  const project = await DistGitProject.open(t);
  project.publish('demo', { 'demo.spec': specOf('demo') });
  project.publish('other', { 'other.spec': specOf('other') });
  project.define('[components.demo]\n[components.other]\n');
  return project;
}

const demoCommit = (project: DistGitProject, name = 'demo') => project.package(name).git(['rev-parse', 'f43']);

test('locks are written, and written again only when something changed', async (t) => {
  const project = await twoComponents(t);
  const { status, stdout } = await project.component('update --all');
  const [demo, other] = [demoCommit(project), demoCommit(project, 'other')].map((commit) => commit.slice(0, 12));

  assert.equal(status, 0);
  assert.equal(
    stdout,
    `component  lock  commit before  commit        remark
---------  ----  -------------  ------------  ------
demo       new                  ${demo}
other      new                  ${other}

2 components: 2 locks written
`,
  );
  assert.match(
    project.read('locks/demo.lock'),
    /^# Managed by slipway component update\. .*\nversion = 1\nimport-commit = /,
  );
  const before = project.writeTimes('locks');
  const asked = project.server.requests.length;
  assert.equal((await project.component('update --all')).stdout, '2 components: 0 locks written\n');
  assert.deepEqual(project.writeTimes('locks'), before);
  assert.equal(project.server.requests.length, asked, 'what the commit is chosen by did not change: nobody is asked');
});

test('--check writes nothing and exits with 1 when a lock would change', async (t) => {
  const project = await twoComponents(t);
  const { status, stdout } = await project.component('update --all --check');

  assert.equal(status, 1);
  assert.match(stdout, /\n2 components: 2 locks would change\n$/);
  assert.equal(existsSync(join(project.directory, 'locks')), false);
  await project.component('update --all');
  assert.equal((await project.component('update --all --check')).status, 0);
});

test('--all removes the locks of components that are gone', async (t) => {
  const project = await twoComponents(t);
  await project.component('update --all');
  project.define('[components.demo]\n');
  const checked = await project.component('update --all --check');
  const one = await project.component('update demo');
  assert.deepEqual([checked.status, one.status], [1, 0]);
  assert.deepEqual(Object.keys(project.files('locks')), ['demo.lock', 'other.lock']);
  const { stdout } = await project.component('update --all');

  assert.match(
    stdout,
    /\nother {6}removed .* no component has this name\n\n1 component: 0 locks written, 1 removed\n$/,
  );
  assert.deepEqual(Object.keys(project.files('locks')), ['demo.lock']);
});

test('a component that upstream does not have keeps the others from nothing', async (t) => {
  const project = await twoComponents(t);
  project.define('[components.demo]\n[components.gone]\n[components.other]\n');
  const { status, stdout } = await project.component('update --all');

  assert.equal(status, 2);
  assert.match(stdout, /\nfailed {3}gone: UPSTREAM_NO_REPOSITORY: .*\n {9}hint: check dist-git-base-uri/);
  assert.match(stdout, /\n3 components: 2 locks written, 1 failed\n$/);
  const { locks, failures } = JSON.parse((await project.component('update --all --json')).stdout);
  assert.deepEqual([locks, failures[0].component, failures[0].error.code], [[], 'gone', 'UPSTREAM_NO_REPOSITORY']);
  const csv = (await project.component('update --all --format csv')).stdout;
  assert.match(csv, /^component,lock,commit before,commit,remark\ngone,failed,,,"?UPSTREAM_NO_REPOSITORY: /);
});

test('a newer snapshot moves the lock, and changed says which field and that it is rebuilt', async (t) => {
  const project = await twoComponents(t);
  await project.component('update --all');
  project.commit('Lock', 40);
  const before = demoCommit(project);
  project.package('demo').commit({
    message: 'newer',
    time: newYear + 60 * day,
    files: { 'demo.spec': specOf('demo').replace('1.0', '2.0') },
  });
  project.write({ 'slipway.toml': project.read('slipway.toml').replace('2026-02-01', '2026-04-01') });
  const { stdout } = await project.component('update --all --format csv');
  const after = demoCommit(project);

  assert.match(stdout, new RegExp(`\ndemo,changed,${before},${after},\n`));
  const changed = await project.component('changed --from HEAD --format csv');
  assert.equal(
    changed.stdout,
    `component,change,field,from,to\ndemo,changed,upstream.commit,"""${before}""","""${after}"""\n`,
  );
  const json = JSON.parse((await project.component('changed --from HEAD --json --include-unchanged')).stdout);
  assert.deepEqual(
    json.map(({ component, rebuild }: { component: string; rebuild: boolean }) => [component, rebuild]),
    [
      ['demo', true],
      ['other', false],
    ],
  );
  const table = (await project.component('changed --from HEAD')).stdout;
  assert.match(table, /\n1 component to rebuild \(0 added, 1 changed\); 0 removed, 1 unchanged\n$/);
  assert.match((await project.component('changed --from HEAD --format markdown')).stdout, /^\| component \| change \|/);
});

test('--bump asks for a rebuild of what did not change', async (t) => {
  const project = await twoComponents(t);
  await project.component('update --all');
  project.commit('Lock', 40);
  await project.component('update demo --bump');
  await project.component('update demo');

  assert.match(project.read('locks/demo.lock'), /\nmanual-bump = 1\n/);
  const { stdout } = await project.component('changed --from HEAD --format csv');
  assert.equal(stdout, 'component,change,field,from,to\ndemo,changed,manual-bump,-,1\n');
});

test('a lock that somebody broke is an error with its line; the others are not touched by it', async (t) => {
  const project = await twoComponents(t);
  await project.component('update --all');
  project.write({ 'locks/demo.lock': 'version = 1\nupstream-commit = "main"\n' });
  const { stdout } = await project.component('render --all');

  assert.match(stdout, /^failed {5}demo: PROJECT_BAD_VALUE: .*\n +at locks\/demo\.lock:2:19\n/);
  assert.match(stdout, /\n2 components in specs: 1 written, 0 unchanged, 1 failed\n$/);
  const updated = await project.component('update --all');
  assert.equal(updated.status, 2);
  assert.match(updated.stdout, /^failed {3}demo: PROJECT_BAD_VALUE: /);
});
