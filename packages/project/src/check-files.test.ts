import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadProject } from './load-project.ts';
import { bareDirectory, distro, failures } from './testing/project-directory.ts';

test('every file that is named and missing is an error where it is named, with the nearest name', async (context) => {
  const directory = await bareDirectory(context, {
    'azldev.toml': `includes = ["comps/*.toml"]\n${distro}
[images.vm.definition]
type = "kiwi"
path = "images/vm.kiwi"
`,
    'comps/a.toml': `[components.local.spec]
type = "local"
path = "local/local.spec"
[components.upstream]
overlay-files = ["overlays/*.toml", "overlays/fix.toml"]
[[components.upstream.overlays]]
type = "file-add"
file = "README"
source = "README.azl"
[[components.upstream.overlays]]
type = "patch-add"
source = "there.patch"
[component-groups.g]
default-component-config = { overlays = [{ type = "patch-add", source = "/nowhere/of-group.patch" }] }
`,
    'comps/there.patch': '',
    'comps/README.azll': '',
    'comps/local/local.spec/a-directory': '',
    'comps/overlays/fix.toml': `[metadata]
category = "azl-compatibility"
upstream-status = "upstreamed"
[[overlays]]
type = "patch-add"
source = "../fix.patch"
`,
  });
  assert.deepEqual(await failures(directory, () => loadProject(directory)), [
    'PROJECT_FILE_MISSING azldev.toml:18:8 Cannot use images.vm.definition.path: there is no file images/vm.kiwi (create it, or name one that exists)',
    'PROJECT_FILE_MISSING comps/a.toml:3:8 Cannot use components.local.spec.path: there is no file comps/local/local.spec (create it, or name one that exists)',
    'PROJECT_FILE_MISSING comps/a.toml:9:10 Cannot use components.upstream.overlays[0].source: there is no file comps/README.azl (did you mean README.azll?)',
    'PROJECT_FILE_MISSING comps/a.toml:14:73 Cannot use component-groups.g.default-component-config.overlays[0].source: there is no file /nowhere/of-group.patch (create it, or name one that exists)',
    'PROJECT_FILE_MISSING comps/overlays/fix.toml:6:10 Cannot use overlays[0].source: there is no file comps/fix.patch (create it, or name one that exists)',
  ]);
});

test('a link to a file is a file, a link to nothing is none', async (context) => {
  const patch = (name: string) => `[[components.x.overlays]]\ntype = "patch-add"\nsource = "${name}"\n`;
  const directory = await bareDirectory(context, {
    'azldev.toml': `${patch('good.patch')}${patch('bad.patch')}${distro}`,
    'real.patch': '',
  });
  symlinkSync('real.patch', join(directory, 'good.patch'));
  symlinkSync('gone.patch', join(directory, 'bad.patch'));
  const found = await failures(directory, () => loadProject(directory));
  assert.deepEqual(
    found.map((text) => text.split(' ', 2)),
    [['PROJECT_FILE_MISSING', 'azldev.toml:6:10']],
  );
});
