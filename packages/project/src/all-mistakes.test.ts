import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SlipwayError, SlipwayErrors } from '@slipway/core';
import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { loadProject } from './load-project.ts';
import { distro, failures, projectDirectory } from './testing/project-directory.ts';

const backport = 'category = "upstream-backport"\nupstream-status = "upstreamed"\n';

const tenMistakes = {
  'azldev.toml': `includes = ["comps/*.toml", "groups.toml", "gone.toml"]
${distro}
[projekt]
description = "x"
`,
  'comps/a.toml': `[components.bash]
[components.curl.build]
with = "debug"
[[components.curl.overlays]]
type = "spec-search-replace"
regex = "a(?=b)"
[components.zlib.spec]
upstream-distro = { name = "up", snapshot = "2026-01-01T00:00:00Z" }
`,
  'comps/b.toml': `[components.grep]
overlay-files = ["../overlays/*.toml"]
[components.bash]
`,
  'comps/c.toml': `[components.less]
spec = { type = "local", path = "less.spec" }
[components.sed
release = { calculation = "manual" }
[components.tar]
`,
  'groups.toml': `includes = ["azldev.toml"]
[component-groups.core]
components = ["bash", "bsah", "sed", "tar", "curl"]
`,
  'overlays/fix.toml': `[metadata]
${backport}
[[overlays]]
type = "patch-add"
source = "fix.patch"
`,
};

test('ten mistakes in six files are ten errors, in order of file and place', async (context) => {
  const directory = await projectDirectory(context, tenMistakes);
  const found = await failures(directory, () => loadProject(directory));
  assert.deepEqual(
    found.map((text) => /^(\S+ \S+:\d+:\d+) /.exec(text)?.[1]),
    [
      'PROJECT_FILE_MISSING azldev.toml:1:44',
      'PROJECT_UNKNOWN_KEY azldev.toml:16:2',
      'PROJECT_BAD_VALUE comps/a.toml:3:8',
      'PROJECT_BAD_VALUE comps/a.toml:6:9',
      'PROJECT_BAD_VALUE comps/a.toml:8:45',
      'PROJECT_DUPLICATE comps/b.toml:3:13',
      'PROJECT_SYNTAX comps/c.toml:3:16',
      'PROJECT_INCLUDE_TWICE groups.toml:1:13',
      'PROJECT_UNKNOWN_NAME groups.toml:3:23',
      'PROJECT_BAD_VALUE overlays/fix.toml:1:2',
    ],
  );
});

