import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DistGitProject, specOf } from '../support/dist-git-project.ts';

/** Nothing in the text of the overlay is wrong: only with the spec one sees that it does nothing. */
const idle = `
[components.demo]
[[components.demo.overlays]]
type = "spec-set-tag"
tag = "Summary"
value = "A demo"
description = "Says what it is"
[components.demo.overlays.metadata]
category = "azl-branding-policy"
upstream-status = "inapplicable"
`;

async function idleProject(t: TestContext): Promise<DistGitProject> {
  const project = await DistGitProject.open(t);
  project.publish('demo', { 'demo.spec': specOf('demo') });
  project.define(idle);
  return project;
}

interface Finding {
  readonly code: string;
  readonly overlay: number;
  readonly at: { readonly line: number };
}

test('an overlay without effect is found once the spec is in the cache, and that it was not tried is said before', async (t) => {
  const project = await idleProject(t);
  const before = await project.component('lint');
  assert.deepEqual(project.server.requests, []);
  assert.match(
    before.stdout,
    /\nThe overlays of 1 component were not tried on their specs: demo\. --specs fetch gets them\.\n$/,
  );
  assert.equal(before.status, 0);
  const fetched = await project.component('lint --specs fetch --json');
  const cached = await project.component('lint --json');
  const { findings, withoutSpec } = JSON.parse(cached.stdout) as { findings: Finding[]; withoutSpec: string[] };

  assert.equal(fetched.stdout, cached.stdout);
  assert.deepEqual(withoutSpec, []);
  assert.deepEqual(
    findings.map(({ code, overlay }) => [code, overlay]),
    [['no-effect', 0]],
  );
  const { stdout } = await project.component('lint');
  assert.match(stdout, /^slipway\.toml:\d+:\d+: \w+\[no-effect\]: demo overlay 1: /);
  assert.match(stdout, /\n1 \w+ in 1 component\n$/);
});

test('findings are CSV and Markdown too, and --fail-on decides the status', async (t) => {
  const project = await idleProject(t);
  await project.component('lint --specs fetch');
  const csv = await project.component('lint --format csv');
  const markdown = await project.component('lint --format markdown');

  assert.match(
    csv.stdout,
    /^component,overlay,severity,code,place,finding,suggestion\ndemo,1,\w+,no-effect,slipway\.toml:/,
  );
  assert.match(markdown.stdout, /\n\| demo \| 1 \| \w+ \| no-effect \| slipway\.toml:/);
  assert.equal((await project.component('lint --fail-on note')).status, 1);
});

test('an overlay that cannot be applied to what is locked is an error of the linter', async (t) => {
  const project = await idleProject(t);
  project.define(idle.replace('spec-set-tag', 'spec-update-tag').replace('"Summary"', '"Sumary"'));
  await project.component('update demo');
  const { status, stdout } = await project.component('lint --specs fetch');

  assert.equal(status, 1);
  assert.match(stdout, /error\[overlay-fails\]: demo overlay 1: .*"Sumary"/);
});

test('a component whose spec cannot be had keeps the others from nothing, and what its text shows is found', async (t) => {
  const project = await idleProject(t);
  const gone = '[components.gone]\n[[components.gone.overlays]]\ntype = "spec-remove-tag"\ntag = "URL"\n';
  project.define(idle + gone);
  const { status, stdout } = await project.component('lint --specs fetch');
  const { findings, failures } = JSON.parse((await project.component('lint --specs fetch --json')).stdout);

  assert.equal(status, 2);
  assert.match(stdout, /\nnot tried gone: UPSTREAM_NO_REPOSITORY: /);
  assert.deepEqual(
    findings.map(({ component, code }: { component: string; code: string }) => [component, code]),
    [
      ['demo', 'no-effect'],
      ['gone', 'missing-reason'],
    ],
  );
  assert.equal(failures[0].error.code, 'UPSTREAM_NO_REPOSITORY');
  project.write({ 'locks/demo.lock': 'broken\n' });
  const cached = await project.component('lint demo');
  assert.match(cached.stdout, /not tried demo: PROJECT_SYNTAX: /);
});
