import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SlipwayError, SlipwayErrors } from '@slipway/core';
import { loadProject } from './load-project.ts';
import { failures, projectDirectory } from './testing/project-directory.ts';

const shared = process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../../shared');
const azureLinux = join(shared, 'data/azl4');
const skip = existsSync(azureLinux) ? false : 'the Azure Linux 4.0 tree is not there';

/** A distribution that components can inherit from. */
const distro = `
[distros.up]
default-version = "1"
[distros.up.versions.1]
release-ver = "1"
[distros.down]
default-version = "2"
[distros.down.versions.2]
release-ver = "2"
[distros.down.versions.2.default-component-config]
spec = { type = "upstream", upstream-distro = { name = "up", snapshot = "2026-01-01T00:00:00Z" } }
[project]
default-distro = { name = "down" }
`;

describe('Azure Linux 4.0', { skip }, () => {
  test('loads as it is, in time', async () => {
    const start = performance.now();
    const project = await loadProject(azureLinux);
    const milliseconds = performance.now() - start;
    const components = [...project.components.values()];
    assert.equal(components.length, 7583);
    assert.equal(components.filter(({ overlays }) => overlays.length > 0).length, 97);
    assert.equal(components.flatMap(({ overlays }) => overlays).length, 233);
    assert.equal(project.files.length, 213);
    assert.equal(project.generation, 'april-2026');
    assert.deepEqual(project.warnings, []);
    assert.ok(milliseconds < 5000, `took ${milliseconds} ms; alone on a machine it takes under 700`);
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
      'azldev.toml': 'includes = [\n  "a.toml",\n  "b.toml",\n  "gone.toml",\n]\n',
      'a.toml': 'includes = ["c.toml"]',
      'b.toml': 'includes = ["*.toml"]',
      'c.toml': '',
    });
    const found = await failures(directory, () => loadProject(directory));
    assert.equal(found.filter((text) => text.startsWith('PROJECT_INCLUDE_TWICE b.toml:1:13 ')).length, 4);
    assert.match(
      found.at(-1) ?? '',
      /^PROJECT_INCLUDE_MISSING azldev\.toml:4:3 Cannot use includes\[2\]: there is no file gone/,
    );
  });
});

