import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { slipway } from '../support/slipway.ts';
import { missingPrograms, visibleSkip } from '../support/visible-skip.ts';
import { assertFault, assertUnharmed } from './support/assert-fault.ts';
import { builtProject } from './support/built-project.ts';
import { type FaultProject, imageToml, type ProjectPlan } from './support/fault-project.ts';

const skip = visibleSkip(missingPrograms('apt-get'));
const open: { stop(): Promise<void> }[] = [];
after(() => Promise.all(open.map((each) => each.stop())));

async function built(plan: Partial<ProjectPlan> = {}) {
  const made = await builtProject(plan);
  open.push(made);
  return made;
}

/** After the mistake is mended everything is as before, and nothing is done again. */
async function assertMended(project: FaultProject, outputs: Readonly<Record<string, string>>): Promise<void> {
  const { result } = await project.run();
  assert.deepEqual(await project.outputs(), outputs);
  assert.deepEqual(
    result.stages.filter(({ upToDate }) => !upToDate).map(({ stage }) => stage),
    [],
  );
}

const good = imageToml(['base', 'app']);

test('an unknown package in an image is named with its place and the nearest names', { skip }, async () => {
  const { project, outputs } = await built();
  await project.write('image.toml', imageToml(['base', 'app', 'extar']));
  const error = await project.failure();
  assertFault(error, {
    code: 'UPSTREAM_UNKNOWN_PACKAGE',
    status: 2,
    message: /package "extar"/,
    hint: /did you mean extra/,
  });
  assert.equal(error.at?.file, join(project.directory, 'image.toml'));
  assert.equal(error.at?.line, 2);
  await assertUnharmed(project, outputs);
  await project.write('image.toml', good);
  await assertMended(project, outputs);
});

test('an unknown package in a component is named with its place and the nearest names', { skip }, async () => {
  const { project, outputs } = await built({ toml: '[components.app]\nspec = { type = "import", package = "app" }\n' });
  await project.edit('slipway.toml', (text) => text.replace('package = "app"', 'package = "apps"'));
  const error = await project.failure();
  assertFault(error, {
    code: 'UPSTREAM_UNKNOWN_PACKAGE',
    status: 2,
    message: /package "apps"/,
    hint: /did you mean app/,
  });
  assert.equal(error.at?.file, join(project.directory, 'slipway.toml'));
  assert.ok((error.at?.line ?? 0) > 20);
  await assertUnharmed(project, outputs);
  await project.edit('slipway.toml', (text) => text.replace('package = "apps"', 'package = "app"'));
  await assertMended(project, outputs);
});

test('an image whose packages conflict is explained in words', { skip }, async () => {
  const { project, outputs } = await built();
  await project.write('image.toml', imageToml(['base', 'app', 'rival']));
  const error = await project.failure();
  assert.ok(['PIPELINE_UNSOLVABLE', 'UPSTREAM_NO_CLOSURE'].includes(error.code), error.code);
  assert.equal(error.exitStatus, 2);
  assert.match(error.message, /^Cannot .*rival : Conflicts: app.*\(for image main\)$/s);
  assert.match(error.hint ?? '', /change the list of packages/);
  assert.equal(error.at?.file, join(project.directory, 'image.toml'));
  await assertUnharmed(project, outputs);
  await project.write('image.toml', good);
  await assertMended(project, outputs);
});

test('a file that is no TOML is shown with file, line, column and caret', { skip }, async () => {
  const { project, outputs } = await built();
  await project.write('image.toml', 'description = "a container image"\npackages = ["base", "app"\n\n[container]\n');
  const { status, stderr } = await slipway(['build', '--project', project.directory], { env: project.env });
  assert.equal(status, 2);
  assert.match(stderr, /error\[PROJECT_SYNTAX\]: Cannot /);
  assert.match(stderr, /at .*image\.toml:\d+:\d+\n/);
  assert.match(stderr, /\n +\^/);
  assert.match(stderr, /hint: /);
  await assertUnharmed(project, outputs);
  await project.write('image.toml', good);
  await assertMended(project, outputs);
});

test('all mistakes of a file are shown in one run: unknown keys, wrong types', { skip }, async () => {
  const { project, outputs } = await built();
  await project.write('image.toml', 'descripton = "a container image"\npackages = "base"\n\n[container]\ncmd = [1]\n');
  const { status, stderr } = await slipway(['build', '--project', project.directory], { env: project.env });
  assert.equal(status, 2);
  assert.match(stderr, /error\[PROJECT_UNKNOWN_KEY\]: [^\n]*descripton[^\n]*\n {2}at .*image\.toml:1:1\n/);
  assert.match(stderr, /did you mean description\?/);
  assert.match(stderr, /error\[PROJECT_BAD_VALUE\]: [^\n]*\n {2}at .*image\.toml:2:12\n {4}packages = "base"\n +\^/);
  assert.match(stderr, /error\[PROJECT_BAD_VALUE\]: [^\n]*\n {2}at .*image\.toml:5:8\n/);
  assert.match(stderr, /^3 errors$/m); // that a description is missing follows from its misspelt key
  await assertUnharmed(project, outputs);
  await project.write('image.toml', good);
  await assertMended(project, outputs);
});

const overlay = (fields: string) => `[components.app]
spec = { type = "import", package = "app" }

[[components.app.overlays]]
${fields}
description = "what a test changes"
[components.app.overlays.metadata]
category = "branding-policy"
upstream-status = "inapplicable"
reason = "The test wants it."

`;

test('an overlay that does not apply is shown with its place and the nearest lines', { skip }, async () => {
  const fits = 'type = "spec-search-replace"\nregex = "^Summary:.*test package"\nreplacement = "Summary: changed"';
  const { project, outputs } = await built({ toml: overlay(fits) });
  await project.edit('slipway.toml', (text) => text.replace('test package', 'tset package'));
  const error = await project.failure();
  assertFault(error, {
    code: 'SPEC_NO_MATCH',
    status: 2,
    message: /^Cannot apply overlay 1 \(spec-search-replace\): no line of the spec is changed by/,
    hint: /nearest to it:\n {2}\d+: Summary: +test package/,
  });
  assert.equal(error.at?.file, join(project.directory, 'slipway.toml'));
  assert.ok((error.at?.line ?? 0) > 20);
  await assertUnharmed(project, outputs);
  await project.edit('slipway.toml', (text) => text.replace('tset package', 'test package'));
  await assertMended(project, outputs);
});

test('an overlay that changes nothing any more is an error with its place', { skip }, async () => {
  const works = 'type = "spec-update-tag"\ntag = "Summary"\nvalue = "changed"';
  const { project, outputs } = await built({ toml: overlay(works) });
  await project.edit('slipway.toml', (text) => text.replace('value = "changed"', 'value = "test package"'));
  const error = await project.failure();
  assertFault(error, {
    code: 'SPEC_OVERLAY_NO_EFFECT',
    status: 2,
    message: /it changes nothing/,
    hint: /remove the overlay/,
  });
  assert.equal(error.at?.file, join(project.directory, 'slipway.toml'));
  assert.ok((error.at?.line ?? 0) > 20);
  await assertUnharmed(project, outputs);
  await project.edit('slipway.toml', (text) => text.replace('value = "test package"', 'value = "changed"'));
  await assertMended(project, outputs);
});
