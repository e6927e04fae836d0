import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type LoadOptions, loadProject } from './load-project.ts';
import { distro, failures, projectDirectory } from './testing/project-directory.ts';

const local = 'spec = { type = "local", path = "a.spec" }';

describe('a component in two files', () => {
  const files = {
    'azldev.toml': `includes = ["a.toml", "b.toml"]\n${distro}`,
    'a.toml':
      '[components.x]\nbuild = { with = ["a"], defines = { d = "1", e = "1" } }\nrelease = { calculation = "auto" }',
    'b.toml':
      '[components.x]\nbuild = { with = ["b"], defines = { d = "2" } }\nrelease = { calculation = "manual" }\noverlays = [{ type = "spec-remove-tag", tag = "A" }]',
  };

  test('is an error that names both', async (context) => {
    const directory = await projectDirectory(context, files);
    const found = await failures(directory, () => loadProject(directory));
    assert.match(
      found.join('\n'),
      /^PROJECT_DUPLICATE b\.toml:1:13 .*already defined in a\.toml:1 \(remove one of the two\)$/,
    );
  });

  test('is continued in load order when the load says so', async (context) => {
    const directory = await projectDirectory(context, files);
    const project = await loadProject(directory, { mergeComponents: true });
    const component = project.components.get('x');
    assert.deepEqual(component?.build, { with: ['a', 'b'], defines: { d: '2', e: '1' } });
    assert.equal(component.release, 'manual');
    assert.deepEqual(project.position(component.origin), { file: join(directory, 'a.toml'), line: 1, column: 13 });
    const [overlay] = component.overlays;
    assert.deepEqual(overlay && project.position(overlay.origin), {
      file: join(directory, 'b.toml'),
      line: 4,
      column: 13,
    });
  });
});

test('other tables are never continued: the same name twice is an error', async (context) => {
  const directory = await projectDirectory(context, {
    'azldev.toml': 'includes = ["[ab].toml"]',
    'a.toml': '[component-groups.x]\n[images.x]\n[package-groups.x]\n[test-suites.x]',
    'b.toml': '[component-groups.x]\n[images.x]\n[package-groups.x]\n[test-suites.x]',
  });
  const found = await failures(directory, () => loadProject(directory, { mergeComponents: true }));
  assert.deepEqual(
    found.map((text) => text.split(' ').slice(0, 2).join(' ')),
    [
      'PROJECT_DUPLICATE b.toml:1:19',
      'PROJECT_DUPLICATE b.toml:2:9',
      'PROJECT_DUPLICATE b.toml:3:17',
      'PROJECT_DUPLICATE b.toml:4:14',
    ],
  );
});

describe('what holds before any file', () => {
  const set = '[resources.rpm-repo-sets.s]\ntemplate = "koji-dist-repo"\nbase-uri = "https://x.example"';

  test('is an author and two layouts, which files override', async (context) => {
    const directory = await projectDirectory(context, {
      'azldev.toml': set,
      'own.toml':
        '[project]\ndefault-author-email = "me@x.example"\n[resources.rpm-repo-set-templates.azl-standard]\nsubrepos = [{ name = "all", subpath = "." }]',
    });
    const preset = await loadProject(directory);
    assert.equal(preset.defaultAuthorEmail, 'slipway@example.org');
    assert.deepEqual(Object.keys(preset.resources.rpmRepoSetTemplates ?? {}), ['azl-standard', 'koji-dist-repo']);
    const own = await loadProject(directory, { configFiles: [join(directory, 'own.toml')] });
    assert.equal(own.defaultAuthorEmail, 'me@x.example');
    assert.deepEqual(own.resources.rpmRepoSetTemplates?.['azl-standard']?.subrepos, [{ name: 'all', subpath: '.' }]);
  });

  test('can be left out', async (context) => {
    const directory = await projectDirectory(context, { 'azldev.toml': '[images.i]', 'set/azldev.toml': set });
    const { defaultAuthorEmail, resources } = await loadProject(directory, { embeddedDefaults: false });
    assert.deepEqual({ defaultAuthorEmail, ...resources.rpmRepoSetTemplates }, { defaultAuthorEmail: undefined });
    const found = await failures(directory, () => loadProject(join(directory, 'set'), { embeddedDefaults: false }));
    assert.match(found.join('\n'), /^PROJECT_UNKNOWN_NAME .*no repository set template "koji-dist-repo"/);
  });
});

