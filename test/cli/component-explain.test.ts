import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DistGitProject, specOf } from '../support/dist-git-project.ts';

const overlays = `
[components.demo]
[[components.demo.overlays]]
type = "spec-set-tag"
tag = "Summary"
value = "Ours"
description = "Says whose it is"
[[components.demo.overlays]]
type = "spec-search-replace"
regex = '%autosetup -p2'
replacement = "%autosetup -p1"
description = "Patches have one level"
[[components.demo.overlays]]
type = "patch-add"
source = "fix.patch"
description = "Mends it"
`;
const working = overlays.replace('%autosetup -p2', '%autosetup$');

async function demoProject(t: TestContext, text: string): Promise<DistGitProject> {
  const project = await DistGitProject.open(t);
  project.publish('demo', { 'demo.spec': specOf('demo'), 'README.md': 'For people\n' });
  project.define(text, { 'fix.patch': 'a patch\n' });
  return project;
}

test('explain shows what each overlay changes, and for one that matches nothing the nearest lines', async (t) => {
  const project = await demoProject(t, overlays);
  const { status, stdout } = await project.component('explain demo');

  assert.equal(status, 1);
  assert.match(
    stdout,
    /^overlay 1 of 3 {2}spec-set-tag {2}slipway\.toml:\d+:\d+ {2}"Says whose it is"\napplied: 1 line/,
  );
  assert.match(stdout, /\n-Summary: A demo\n\+Summary: Ours\n/);
  assert.match(stdout, /\noverlay 2 of 3 {2}spec-search-replace .*\nfailed\nSPEC_NO_MATCH {2}/);
  assert.match(stdout, /\nnearest to it:\n {2}12: %autosetup\n/);
  assert.match(stdout, /\noverlay 3 of 3 {2}patch-add .*\napplied: .*\nas if overlay 2 were not there\n/);
  assert.match(stdout, /\n\+Patch0: fix\.patch\n/);
  assert.match(stdout, /\n1 overlay cannot be applied\n$/);
});

test('one overlay is explained by its number or its description, and --combined shows the whole', async (t) => {
  const project = await demoProject(t, working);
  const byNumber = await project.component('explain demo 1');
  const byDescription = await project.component('explain demo', 'says whose');
  const combined = await project.component('explain demo --combined');
  const unknown = await project.component('explain demo 4');

  assert.equal(byNumber.status, 0);
  assert.doesNotMatch(byNumber.stdout, /overlay [23] of 3/);
  assert.equal(byDescription.stdout, byNumber.stdout);
  assert.match(combined.stdout, /\+.*Summary: Ours/);
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /^error\[/m);
});

test('explain as JSON has the failure with its nearest lines', async (t) => {
  const project = await demoProject(t, overlays);
  const { overlays: shown } = JSON.parse((await project.component('explain demo --json')).stdout);

  assert.deepEqual(
    shown.map(({ number, outcome }: { number: number; outcome: string }) => [number, outcome]),
    [
      [1, 'applied'],
      [2, 'failed'],
      [3, 'applied'],
    ],
  );
  assert.equal(shown[1].failure.error.code, 'SPEC_NO_MATCH');
  assert.deepEqual(shown[1].failure.nearest.map(({ line, text }: { line: number; text: string }) => [line, text])[0], [
    12,
    '%autosetup',
  ]);
});

test('a component without overlays is explained in a sentence', async (t) => {
  const project = await demoProject(t, '[components.demo]\n');

  assert.equal((await project.component('explain demo')).stdout, 'demo has no overlays: it is as upstream made it.\n');
});

test('diff shows everything that rendering changes, also what no overlay did', async (t) => {
  const project = await demoProject(t, `${working}\n[components.plain]\nspec.upstream-name = "demo"\n`);
  const { status, stdout } = await project.component('diff demo');
  const json = JSON.parse((await project.component('diff demo --json')).stdout);

  assert.equal(status, 0);
  assert.match(stdout, /\n\+# This spec file has been modified by slipway /);
  assert.match(stdout, /\n-Summary: A demo\n\+Summary: Ours\n/);
  assert.match(stdout, /--- a\/fix\.patch\n\+\+\+ b\/fix\.patch\n@@ -0,0 \+1 @@\n\+a patch\n$/);
  assert.deepEqual(
    json.differences.map(({ path, change }: { path: string; change: string }) => [path, change]),
    [
      ['README.md', 'removed'],
      ['demo.spec', 'changed'],
      ['fix.patch', 'added'],
    ],
  );
});

test('show has the spec of upstream after the overlays once it is in the cache, and says how to get it', async (t) => {
  const project = await demoProject(t, working);
  const before = await project.component('show demo');

  assert.equal(before.status, 0);
  assert.match(
    before.stdout,
    /^demo: spec from demo of up 43\n\n3 overlays\n\n {2}spec-set-tag \(slipway\.toml:\d+\)\n/,
  );
  assert.match(before.stdout, /\nIts spec is not in the cache: slipway component explain demo gets it\.\n$/);
  assert.deepEqual(project.server.requests, []);
  await project.component('explain demo');
  const asked = project.server.requests.length;
  const { status, stdout } = await project.component('show demo');

  assert.equal(status, 0);
  assert.match(stdout, /\nSpec after the overlays:\n\nName: demo\n[^]*\nSummary: Ours\n[^]*\nPatch0: fix\.patch\n/);
  assert.equal(project.server.requests.length, asked);
  const json = JSON.parse((await project.component('show demo --json')).stdout);
  assert.match(json.renderedSpec, /^Name: demo\n/);
  assert.equal(json.problem, null);
});

test('show lists the overlays of a component also when they cannot be applied', async (t) => {
  const project = await demoProject(t, overlays);
  await project.component('explain demo');
  const { status, stdout } = await project.component('show demo');

  assert.equal(status, 2);
  assert.match(stdout, /\n3 overlays\n/);
  assert.match(
    stdout,
    /\nIts spec cannot be shown: SPEC_NO_MATCH: Cannot apply overlay 2 .*\nSee slipway component explain demo\n$/,
  );
  const { problem, renderedSpec } = JSON.parse((await project.component('show demo --json')).stdout);
  assert.deepEqual([problem.code, renderedSpec], ['SPEC_NO_MATCH', null]);
});

test('errors of commands for one component are JSON when the output is', async (t) => {
  const project = await demoProject(t, working);
  for (const command of ['explain', 'diff', 'show']) {
    const { status, stdout, stderr } = await project.component(`${command} dmeo --json`);

    assert.deepEqual([status, stdout], [2, '']);
    assert.deepEqual(JSON.parse(stderr).errors[0].code, 'PROJECT_UNKNOWN_NAME');
  }
  const { status, stderr } = await project.component('explain demo --offline --json');
  const { exitStatus, errors } = JSON.parse(stderr);
  assert.deepEqual([status, exitStatus, errors[0].code], [3, 3, 'UPSTREAM_OFFLINE']);
  assert.match(errors[0].hint, /slipway component render demo/);
});
