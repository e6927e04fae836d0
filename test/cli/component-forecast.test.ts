import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DistGitProject, day, newYear, specOf } from '../support/dist-git-project.ts';

const overlays = `
[components.demo]
[[components.demo.overlays]]
type = "spec-set-tag"
tag = "Summary"
value = "Ours"
description = "Says whose it is"
[[components.demo.overlays]]
type = "spec-search-replace"
regex = 'MIT'
replacement = "MIT-0"
description = "The licence is wrong"
[[components.demo.overlays]]
type = "spec-search-replace"
regex = '^%autosetup$'
replacement = "%autosetup -p1"
description = "Patches have one level"
[components.plain]
`;

/** In March upstream corrects its licence, and writes %autosetup with a name. */
async function movingProject(t: TestContext): Promise<{ project: DistGitProject; newer: string }> {
  const project = await DistGitProject.open(t);
  project.publish('demo', { 'demo.spec': specOf('demo') });
  project.publish('plain', { 'plain.spec': specOf('plain') });
  const newer = project.package('demo').commit({
    message: 'Correct the licence',
    time: newYear + 60 * day,
    files: {
      'demo.spec': specOf('demo').replace('License: MIT', 'License: MIT-0').replace('%autosetup', '%autosetup -n demo'),
    },
  });
  project.define(overlays);
  return { project, newer };
}

test('a forecast says of each overlay whether it applies, is unnecessary or breaks, and exits with 1 on breaks', async (t) => {
  const { project } = await movingProject(t);
  const { status, stdout } = await project.component('forecast --to 2026-03-31');

  assert.equal(status, 1);
  assert.match(stdout, /^component {2}overlay {16}verdict {6}what to do\n/);
  assert.match(stdout, /\ndemo {7}1 spec-set-tag {9}applies {6}nothing\n/);
  assert.match(stdout, /\ndemo {7}2 spec-search-replace {2}unnecessary {2}remove it: /);
  assert.match(stdout, /\ndemo {7}3 spec-search-replace {2}breaks {7}resolve the conflict: /);
  assert.match(stdout, /\n3 overlays: 1 applies, 1 is unnecessary, 1 breaks\n$/);
  assert.deepEqual(project.files(), {}, 'a forecast writes nothing');
  assert.deepEqual(project.files('locks'), {});
});

test('a forecast to where upstream is already is that everything applies, with status 0', async (t) => {
  const { project } = await movingProject(t);
  const { status, stdout } = await project.component('forecast --to 2026-01-31T00:00:00Z');

  assert.equal(status, 0);
  assert.match(stdout, /\n3 overlays: 3 apply\n$/);
});

test('a commit is forecast for one component, with details', async (t) => {
  const { project, newer } = await movingProject(t);
  const { status, stdout } = await project.component(`forecast demo --details --to ${newer.slice(0, 10)}`);
  const several = await project.component(`forecast demo plain --to ${newer}`);
  const nonsense = await project.component('forecast demo --to yesterday');

  assert.equal(status, 1);
  assert.match(stdout, /demo overlay 3 {2}spec-search-replace .*\nbreaks: /);
  assert.match(stdout, /SPEC_NO_MATCH/);
  assert.match(stdout, /write instead:|merged into the new upstream|conflict with the new upstream/);
  assert.deepEqual([several.status, nonsense.status], [2, 2]);
  assert.match(several.stderr, /error\[CLI_USAGE\]: .*a commit is of one component/);
  assert.match(nonsense.stderr, /is invalid\. It is neither a commit of 7 to 40 hexadecimal digits nor a date/);
});

test('a forecast is JSON, CSV or Markdown too, and a component that fails is in all of them', async (t) => {
  const { project } = await movingProject(t);
  project.define(
    `${overlays}[components.gone]\n[[components.gone.overlays]]\ntype = "spec-remove-tag"\ntag = "URL"\ndescription = "x"\n`,
  );
  const run = async (format: string) => (await project.component(`forecast --to 2026-03-31 --format ${format}`)).stdout;
  const json = JSON.parse(await run('json'));

  assert.deepEqual(json.counts, { applies: 1, 'applies-differently': 0, unnecessary: 1, breaks: 1, 'not-checked': 0 });
  assert.deepEqual(
    json.failures.map(({ component, error }: { component: string; error: { code: string } }) => [
      component,
      error.code,
    ]),
    [['gone', 'UPSTREAM_NO_REPOSITORY']],
  );
  assert.match(await run('table'), /\nnot forecast gone: UPSTREAM_NO_REPOSITORY: /);
  assert.match(
    await run('csv'),
    /^component,overlay,type,verdict,reason\ndemo,1,spec-set-tag,applies,[^]*\ngone,,,not-forecast,"?UPSTREAM/,
  );
  assert.match(await run('markdown'), /^\| component \| overlay \| type \| verdict \| reason \|\n\| --- \| ---: \|/);
});

test('components without overlays or without dist-git have nothing to forecast, and that is said', async (t) => {
  const { project } = await movingProject(t);
  project.write({ 'tool/tool.spec': specOf('tool') });
  project.define(`${overlays}[components.tool]\nspec = { type = "local", path = "tool/tool.spec" }\n`);
  const { status, stdout } = await project.component('forecast plain tool --to 2026-03-31');

  assert.equal(status, 0);
  assert.equal(stdout, 'No overlays to forecast.\n\n1 component without a dist-git upstream left out\n');
});
