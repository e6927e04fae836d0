import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SlipwayErrors } from '@slipway/core';
import { loadProject } from './load-project.ts';
import { distro, failures, projectDirectory } from './testing/project-directory.ts';

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
    name: 'a regular expression that RE2 does not accept',
    file: '[[components.x.overlays]]\ntype = "spec-search-replace"\nregex = "a(?=b)"\nreplacement = "c"',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:3:9 /,
  },
  {
    name: 'a pattern of includes that is malformed',
    file: 'includes = ["[a*.toml"]',
    expected: /^SPEC_BAD_GLOB azldev\.toml:1:13 Cannot use includes\[0\]: /,
  },
  {
    name: 'a pattern of includes that is too long',
    file: `includes = ["${'*'.repeat(5000)}"]`,
    expected: /^PROJECT_BAD_VALUE azldev\.toml:1:13 /,
  },
  {
    name: 'a pattern of specs that is malformed',
    file: '[component-groups.g]\nspecs = ["{a*.spec"]',
    expected: /^SPEC_BAD_GLOB azldev\.toml:2:10 Cannot use component-groups\.g\.specs\[0\]: /,
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
    expected: /^PROJECT_MISSING_KEY azldev\.toml:1:13 .*spec of a \(and 1 other component\) comes from/,
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
        'PROJECT_UNKNOWN_KEY a.comp.toml:1',
        'PROJECT_UNKNOWN_KEY a.comp.toml:3',
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