const mistakes: readonly { readonly name: string; readonly file: string; readonly expected: RegExp }[] = [
  {
    name: 'a syntax error',
    file: 'a = 1\nb = [1,\nc = 2',
    expected: /^PROJECT_SYNTAX azldev\.toml:3:\d+ Cannot read azldev\.toml as TOML/,
  },
  { name: 'bytes that are not UTF-8', file: 'x', expected: /^PROJECT_SYNTAX azldev\.toml:2 / },
  {
    name: 'an unknown top-level table',
    file: '[componets.bash]',
    expected:
      /^PROJECT_UNKNOWN_KEY azldev\.toml:1:2 Cannot use componets: there is no such key \(did you mean components\?\)$/,
  },
  {
    name: 'an unknown key of an overlay type',
    file: '[[components.x.overlays]]\ntype = "spec-add-tag"\ntag = "A"\nvalue = "b"\npakage = "c"',
    expected:
      /^PROJECT_UNKNOWN_KEY azldev\.toml:5:1 Cannot use components\.x\.overlays\[0\]\.pakage: .* \(did you mean package\?\)$/,
  },
  {
    name: 'an unknown overlay type',
    file: '[components]\nx = { overlays = [ { type = "spec-add-tga" } ] }',
    expected:
      /^PROJECT_BAD_VALUE azldev\.toml:2:29 .*expected one of spec-add-tag.*found "spec-add-tga" \(did you mean "spec-add-tag"\?\)$/,
  },
  {
    name: 'a missing key',
    file: '\n[[components.x.overlays]]\ntype = "patch-add"',
    expected:
      /^PROJECT_MISSING_KEY azldev\.toml:2:16 Cannot use components\.x\.overlays\[0\]: the key source is missing$/,
  },
  {
    name: 'a missing overlay type',
    file: '[[components.x.overlays]]\ntag = "A"',
    expected: /^PROJECT_MISSING_KEY azldev\.toml:1:16 .*the key type is missing$/,
  },
  {
    name: 'a value of the wrong type',
    file: '[components.x.build]\nwith = "debug"',
    expected:
      /^PROJECT_BAD_VALUE azldev\.toml:2:8 Cannot use components\.x\.build\.with: expected a list, found "debug"$/,
  },
  {
    name: 'a list entry of the wrong type',
    file: '[package-groups.g]\npackages = [\n "a",\n 7,\n]',
    expected:
      /^PROJECT_BAD_VALUE azldev\.toml:4:2 Cannot use package-groups\.g\.packages\[1\]: expected a string, found 7$/,
  },
  {
    name: 'a file overlay that leaves the sources',
    file: '[[components.x.overlays]]\ntype = "file-remove"\nfile = "../etc/passwd"',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:3:8 .*stays inside its directory$/,
  },
  {
    name: 'a package without a section',
    file: '[[components.x.overlays]]\ntype = "spec-append-lines"\nlines = ["a"]\npackage = "p"',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:4:11 .*together with a section$/,
  },
  {
    name: 'a skipped check without a reason',
    file: '[components.x.build]\ncheck = { skip = true }',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:2:9 .*skip needs a skip_reason$/,
  },
  {
    name: 'a digest of the wrong length',
    file: '[[components.x.source-files]]\nfilename = "f"\nhash-type = "SHA256"\nhash = "ab"',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:4:8 .*64 hexadecimal digits, not 2$/,
  },
  {
    name: 'a short commit',
    file: '[components.x.spec]\nupstream-commit = "abc"',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:2:19 .*7 to 40 hexadecimal digits$/,
  },
  {
    name: 'a backport without its commit',
    file: '[[components.x.overlays]]\ntype = "patch-remove"\nfile = "a"\nmetadata = { category = "upstream-backport", upstream-status = "unknown" }',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:4:1 .*names at least one commit$/,
  },
  {
    name: 'a channel with a slash',
    file: '[default-package-config.publish]\nrpm-channel = "a/b"',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:2:15 /,
  },
  {
    name: 'a group member that is not there',
    file: `${distro}\n[components.bash]\n[component-groups.g]\ncomponents = ["bash", "bsah"]`,
    expected: /^PROJECT_UNKNOWN_NAME azldev\.toml:17:23 .*there is no component "bsah" \(did you mean "bash"\?\)$/,
  },
  {
    name: 'an unknown distribution',
    file: '[project]\ndefault-distro = { name = "downn" }\n[distros.down]',
    expected: /^PROJECT_UNKNOWN_NAME azldev\.toml:2:27 .*there is no distribution "downn" \(did you mean "down"\?\)$/,
  },
  {
    name: 'a snapshot time on one component',
    file: `${distro}\n[components.a.spec]\nupstream-distro = { name = "up", snapshot = "2026-01-01T00:00:00Z" }`,
    expected: /^PROJECT_BAD_VALUE azldev\.toml:16:45 .* \(use upstream-commit\)$/,
  },
  {
    name: 'a local spec without a path',
    file: `${distro}\n[components.a]\nspec = { type = "local" }`,
    expected: /^PROJECT_MISSING_KEY azldev\.toml:16:17 .*a local spec needs a path$/,
  },
  {
    name: 'components that nothing gives a spec',
    file: '[components.a]\n[components.b]',
    expected: /^PROJECT_MISSING_KEY azldev\.toml:1:13 .*spec of a \(and 1 other components\) comes from/,
  },
  {
    name: 'a package in two groups',
    file: '[package-groups.a]\npackages = ["x"]\n[package-groups.b]\npackages = [\n"x"]',
    expected: /^PROJECT_DUPLICATE azldev\.toml:5:1 .*the package "x" is already in the group "a"$/,
  },
  {
    name: "one of Slipway's additions",
    file: '[snapshots.debian]\ntype = "apt"\nsuite = "testing"\ncomponents = ["main"]\narchitecture = "amd64"',
    expected: /^PROJECT_SLIPWAY_ONLY azldev\.toml:1:2 Cannot use snapshots: only Slipway has this/,
  },
  {
    name: 'a repository set of an unknown layout',
    file: '[resources.rpm-repo-sets.s]\ntemplate = "azl-standart"\nbase-uri = "https://repo.example/4.0"',
    expected: /^PROJECT_UNKNOWN_NAME azldev\.toml:2:12 .*did you mean "azl-standard"\?/,
  },
  {
    name: 'two repositories of one name',
    file: '[resources.rpm-repo-sets.s]\ntemplate = "koji-dist-repo"\nbase-uri = "https://repo.example/a"\n[resources.rpm-repos.src]\nbase-uri = "https://repo.example/b"\ndisable-gpg-check = true',
    expected: /^PROJECT_DUPLICATE azldev\.toml:1:26 .*rpm-repo-sets\.s and rpm-repos\.src both give a repository "src"/,
  },
  {
    name: 'an input that is no repository',
    file: '[distros.d.versions.1]\ninputs = { rpm-build = [{ repo = "x" }] }',
    expected: /^PROJECT_UNKNOWN_NAME azldev\.toml:2:34 .*there is no repository "x"/,
  },
  {
    name: 'a suite that an image names and nobody defines',
    file: '[images.i.tests]\ntest-suites = [{ name = "smoke" }]\n[test-suites.smoke2]',
    expected: /^PROJECT_UNKNOWN_NAME azldev\.toml:2:25 .*there is no test suite "smoke" \(did you mean "smoke2"\?\)$/,
  },
];

