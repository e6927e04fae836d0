import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { loadProject } from './load-project.ts';
import { distro, failures, projectDirectory } from './testing/project-directory.ts';

const shared = process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../../shared');
const azureLinux = join(shared, 'data/azl4');
const skip = existsSync(azureLinux) ? false : 'the Azure Linux 4.0 tree is not there';

describe('Azure Linux 4.0', { skip }, () => {
  test('loads as it is', async () => {
    const project = await loadProject(azureLinux);
    const components = [...project.components.values()];
    assert.equal(components.length, 7583);
    assert.equal(components.filter(({ overlays }) => overlays.length > 0).length, 97);
    assert.equal(components.flatMap(({ overlays }) => overlays).length, 233);
    assert.equal(project.files.length, 213);
    assert.equal(project.generation, 'april-2026');
    assert.deepEqual(project.warnings, []);
  });

  test('resolves what a component inherits and where it is written', async () => {
    const project = await loadProject(join(azureLinux, 'base'));
    assert.equal(project.rootFile, join(azureLinux, 'azldev.toml'));
    const kernel = project.components.get('kernel');
    assert.ok(kernel);
    assert.deepEqual(kernel.spec, {
      type: 'upstream',
      distro: { name: 'fedora', version: '43' },
      name: 'kernel',
      snapshot: '2026-02-24T00:00:00-08:00',
    });
    assert.equal(kernel.release, 'manual');
    assert.deepEqual(kernel.build.without, ['debug']);
    const file = join(azureLinux, 'base/comps/kernel/kernel.comp.toml');
    assert.deepEqual(project.position(kernel.origin), { file, line: 1, column: 13 });
    assert.equal(project.directories.renderedSpecs, join(azureLinux, 'specs'));
    assert.deepEqual([...project.components.values()].filter(({ build }) => build.check?.skip === true).length, 187);
  });

  test('loads its base with the distribution as a further file', async () => {
    const project = await loadProject(join(azureLinux, 'base/project.toml'), {
      configFiles: [join(azureLinux, 'distro/distro.toml')],
    });
    assert.equal(project.components.size, 7583);
    assert.deepEqual(project.defaultDistro, { name: 'azurelinux', version: '4.0-stage2' });
  });

  test('lets a later file replace fields of a distribution and nothing else', async () => {
    const project = await loadProject(azureLinux, {
      configFiles: [join(azureLinux, 'overrides/fedora.distro.azl.sources.toml')],
    });
    const fedora = project.distros.get('fedora');
    assert.match(fedora?.distGitBaseUri ?? '', /^git:/);
    assert.equal(fedora?.description, 'Fedora Linux');
    assert.equal(fedora?.versions.size, 5);
    assert.match(project.position(['distros', 'fedora', 'dist-git-base-uri']).file, /overrides/);
    assert.match(project.position(['distros', 'fedora', 'description']).file, /fedora\.distro\.toml$/);
  });
});

describe('finding a project', () => {
  test('walks up, and prefers slipway.toml', async (context) => {
    const directory = await projectDirectory(context, {
      'slipway.toml': '',
      'azldev.toml': '',
      'inner/azldev.toml': '',
      'inner/deep/x': '',
      'outer/x': '',
    });
    assert.equal((await loadProject(join(directory, 'outer'))).rootFile, join(directory, 'slipway.toml'));
    assert.equal((await loadProject(join(directory, 'inner/deep'))).rootFile, join(directory, 'inner/azldev.toml'));
  });

  test('says so when there is none', async () => {
    await assert.rejects(
      loadProject('/proc'),
      (error) => error instanceof SlipwayError && error.code === 'PROJECT_NOT_FOUND',
    );
  });
});

describe('includes', () => {
  test('are read depth first, a parent before its children', async (context) => {
    const directory = await projectDirectory(context, {
      'azldev.toml': 'includes = ["b/*.toml", "a.toml", "none-*.toml"]',
      'a.toml': '',
      'b/1.toml': 'includes = ["../c.toml"]',
      'b/2.toml': '',
      'c.toml': '',
    });
    const { files } = await loadProject(directory);
    assert.deepEqual(
      files.map((file) => file.slice(directory.length + 1)),
      ['azldev.toml', 'b/1.toml', 'c.toml', 'b/2.toml', 'a.toml'],
    );
  });

  test('report a missing file, and a file that is reached twice, at the pattern', async (context) => {
    const directory = await projectDirectory(context, {
      'azldev.toml': 'includes = [\n  "a.toml",\n  "b.toml",\n  "bb.toml",\n]\n',
      'a.toml': 'includes = ["c.toml"]',
      'b.toml': 'includes = ["*.toml"]',
      'c.toml': '',
    });
    const found = await failures(directory, () => loadProject(directory));
    const twice = found.filter((text) => text.startsWith('PROJECT_INCLUDE_TWICE b.toml:1:13 '));
    assert.deepEqual(
      twice.map((text) => /includes\[0\]: (.*) \(/.exec(text)?.[1]),
      [
        'a.toml is already part of the project',
        'includes go in a circle: azldev.toml leads here',
        'includes go in a circle: b.toml leads here',
        'c.toml is already part of the project',
      ],
    );
    assert.match(
      found[0] ?? '',
      /^PROJECT_FILE_MISSING azldev\.toml:4:3 Cannot use includes\[2\]: there is no file bb\.toml \(did you mean b\.toml\?\)$/,
    );
  });
});

describe('tolerance', () => {
  test('a permissive load turns unknown keys into warnings', async (context) => {
    const directory = await projectDirectory(context, {
      'azldev.toml': `x = 1\n${distro}\n[components.a]\nnew-key = 1\nrelease = { calculation = "manual" }`,
    });
    const project = await loadProject(directory, { permissive: true });
    assert.deepEqual(
      project.warnings.map(({ code, at }) => [code, at?.line]),
      [
        ['PROJECT_UNKNOWN_KEY', 1],
        ['PROJECT_UNKNOWN_KEY', 17],
      ],
    );
    assert.equal(project.components.get('a')?.release, 'manual');
  });

  test('overlay keys without effect are warnings for azldev and errors for Slipway', async (context) => {
    const text = `${distro}\n[[components.a.overlays]]\ntype = "spec-add-tag"\ntag = "A"\nvalue = "b"\nsection = "%build"`;
    const azldev = await projectDirectory(context, { 'azldev.toml': text });
    const { warnings, components } = await loadProject(azldev);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['PROJECT_NO_EFFECT'],
    );
    assert.deepEqual(components.get('a')?.overlays[0]?.overlay, { type: 'spec-add-tag', tag: 'A', value: 'b' });
    const slipway = await projectDirectory(context, { 'slipway.toml': text });
    const [found] = await failures(slipway, () => loadProject(slipway));
    assert.match(
      found ?? '',
      /^PROJECT_NO_EFFECT slipway\.toml:19:1 .*no effect on an overlay of type spec-add-tag \(remove it\)$/,
    );
  });
});

