import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadProject } from './load-project.ts';
import { isDebugPackage, publishChannel } from './publish-channel.ts';
import { projectDirectory } from './testing/project-directory.ts';

test('the last rule that names a channel decides', async (context) => {
  const directory = await projectDirectory(context, {
    'azldev.toml': `
[default-package-config]
publish = { channel = "sdk", debuginfo-channel = "debug" }
[default-component-config]
spec = { type = "local", path = "a.spec" }
[components.plain]
[components.own]
publish = { rpm-channel = "own" }
packages = { "own-tools" = { publish = { rpm-channel = "tools" } }, "own-none" = { publish = { rpm-channel = "none" } } }
[package-groups.base]
packages = ["own-libs", "own-tools", "own-libs-debuginfo"]
default-package-config = { publish = { rpm-channel = "base", channel = "old" } }
`,
  });
  const project = await loadProject(directory);
  const expected: readonly (readonly [string, string, object])[] = [
    ['plain', 'plain', { type: 'channel', channel: 'sdk', rule: 'default' }],
    ['own', 'own', { type: 'channel', channel: 'own', rule: 'component' }],
    ['own', 'own-libs', { type: 'channel', channel: 'base', rule: 'group' }],
    ['own', 'own-tools', { type: 'channel', channel: 'tools', rule: 'package' }],
    ['own', 'own-none', { type: 'unpublished', rule: 'package' }],
    ['own', 'own-libs-debuginfo', { type: 'channel', channel: 'debug', rule: 'default' }],
  ];
  for (const [name, rpm, decision] of expected) {
    const component = project.components.get(name);
    assert.ok(component);
    assert.deepEqual(publishChannel(project, component, rpm), decision, rpm);
  }
});

test('debug packages have debuginfo or debugsource as a part of the name', () => {
  const names = [
    'a-debuginfo',
    'a-debugsource',
    'a-debuginfo-common',
    'elfutils-debuginfod',
    'debuginfo',
    'adebuginfo',
  ];
  assert.deepEqual(names.map(isDebugPackage), [true, true, true, false, true, false]);
});
