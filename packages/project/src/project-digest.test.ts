import assert from 'node:assert/strict';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadProject } from './load-project.ts';
import { projectDigest } from './project-digest.ts';
import { distro, projectDirectory } from './testing/project-directory.ts';

const files = {
  'azldev.toml': `includes = ["a.comp.toml"]\n${distro}`,
  'a.comp.toml': `[components.a]
overlay-files = ["more/*.toml"]
[[components.a.overlays]]
type = "patch-add"
source = "fix.patch"
[components.b]
spec = { type = "local", path = "b/b.spec" }
`,
  'more/x.toml': `[metadata]
category = "azl-pruning"
upstream-status = "unknown"
[[overlays]]
type = "spec-remove-tag"
tag = "X"
`,
  'fix.patch': '--- a\n',
  'b/b.spec': 'Name: b\n',
  'b/b.conf': 'x\n',
  'README.md': 'Nothing\n',
};

async function digestOf(context: TestContext, changed?: string): Promise<string> {
  const directory = await projectDirectory(context, files);
  if (changed !== undefined) {
    await appendFile(join(directory, changed), '\n');
  }
  return projectDigest(await loadProject(directory));
}

for (const name of ['azldev.toml', 'a.comp.toml', 'more/x.toml', 'fix.patch', 'b/b.spec', 'b/b.conf', 'slipway.lock']) {
  test(`a change of ${name} changes the digest of the project`, async (context) => {
    assert.notEqual(await digestOf(context, name), await digestOf(context));
  });
}

test('where the project lies, and files that it does not read, are no part of its digest', async (context) => {
  assert.equal(await digestOf(context, 'README.md'), await digestOf(context));
});

test('a source that is missing is no error here', async (context) => {
  const directory = await projectDirectory(context, files);
  const project = await loadProject(directory);
  const before = await projectDigest(project);
  await rm(join(directory, 'fix.patch'));

  assert.notEqual(await projectDigest(project), before);
});
