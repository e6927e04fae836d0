import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { canonicalJson } from '@slipway/core';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { configDump, formatConfigToml } from './config-dump.ts';
import { loadProject } from './load-project.ts';
import { projectDirectory } from './testing/project-directory.ts';

const files = {
  'slipway.toml': `
includes = ["sub/*.toml"]
[project]
default-distro = { name = "d" }
output-dir = "../results"
[distros.d]
default-version = "1"
identity = { name = "D", id = "d" }
[distros.d.versions.1]
release-ver = "1"
default-component-config = { build = { with = ["inherited"] } }
[distros.d.versions.2]
[snapshots.s]
type = "rpm-md"
base-uri = "https://x.example"
gpg-key = "https://x.example/key"
architecture = "x86_64"
`,
  'sub/comps.toml': `
[components.a]
spec = { type = "local", path = "a/a.spec" }
overlay-files = ["a/*.overlay.toml"]
overlays = [{ type = "patch-add", source = "a/a.patch" }]
packages = { a-doc = { publish = { rpm-channel = "docs" } } }
[components.b]
spec = { type = "import" }
render = { skip-file-filter = true }
[components.c]
spec = { type = "upstream", upstream-name = "see", upstream-commit = "0123456", upstream-distro = { name = "d" } }
release = { calculation = "static" }
[images.i]
definition = { type = "slipway", path = "i.toml" }
[images.empty]
[component-groups.g]
components = ["a"]
`,
  'sub/a/1.overlay.toml':
    '[metadata]\ncategory = "azl-pruning"\nupstream-status = "unknown"\n[[overlays]]\ntype = "file-add"\nfile = "f"\nsource = "f"\n',
};

test('is the resolved configuration in the keys of the format, with paths from the directory of the project', async (context) => {
  const project = await loadProject(await projectDirectory(context, files));
  const dump = configDump(project);
  assert.deepEqual(dump.components, {
    a: {
      build: { with: ['inherited'] },
      overlays: [
        { source: 'sub/a/a.patch', type: 'patch-add' },
        {
          file: 'f',
          metadata: { category: 'azl-pruning', 'upstream-status': 'unknown' },
          source: 'sub/a/f',
          type: 'file-add',
        },
      ],
      packages: { 'a-doc': { publish: { 'rpm-channel': 'docs' } } },
      release: { calculation: 'auto' },
      spec: { path: 'sub/a/a.spec', type: 'local' },
    },
    b: {
      build: { with: ['inherited'] },
      release: { calculation: 'auto' },
      render: { 'skip-file-filter': true },
      spec: { package: 'b', snapshot: 's', type: 'import' },
    },
    c: {
      build: { with: ['inherited'] },
      release: { calculation: 'static' },
      spec: {
        type: 'upstream',
        'upstream-commit': '0123456',
        'upstream-distro': { name: 'd', version: '1' },
        'upstream-name': 'see',
      },
    },
  });
  assert.deepEqual(dump.distros, {
    d: {
      'default-version': '1',
      identity: { id: 'd', name: 'D' },
      versions: { 1: { 'release-ver': '1' }, 2: {} },
    },
  });
  assert.deepEqual(dump.images, { empty: {}, i: { definition: { path: 'sub/i.toml', type: 'slipway' } } });
  assert.deepEqual(dump['component-groups'], { g: { components: ['a'] } });
  assert.deepEqual(dump.project, {
    'default-author-email': 'slipway@example.org',
    'default-distro': { name: 'd', version: '1' },
    'default-snapshot': 's',
    'lock-dir': 'locks',
    'log-dir': 'build/logs',
    'output-dir': '../results',
    'rendered-specs-dir': 'specs',
    'work-dir': 'build/work',
  });
  assert.deepEqual(Object.keys(dump.resources as object), ['rpm-repo-set-templates'], 'no empty tables');
  assert.equal(JSON.stringify(dump), canonicalJson(dump), 'keys are sorted');
});

test('as the root file of a project it gives the same project', async (context) => {
  const directory = await projectDirectory(context, files);
  const dump = configDump(await loadProject(directory));
  await writeFile(join(directory, 'slipway.toml'), formatConfigToml(dump));
  assert.deepEqual(configDump(await loadProject(directory)), dump);
});

const shared = process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../../shared');
const azureLinux = join(shared, 'data/azl4');

test('the dump of Azure Linux 4.0 is TOML with every component', {
  skip: existsSync(azureLinux) ? false : 'the Azure Linux 4.0 tree is not there',
}, async () => {
  const dump = configDump(await loadProject(azureLinux));
  assert.equal(Object.keys(dump.components as object).length, 7583);
  assert.ok(canonicalJson(parse(formatConfigToml(dump))) === canonicalJson(dump));
});

describe('TOML', () => {
  const scalar = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('"""', "'''", '\n', '\r\n', '\t', '\0', '\x7f', '\\', 'é', '😀', ''),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.double({ noNaN: true }).filter((value) => !Object.is(value, -0) && !Number.isInteger(value)),
  );
  const key = fc.oneof(fc.string(), fc.constantFrom('a.b', '"', '', 'ü', ' ', 'gtk+'));
  const table = fc.object({
    key: key.filter((name) => name !== '__proto__'),
    values: [scalar],
    maxDepth: 3,
    maxKeys: 4,
  });

  test('says the same as the value that it is made from', () => {
    fc.assert(
      fc.property(table, (value) => assert.equal(canonicalJson(parse(formatConfigToml(value))), canonicalJson(value))),
    );
  });
});