describe("Slipway's additions", () => {
  test('are read in what a slipway.toml reaches', async (context) => {
    const directory = await projectDirectory(context, {
      'slipway.toml': `
includes = ["more/*.toml"]
[project]
default-distro = { name = "slipway" }
source-date-epoch = 1764000000
[distros.slipway]
default-version = "1"
identity = { name = "Slipway Linux", id = "slipway", version-id = "1.0", dist-tag = ".slp1", vendor = "Slipway" }
[distros.slipway.versions.1.default-component-config]
spec = { type = "import" }
[snapshots.debian]
type = "apt"
suite = "testing"
components = ["main"]
architecture = "amd64"
packages = ["strace"]
[build-environment]
packages = ["gcc"]
macros = { dist = ".slp1" }
[images.server]
definition = { type = "slipway", path = "images/server.toml" }
[[scriptlets]]
package = "openssh-server"
kind = "post"
action = "skip"
reason = "keys are made at first boot"
`,
      'more/comps.toml': `
[components.ssh]
spec = { package = "openssh-server" }
[components.less]
spec = { type = "local", path = "less.spec" }
source-files = [{ filename = "less.tar.gz", origin = { type = "snapshot", package = "less", file = "orig" } }]
[[components.less.overlays]]
type = "patch-add"
source = "a.patch"
description = "what"
[components.less.overlays.metadata]
category = "pruning"
upstream-status = "inapplicable"
reason = "why"
`,
    });
    const project = await loadProject(directory);
    assert.equal(project.generation, 'slipway');
    assert.equal(project.sourceDateEpoch, 1764000000);
    assert.equal(project.distros.get('slipway')?.identity?.distTag, '.slp1');
    assert.deepEqual(project.components.get('ssh')?.spec, {
      type: 'import',
      snapshot: 'debian',
      package: 'openssh-server',
    });
    const less = project.components.get('less');
    assert.deepEqual(less?.spec, { type: 'local', path: join(directory, 'more/less.spec') });
    assert.deepEqual(less?.sourceFiles[0]?.origin, { type: 'snapshot', package: 'less', file: 'orig' });
    const [overlay] = less?.overlays ?? [];
    assert.equal(overlay?.reason, 'why');
    assert.equal(overlay?.metadata?.category, 'pruning');
    assert.deepEqual(overlay?.overlay.type === 'patch-add' && overlay.overlay.source, join(directory, 'more/a.patch'));
    assert.deepEqual(overlay && project.position(overlay.origin), {
      file: join(directory, 'more/comps.toml'),
      line: 7,
      column: 19,
    });
    assert.deepEqual(project.snapshots.get('debian')?.packages, ['strace']);
    assert.deepEqual(project.buildEnvironment.macros, { dist: '.slp1' });
    assert.equal(project.scriptlets[0]?.action, 'skip');
    assert.deepEqual(project.images.get('server')?.definition, {
      type: 'slipway',
      path: join(directory, 'images/server.toml'),
    });
  });

  test('are each refused below an azldev.toml', async (context) => {
    const uses = [
      '[components.a]\nspec = { type = "import" }',
      '[components.a.spec]\nsnapshot = "s"',
      '[[components.a.source-files]]\nfilename = "f"\norigin = { type = "snapshot", package = "p", file = "orig" }',
      '[[components.a.overlays]]\ntype = "patch-remove"\nfile = "f"\nmetadata = { category = "pruning", upstream-status = "unknown" }',
      '[[components.a.overlays]]\ntype = "patch-remove"\nfile = "f"\nmetadata = { category = "azl-pruning", upstream-status = "unknown", reason = "r" }',
      '[images.i]\ndefinition = { type = "slipway", path = "p" }',
      '[distros.d.identity]\nname = "D"\nid = "d"',
      '[project]\nsource-date-epoch = 1',
      '[build-environment]',
    ];
    for (const use of uses) {
      const directory = await projectDirectory(context, { 'azldev.toml': use });
      const found = await failures(directory, () => loadProject(directory));
      assert.match(found[0] ?? `accepted: ${use}`, /^PROJECT_SLIPWAY_ONLY /);
    }
  });
});