test('further files come after the project, in order, and do not move its directories', async (context) => {
  const directory = await projectDirectory(context, {
    'project/azldev.toml': `includes = ["sub/project.toml"]\n[components.a]\n${local}`,
    'project/sub/project.toml': '[project]\ndescription = "project"\ndefault-author-email = "project@x.example"',
    'home/config.toml': '[project]\ndefault-author-email = "user@x.example"\ndescription = "user"',
    'first.toml': '[project]\ndescription = "first"\n[default-component-config.build]\nwith = ["first"]',
    'second.toml': '[project]\ndescription = ""\nwork-dir = "w"\n[default-component-config.build]\nwith = ["second"]',
  });
  const configFiles = ['home/config.toml', 'first.toml', 'second.toml'].map((name) => join(directory, name));
  const project = await loadProject(join(directory, 'project'), { configFiles });
  assert.equal(project.description, 'first');
  assert.equal(project.defaultAuthorEmail, 'user@x.example');
  assert.equal(project.directories.work, join(directory, 'w'));
  assert.equal(project.directories.output, join(directory, 'project/sub/out'));
  assert.deepEqual(project.components.get('a')?.build.with, ['first', 'second']);
  const bare = await projectDirectory(context, { 'azldev.toml': '', 'home/c.toml': '[project]\ndescription = "user"' });
  const { directories } = await loadProject(bare, { configFiles: [join(bare, 'home/c.toml')] });
  assert.equal(directories.output, join(bare, 'out'));
});

describe('a permissive load', () => {
  const permissive: LoadOptions = { permissive: true };
  const wrong = `${distro}
[components.a]
${local}
build = { with = ["x"], without = "y", check = { skip = true } }
overlays = [{ type = "patch-add" }, { type = "spec-remove-tag", tag = "A" }]
[components.b.spec]
type = "local"
[component-groups.g]
components = ["a", "gone"]
`;

  test('leaves out what is wrong and warns', async (context) => {
    const directory = await projectDirectory(context, { 'azldev.toml': wrong });
    const project = await loadProject(directory, permissive);
    assert.deepEqual(
      project.warnings.map(({ code, at }) => `${code} ${at?.line}`),
      [
        'PROJECT_BAD_VALUE 17',
        'PROJECT_BAD_VALUE 17',
        'PROJECT_MISSING_KEY 18',
        'PROJECT_MISSING_KEY 20',
        'PROJECT_UNKNOWN_NAME 22',
      ],
    );
    const component = project.components.get('a');
    assert.deepEqual(component?.build, { with: ['x'], check: { skip: true } });
    const [overlay] = component.overlays;
    assert.deepEqual(overlay?.overlay, { type: 'spec-remove-tag', tag: 'A' });
    assert.deepEqual(project.position(overlay.origin), { file: join(directory, 'azldev.toml'), line: 18, column: 37 });
    assert.deepEqual([...project.components.keys()], ['a']);
    assert.deepEqual(project.componentGroups.get('g')?.components, ['a']);
  });

  test('still refuses what cannot be left out without a guess', async (context) => {
    const directory = await projectDirectory(context, {
      'azldev.toml': 'includes = ["a.toml", "gone.toml"]\n[images.i]',
      'a.toml': '[images.i]\n[images.j]\n[images.j]',
    });
    const found = await failures(directory, () => loadProject(directory, permissive));
    assert.deepEqual(
      found.map((text) => text.split(' ')[0]),
      ['PROJECT_FILE_MISSING', 'PROJECT_DUPLICATE', 'PROJECT_SYNTAX'],
    );
  });
});
