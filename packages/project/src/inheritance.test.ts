import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inherit, override } from './inherit.ts';
import { loadProject } from './load-project.ts';
import { placedOverlays } from './placed-overlays.ts';
import { failures, projectDirectory } from './testing/project-directory.ts';

type Rows = readonly {
  readonly rule: string;
  readonly base: object;
  readonly nearer: object;
  readonly expected: object;
}[];

const inheritance: Rows = [
  { rule: 'a scalar overrides', base: { a: 'x' }, nearer: { a: 'y' }, expected: { a: 'y' } },
  { rule: 'false does not override', base: { a: true }, nearer: { a: false }, expected: { a: true } },
  { rule: 'an empty string does not override', base: { a: 'x' }, nearer: { a: '' }, expected: { a: 'x' } },
  { rule: 'zero does not override', base: { a: 7 }, nearer: { a: 0 }, expected: { a: 7 } },
  {
    rule: 'lists are continued',
    base: { with: ['a'] },
    nearer: { with: ['b', 'a'] },
    expected: { with: ['a', 'b', 'a'] },
  },
  { rule: 'an empty list changes nothing', base: { with: ['a'] }, nearer: { with: [] }, expected: { with: ['a'] } },
  {
    rule: 'overlay files are replaced',
    base: { overlayFiles: ['a'] },
    nearer: { overlayFiles: ['b'] },
    expected: { overlayFiles: ['b'] },
  },
  {
    rule: 'overlay files are switched off',
    base: { overlayFiles: ['a'] },
    nearer: { overlayFiles: [] },
    expected: { overlayFiles: [] },
  },
  {
    rule: 'tables are merged by key',
    base: { defines: { a: '1', b: '2' } },
    nearer: { defines: { b: '3', c: '4' } },
    expected: { defines: { a: '1', b: '3', c: '4' } },
  },
  {
    rule: 'tables are merged at every depth',
    base: { spec: { upstreamDistro: { name: 'a', snapshot: 's' } } },
    nearer: { spec: { upstreamDistro: { name: 'a', version: '1' } } },
    expected: { spec: { upstreamDistro: { name: 'a', snapshot: 's', version: '1' } } },
  },
];

const overriding: Rows = [
  { rule: 'lists are replaced', base: { repos: ['a'] }, nearer: { repos: ['b'] }, expected: { repos: ['b'] } },
  {
    rule: 'an empty list does not override',
    base: { repos: ['a'] },
    nearer: { repos: [] },
    expected: { repos: ['a'] },
  },
  { rule: 'false does not override', base: { a: true }, nearer: { a: false }, expected: { a: true } },
  {
    rule: 'a version is replaced as a whole',
    base: { versions: { 1: { a: 'x', b: 'y' }, 2: {} } },
    nearer: { versions: { 1: { a: 'z' } } },
    expected: { versions: { 1: { a: 'z' }, 2: {} } },
  },
];

describe('a component inherits', () => {
  for (const { rule, base, nearer, expected } of inheritance) {
    test(rule, () => {
      const before = structuredClone({ base, nearer });
      assert.deepEqual(inherit(base, nearer), expected);
      assert.deepEqual({ base, nearer }, before);
    });
  }
});

describe('a later file overrides', () => {
  for (const { rule, base, nearer, expected } of overriding) {
    test(rule, () => assert.deepEqual(override(base, nearer, ['versions']), expected));
  }
});

