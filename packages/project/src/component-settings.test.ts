import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { test } from 'node:test';
import { componentSettings, misnamedFile } from './component-settings.ts';
import { loadProject } from './load-project.ts';
import { distro, projectDirectory } from './testing/project-directory.ts';

const commit = '0123456789012345678901234567890123456789';

test('pins and build settings come with the comment above them, or above a table that they stand in', async (context) => {
  const directory = await projectDirectory(context, {
    'azldev.toml': `includes = ["comps/*.toml"]\n${distro}
[component-groups.g]
components = ["plain"]
default-component-config = { build = { with = ["inherited"] } }
`,
    'comps/head.toml': `# Why the whole file exists

[components.head]
build.defines = { x = "1" }
[components.plain]
spec = { upstream-commit = "${commit}" }
[components.plain.build]
# No network
check = { skip = true, skip_reason = "No network" }
without = ["docs"]
# For size
undefines = ["y"]
[components.own]
spec = { type = "local", path = "own.spec" }
build = { with = ["x"] }
`,
  });
  const project = await loadProject(directory);
  const found = ['head', 'plain', 'own'].map((name) => {
    const component = project.components.get(name);
    assert.ok(component);
    return componentSettings(project, component).map(({ key, comment, at }) => [key, at.line, comment]);
  });
  assert.deepEqual(found, [
    [['build.defines', 4, 'Why the whole file exists']],
    [
      ['spec.upstream-commit', 6, undefined],
      ['build.without', 10, undefined],
      ['build.undefines', 12, 'For size'],
    ],
    [],
  ]);
});

test('a file is misnamed when its name is that of a component that another file defines', async (context) => {
  const directory = await projectDirectory(context, {
    'azldev.toml': `includes = ["comps/*.toml"]\n${distro}\n[components.azldev]\n`,
    'comps/a.comp.toml': '[components.b]\n',
    'comps/b.toml': '[components.a]\n[components.own]\n',
    'comps/c.toml': '[components.c]\n[components.c-devel]\n',
  });
  const project = await loadProject(directory);
  const named = [...project.components.values()].flatMap((component) => {
    const other = misnamedFile(project, component);
    return other === undefined ? [] : [[component.name, other, basename(component.origin.file)]];
  });
  assert.deepEqual(named, [
    ['a', 'b', 'b.toml'],
    ['b', 'a', 'a.comp.toml'],
    ['own', 'b', 'b.toml'],
  ]);
});