/** Each is wrong in one place, on which other parts of the project depend. */
const consequences: readonly { readonly name: string; readonly file: string; readonly expected: RegExp }[] = [
  {
    name: 'a misspelt table that defines members of a group',
    file: '[componets.bash]\nspec = { type = "local", path = "a" }\n[component-groups.g]\ncomponents = ["bash"]',
    expected: /^PROJECT_UNKNOWN_KEY azldev\.toml:1:2 /,
  },
  {
    name: 'a misspelt key that is required',
    file: '[[components.x.overlays]]\ntype = "patch-add"\nsorce = "a"',
    expected: /^PROJECT_UNKNOWN_KEY azldev\.toml:3:1 .* \(did you mean source\?\)$/,
  },
  {
    name: 'a required key of the wrong type',
    file: '[[components.x.overlays]]\ntype = "patch-add"\nsource = 7',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:3:10 .*expected a string, found 7$/,
  },
  {
    name: 'a reason of the wrong type',
    file: '[components.x]\nspec = { type = "local", path = "a" }\nbuild = { check = { skip = true, skip_reason = 1 } }',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:3:48 /,
  },
  {
    name: 'an unknown default distribution, from which components inherit',
    file: '[project]\ndefault-distro = { name = "downn" }\n[distros.down]\n[components.a]\n[components.b]',
    expected: /^PROJECT_UNKNOWN_NAME azldev\.toml:2:27 /,
  },
  {
    name: 'a default of the wrong type, from which components inherit',
    file: '[default-component-config]\nspec = "upstream"\n[components.a]\n[components.b]',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:2:8 /,
  },
  {
    name: 'a group whose member list is misspelt',
    file: '[component-groups.g]\ncomponets = ["a"]\ndefault-component-config = { spec = { type = "local", path = "x" } }\n[components.a]',
    expected: /^PROJECT_UNKNOWN_KEY azldev\.toml:2:1 /,
  },
  {
    name: 'a path of the wrong type',
    file: '[components.a]\nspec = { type = "local", path = 1 }',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:2:33 /,
  },
  {
    name: 'an upstream distribution without a name',
    file: '[components.a]\nspec = { type = "upstream", upstream-distro = { version = "1" } }',
    expected: /^PROJECT_MISSING_KEY azldev\.toml:2:29 .*the key name is missing$/,
  },
  {
    name: 'an unknown upstream distribution',
    file: '[components.a]\nspec = { type = "upstream", upstream-distro = { name = "up" } }',
    expected: /^PROJECT_UNKNOWN_NAME azldev\.toml:2:56 /,
  },
  {
    name: 'a member of a layout that is incomplete',
    file: '[resources.rpm-repo-set-templates.t]\nsubrepos = [{ name = "a" }, { name = "b", subpath = "b" }]\n[resources.rpm-repo-sets.s]\ntemplate = "t"\nbase-uri = "https://x.example"\nsubrepos = ["a", "b"]',
    expected: /^PROJECT_MISSING_KEY azldev\.toml:2:13 .*the key subpath is missing$/,
  },
  {
    name: 'a repository set that is incomplete',
    file: '[resources.rpm-repo-sets.s]\ntemplate = "koji-dist-repo"\n[distros.d.versions.1]\ninputs = { rpm-build = [{ set = "s" }] }',
    expected: /^PROJECT_MISSING_KEY azldev\.toml:1:26 .*the key base-uri is missing$/,
  },
  {
    name: 'an entry of the wrong type, which does not move the place of the next mistake',
    file: '[package-groups.a]\npackages = ["x", "y"]\n[package-groups.b]\ndescription = "b"\npackages = ["p", "q", "r"]\n[images.i.tests]\ntest-suites = [7, { name = "s" }]\n[test-suites.s]',
    expected: /^PROJECT_BAD_VALUE azldev\.toml:7:16 /,
  },
  {
    name: 'a table that is not TOML, with what other tables need',
    file: '[project]\ndefault-distro = { name = "d" }\n[distros.d]\ndefault-version = "1"\n[distros.d.versions.1]\ndefault-component-config = { spec = { type = "local" path = "a" } }\n[components.a]\n[component-groups.g]\ncomponents = ["a"]',
    expected: /^PROJECT_SYNTAX azldev\.toml:6:\d+ /,
  },
  {
    name: 'a string that does not end',
    file: 'includes = []\n[test-suites.s]\ndescription = """\n[images.i.tests]\ntest-suites = [{ name = "s" }]\n[components.a]\nspec = { type = "local", path = "a" }',
    expected: /^PROJECT_SYNTAX azldev\.toml:\d+:\d+ /,
  },
];

describe('a mistake has one error and no consequences', () => {
  for (const { name, file, expected } of consequences) {
    test(name, async (context) => {
      const directory = await projectDirectory(context, { 'azldev.toml': file });
      const found = await failures(directory, () => loadProject(directory));
      assert.match(found[0] ?? 'no error', expected);
      assert.deepEqual(found.slice(1), []);
    });
  }

  test('an unreadable file may define any name', async (context) => {
    const directory = await projectDirectory(context, {
      'azldev.toml': 'includes = ["d.toml"]\n[component-groups.g]\ncomponents = ["bash"]',
      'd.toml': '# \n'.repeat(6 << 20),
    });
    const found = await failures(directory, () => loadProject(directory));
    assert.match(found.join('\n'), /^CORE_LIMIT d\.toml [^\n]*$/);
  });

  test('indices count entries that were left out', async (context) => {
    const directory = await projectDirectory(context, {
      'azldev.toml':
        '[components.a]\nspec = { type = "local", path = "a" }\n[component-groups.g]\ncomponents = [1, "a", 2, "b"]',
    });
    const found = await failures(directory, () => loadProject(directory));
    assert.deepEqual(
      found.map((text) => text.split(' ')[1]),
      ['azldev.toml:4:15', 'azldev.toml:4:23', 'azldev.toml:4:26'],
    );
  });
});