test('defaults come from the distribution, the project, the groups by name, the component', async (context) => {
  const directory = await projectDirectory(context, {
    'azldev.toml': `
includes = ["groups/g.toml"]
[project]
default-distro = { name = "d", version = "2" }
[distros.d]
default-version = "1"
[distros.d.versions.1.default-component-config.build]
with = ["wrong"]
[distros.d.versions.2.default-component-config]
spec = { type = "upstream", upstream-distro = { name = "d" } }
build = { with = ["distro"], defines = { a = "distro", b = "distro" } }
[default-component-config.build]
with = ["project"]
defines = { b = "project", c = "project" }
[components.x]
build = { with = ["component"], defines = { d = "component" } }
release = { calculation = "" }
[components.y]
[component-groups.b]
components = ["x"]
default-component-config = { build = { with = ["b"], defines = { d = "b", e = "b" } }, release = { calculation = "manual" } }
`,
    'groups/g.toml': `
[component-groups.a]
components = ["x"]
specs = ["specs/**/*.spec"]
excluded-paths = ["specs/old/**"]
default-component-config = { build = { with = ["a"], defines = { e = "a" } } }
`,
    'groups/specs/new/z.spec': '',
    'groups/specs/y.spec': '',
    'groups/specs/old/w.spec': '',
  });
  const { components, componentGroups } = await loadProject(directory);
  assert.deepEqual(components.get('x')?.build, {
    with: ['distro', 'project', 'a', 'b', 'component'],
    defines: { a: 'distro', b: 'project', c: 'project', d: 'component', e: 'b' },
  });
  assert.equal(components.get('x')?.release, 'manual');
  assert.deepEqual(components.get('x')?.groups, ['a', 'b']);
  assert.deepEqual(componentGroups.get('a')?.components, ['x', 'y', 'z']);
  assert.deepEqual([...components.keys()], ['x', 'y', 'z']);
  assert.deepEqual(components.get('z')?.spec, { type: 'local', path: join(directory, 'groups/specs/new/z.spec') });
  assert.deepEqual(components.get('y')?.spec, { type: 'upstream', distro: { name: 'd', version: '1' }, name: 'y' });
});

const overlayDocument = (tag: string) =>
  `[metadata]\ncategory = "azl-pruning"\nupstream-status = "inapplicable"\n[[overlays]]\ntype = "spec-remove-tag"\ntag = "${tag}"\n`;

test('overlay files follow the overlays of the component, by base name', async (context) => {
  const directory = await projectDirectory(context, {
    'azldev.toml': `
[distros.d.versions.1]
release-ver = "1"
[default-component-config]
spec = { type = "local", path = "a.spec" }
overlays = [{ type = "spec-remove-tag", tag = "Default" }]
overlay-files = ["default/*.toml"]
[components.a]
overlay-files = ["x/**/*.overlay.toml", "x/2.overlay.toml"]
overlays = [{ type = "spec-remove-tag", tag = "Own" }]
[components.b]
[components.c]
overlay-files = []
`,
    'default/0.toml': overlayDocument('File0'),
    'x/2.overlay.toml': overlayDocument('File2'),
    'x/deep/1.overlay.toml': overlayDocument('File1'),
  });
  const project = await loadProject(directory);
  const tags = (name: string) =>
    project.components.get(name)?.overlays.map(({ overlay }) => 'tag' in overlay && overlay.tag);
  assert.deepEqual(tags('a'), ['Default', 'Own', 'File1', 'File2']);
  assert.deepEqual(tags('b'), ['Default', 'File0']);
  assert.deepEqual(tags('c'), ['Default']);
  const last = project.components.get('a')?.overlays[3];
  assert.equal(last?.metadata?.category, 'pruning');
  assert.deepEqual(last && project.position(last.origin), {
    file: join(directory, 'x/2.overlay.toml'),
    line: 4,
    column: 3,
  });
  const component = project.components.get('a');
  assert.deepEqual(component && placedOverlays(project, component)[3], {
    type: 'spec-remove-tag',
    tag: 'File2',
    metadata: { category: 'pruning', upstreamStatus: 'inapplicable' },
    at: { file: join(directory, 'x/2.overlay.toml'), line: 4, column: 3 },
  });
  assert.equal(project.generation, 'august-2026');
});

test('mistakes in overlay files are reported there', async (context) => {
  const directory = await projectDirectory(context, {
    'azldev.toml':
      '[components.a]\nspec = { type = "local", path = "a.spec" }\noverlay-files = ["*.overlay.toml", "gone.toml"]\n',
    'a.overlay.toml':
      '[metadata]\ncategory = "azl-prunning"\nupstream-status = "unknown"\n[[overlays]]\ntype = "patch-remove"\nfile = "x"\nfoo = 1\n',
    'b.overlay.toml': `${overlayDocument('A')}metadata = { category = "azl-pruning", upstream-status = "unknown" }\n`,
  });
  const found = (await failures(directory, () => loadProject(directory))).join('\n');
  assert.match(found, /PROJECT_BAD_VALUE a\.overlay\.toml:2:12 .*did you mean "azl-pruning"/);
  assert.match(found, /PROJECT_UNKNOWN_KEY a\.overlay\.toml:7:1 /);
  assert.match(found, /PROJECT_BAD_VALUE b\.overlay\.toml:7:12 .*stands once/);
  assert.match(found, /PROJECT_FILE_MISSING azldev\.toml:3:36 /);
});