describe('a mistake is reported with its place', () => {
  for (const { name, file, expected } of mistakes) {
    test(name, async (context) => {
      const content = name.startsWith('bytes') ? Buffer.from('# ok\n# \xff\n', 'latin1') : file;
      const directory = await projectDirectory(context, { 'azldev.toml': content });
      const found = await failures(directory, () => loadProject(directory));
      assert.match(found[0] ?? 'no error', expected);
    });
  }

  test('with the line and a caret', async (context) => {
    const directory = await projectDirectory(context, { 'azldev.toml': '[components.x.build]\n\twithh = []' });
    await assert.rejects(loadProject(directory), (error) => {
      assert.ok(error instanceof SlipwayErrors);
      assert.equal(error.errors[0]?.data?.excerpt, ' withh = []\n ^');
      return true;
    });
  });

  test('together with all others of all files', async (context) => {
    const directory = await projectDirectory(context, {
      'azldev.toml': 'includes = ["*.comp.toml"]\nx = 1\n',
      'a.comp.toml': 'y = 1\n[components.a]\nz = 1\n',
      'b.comp.toml': '=',
    });
    const found = await failures(directory, () => loadProject(directory));
    assert.deepEqual(
      found.map((text) => text.split(' ').slice(0, 2).join(' ').replace(/:\d+$/, '')),
      [
        'PROJECT_UNKNOWN_KEY azldev.toml:2',
        'PROJECT_UNKNOWN_KEY a.comp.toml:3',
        'PROJECT_UNKNOWN_KEY a.comp.toml:1',
        'PROJECT_SYNTAX b.comp.toml:1',
      ],
    );
  });

  test('with the place of the first definition when a name is defined twice', async (context) => {
    const directory = await projectDirectory(context, {
      'azldev.toml': `includes = ["*.comp.toml"]\n${distro}`,
      'a.comp.toml': '[components.x]',
      'b.comp.toml': '\n[components.x]',
    });
    const found = await failures(directory, () => loadProject(directory));
    assert.match(found.join('\n'), /^PROJECT_DUPLICATE b\.comp\.toml:2:13 .*already defined in a\.comp\.toml:1 /);
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
        ['PROJECT_UNKNOWN_KEY', 17],
        ['PROJECT_UNKNOWN_KEY', 1],
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