const validProject = `
includes = ["none-*.toml"]
[project]
description = "all tables"
default-distro = { name = "down", version = "2" }
[distros.up]
default-version = "1"
[distros.up.versions.1]
release-ver = "1"
[distros.down.versions.2.default-component-config]
spec = { type = "upstream", upstream-distro = { name = "up", snapshot = "2026-01-01T00:00:00Z" } }
[components.bash.build]
with = ["x"]
check = { skip = true, skip_reason = "why" }
[[components.bash.overlays]]
type = "spec-search-replace"
regex = "a+"
replacement = "b"
[[components.bash.overlays]]
type = "patch-add"
source = "a.patch"
metadata = { category = "azl-pruning", upstream-status = "unknown" }
[[components.bash.source-files]]
filename = "f"
hash = "00"
origin = { type = "download", uri = "https://x.example/f" }
[component-groups.g]
components = ["bash"]
specs = ["*.spec"]
[package-groups.p]
packages = ["bash", "bash-doc"]
default-package-config = { publish = { rpm-channel = "base" } }
[images.i]
definition = { type = "kiwi", path = "i.kiwi" }
tests = { test-suites = [{ name = "s" }] }
[test-suites.s]
type = "pytest"
pytest = { test-paths = ["t"] }
[resources.rpm-repo-sets.r]
template = "koji-dist-repo"
base-uri = "https://x.example/r"
`;

type Tables = Record<string | number, unknown>;

function pathsOf(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (value === null || typeof value !== 'object') {
    return [path];
  }
  const entries = Object.entries(value as Tables);
  return [path, ...entries.flatMap(([key, member]) => pathsOf(member, [...path, Array.isArray(value) ? +key : key]))];
}

const mutations: Readonly<Record<string, (owner: Tables, key: string | number) => void>> = {
  delete: (owner, key) => {
    if (Array.isArray(owner)) {
      owner.splice(Number(key), 1);
    } else {
      delete owner[key];
    }
  },
  duplicate: (owner, key) => {
    owner[Array.isArray(owner) ? owner.length : `${key}2`] = owner[key];
  },
  retype: (owner, key) => {
    owner[key] = typeof owner[key] === 'string' ? 7 : 'seven';
  },
  list: (owner, key) => {
    owner[key] = [owner[key]];
  },
  rename: (owner, key) => {
    if (!Array.isArray(owner)) {
      owner[`x${key}`] = owner[key];
      delete owner[key];
    }
  },
};

test('a changed project gives errors inside its file, or loads', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-mutation-'));
  context.after(() => rmSync(directory, { recursive: true }));
  await loadText(directory, validProject);
  const paths = pathsOf(parse(validProject)).filter((path) => path.length > 0);
  const change = fc.tuple(fc.constantFrom(...paths), fc.constantFrom(...Object.keys(mutations)));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const value = parse(validProject);
      for (const [path, mutation] of changes) {
        const owner = path.slice(0, -1).reduce<unknown>((at, key) => (at as Tables | undefined)?.[key], value);
        const key = path.at(-1) ?? '';
        if (owner !== null && typeof owner === 'object' && Object.hasOwn(owner, key)) {
          mutations[mutation]?.(owner as Tables, key);
        }
      }
      await loadText(directory, stringify(value));
    }),
    { numRuns: 300 },
  );
});

test('a project with changed lines gives errors inside its file, or loads', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-mutation-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const lines = validProject.split('\n');
  const place = fc.nat(lines.length - 1);
  await fc.assert(
    fc.asyncProperty(place, place, fc.constantFrom('', '[', '"', '"""', ' = ', '}', '\0'), async (from, to, text) => {
      const moved = lines.toSpliced(to, 0, `${text}${lines[from] ?? ''}`);
      await loadText(directory, moved.join('\n'));
      await loadText(directory, moved.toSpliced(from, 1).join('\n'));
    }),
    { numRuns: 150 },
  );
});

/** Loads, and checks the errors when that fails. */
async function loadText(directory: string, text: string): Promise<void> {
  const file = join(directory, 'azldev.toml');
  writeFileSync(file, text);
  try {
    await loadProject(directory);
  } catch (failure) {
    assert.ok(failure instanceof SlipwayErrors, String(failure));
    assert.ok(failure.errors.length > 0);
    const lines = text.split('\n');
    for (const error of failure.errors) {
      assert.ok(error instanceof SlipwayError);
      assert.equal(error.at?.file, file);
      const { line = 0, column = 0 } = error.at;
      assert.ok(line >= 1 && line <= lines.length, `line ${line} of ${lines.length}: ${error.message}`);
      assert.ok(column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1, `column ${column}: ${error.message}`);
    }
  }
}
