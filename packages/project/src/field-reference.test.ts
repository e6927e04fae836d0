import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Generation } from './generation.ts';
import { type JsonSchema, projectJsonSchema } from './json-schema.ts';
import { loadProject } from './load-project.ts';
import { resolveSchema } from './schema-walk.ts';
import { distro, failures, projectDirectory } from './testing/project-directory.ts';

/** A component from which the rows below take what they refer to. */
const base = `${distro}
[components.base]
spec = { type = "local", path = "base.spec" }
`;

const metadata = 'category = "azl-pruning", upstream-status = "inapplicable"';
const component = (text: string) => `[components.x]\n${text}`;
const sourceFile = (text: string) => component(`source-files = [{ filename = "f", ${text} }]`);
const overlay = (text: string) => component(`overlays = [{ ${text} }]`);
const version = (text: string) => `[distros.d.versions.1]\n${text}`;
const repository = '[resources.rpm-repos."a.b:c-d_1"]\nbase-uri = "https://x.example"\n';

/** Every field of the format (overlays.md 1.7) with the generation that it needs, as a file that must load. */
const fields: Readonly<Record<Generation, readonly string[]>> = {
  'april-2026': [
    '"$schema" = "https://x.example/schema.json"',
    'includes = ["none/**/*.toml", "{a,b}/[cd]*.toml"]',
    '[project]\ndescription = "d"\nlog-dir = "l"\nwork-dir = "w"\noutput-dir = "o"\nrendered-specs-dir = "../specs"\nlock-dir = "k"\ndefault-author-email = "a@x.example"',
    '[project]\ndefault-distro = { name = "down", version = "2" }',
    '[distros.d]\ndescription = "d"\ndefault-version = "1"\ndist-git-base-uri = "https://x.example/$pkg"\nlookaside-base-uri = "https://x.example/$pkg/$filename/$hashtype/$hash/$filename"\nrepos = [{ base-uri = "https://x.example/$releasever" }]\ndisable-origins = true\n[distros.d.versions.1]',
    version(
      'description = "d"\nrelease-ver = "43"\ndist-git-branch = "f43"\nmock-config = "a.cfg"\nmock-config-x86_64 = "b.cfg"\nmock-config-aarch64 = "c.cfg"\ndefault-component-config = {}',
    ),
    component('spec = { type = "" }'),
    component('spec = { type = "upstream", upstream-distro = { name = "up", version = "1" } }'),
    component('spec = { type = "upstream", upstream-name = "y", upstream-commit = "0123abcDEF" }'),
    component('spec = { type = "local", path = "x/x.spec" }'),
    ...['auto', 'manual', ''].map((word) => component(`release = { calculation = "${word}" }`)),
    component('[components.x.build]\nwith = ["a"]\nwithout = ["b"]\nundefines = ["c"]\ndefines = { d = "1" }'),
    component('[components.x.build.check]\nskip = true\nskip_reason = "why"'),
    component('build = { failure = { expected = true, expected-reason = "why" }, hints = { expensive = true } }'),
    component('render = { skip-file-filter = true }'),
    sourceFile(`hash = "${'0'.repeat(64)}", hash-type = "SHA256"`),
    sourceFile(`hash = "${'aF'.repeat(64)}", hash-type = "SHA512"`),
    sourceFile('origin = { type = "download", uri = "https://x.example/f" }'),
    component(
      'packages = { x-devel = { publish = { rpm-channel = "a", debuginfo-channel = "none", channel = "b" } } }',
    ),
    component('publish = { rpm-channel = "a", srpm-channel = "b", debuginfo-channel = "none" }'),
    '[default-component-config.build]\nwith = ["a"]',
    '[default-package-config.publish]\nrpm-channel = "a"',
    '[component-groups.g]\ndescription = "d"\ncomponents = ["base"]\nspecs = ["s/*.spec"]\nexcluded-paths = ["s/x*"]\ndefault-component-config = {}',
    '[package-groups.g]\ndescription = "d"\npackages = ["a"]\ndefault-package-config = { publish = { debuginfo-channel = "a" } }',
    '[images.i]\ndescription = "d"\ndefinition = { type = "kiwi", path = "i.kiwi", profile = "p" }\ncapabilities = { machine-bootable = true, container = false, systemd = true, runtime-package-management = false }\ntests = { test-suites = [{ name = "s" }] }\npublish = { channels = ["a", "b"] }\n[test-suites.s]\ndescription = "d"',
    '[tools.imageCustomizer]\ncontainerTag = "x.example/tool:1"',
    overlay('type = "spec-add-tag", description = "d", tag = "Requires(post)", value = "v", package = "devel"'),
    overlay('type = "spec-insert-tag", tag = "A", value = "v"'),
    overlay('type = "spec-set-tag", tag = "A", value = "v"'),
    overlay('type = "spec-update-tag", tag = "A", value = "v"'),
    overlay('type = "spec-remove-tag", tag = "A"'),
    overlay('type = "spec-remove-tag", tag = "A", value = "v"'),
    overlay('type = "spec-prepend-lines", lines = ["a"], section = "%build", package = "p"'),
    overlay('type = "spec-append-lines", lines = [""]'),
    overlay('type = "spec-search-replace", regex = "(?i)a[[:alpha:]]+", replacement = "b", section = "%files"'),
    overlay('type = "spec-remove-section", section = "%check", package = "p"'),
    overlay('type = "patch-add", source = "a.patch", file = "b.patch", package = "p"'),
    overlay('type = "patch-remove", file = "**/*.patch"'),
    overlay('type = "file-add", file = "a", source = "b"'),
    overlay('type = "file-remove", file = "**/a"'),
    overlay('type = "file-rename", file = "a/b", replacement = "c"'),
    overlay('type = "file-prepend-lines", file = "a", lines = ["b"]'),
    overlay('type = "file-search-replace", file = "a", regex = "(?ms)b", replacement = ""'),
  ],
  'august-2026': [
    component('build = { emit-upstream-provenance = true }'),
    component('overlay-files = ["overlays/*.toml"]'),
    ...['autorelease', 'static'].map((word) => component(`release = { calculation = "${word}" }`)),
    '[component-groups.g]\nmetadata = { owner = "x", level = 3 }',
    overlay('type = "spec-remove-subpackage", package = "devel"'),
    overlay('type = "file-remove", archive = "a.tar.gz", file = "b"'),
    overlay('type = "file-search-replace", archive = "a.tar", file = "b", regex = "c"'),
    overlay(`type = "spec-remove-tag", tag = "A", metadata = { ${metadata} }`),
    ...[
      'azl-compatibility',
      'azl-temp-workaround',
      'azl-branding-policy',
      'azl-disable-flaky-tests',
      'azl-disable-unsupported-tests',
      'azl-security-compliance',
      'azl-release-management',
      'azl-platform-adaptation',
    ].map((category) =>
      overlay(
        `type = "patch-remove", file = "a", metadata = { category = "${category}", upstream-status = "unknown" }`,
      ),
    ),
    ...['upstreamed', 'upstreamable'].map((status) =>
      overlay(
        `type = "patch-remove", file = "a", metadata = { category = "upstream-backport", upstream-status = "${status}", commits = [{ url = "https://x.example/c" }], bugs = [{ url = "http://x.example/b" }] }`,
      ),
    ),
    overlay(
      'type = "patch-remove", file = "a", metadata = { category = "azl-pruning", upstream-status = "needs-upstream-hook" }',
    ),
    sourceFile('origin = { type = "custom", script = "s.sh", mock-packages = ["git"], inputs = ["i"] }'),
    sourceFile('origin = { type = "overlay" }, replace-upstream = true, replace-reason = "why"'),
    version('inputs = { rpm-build = [{ repo = "r" }], image-build = [{ set = "s" }] }').concat(
      '\n[resources.rpm-repos.r]\ntype = "rpm-md"\ndescription = "d"\nmetalink = "https://x.example/m"\ngpg-key = "https://x.example/k"\narches = ["x86_64"]',
      '\n[resources.rpm-repo-sets.s]\ntemplate = "t"\nbase-uri = "https://x.example"\nname-prefix = "p-"\ngpg-key = "k"\narches = []\nsubrepos = ["a"]',
      '\n[resources.rpm-repo-set-templates.t]\nsubrepos = [{ name = "a", subpath = "$basearch", kind = "debug" }, { name = "b", subpath = "b", kind = "source" }, { name = "c", subpath = "c", kind = "binary" }]',
    ),
    `${repository}disable-gpg-check = true`,
    ...['azl-standard', 'koji-dist-repo'].map(
      (template) => `[resources.rpm-repo-sets.s]\ntemplate = "${template}"\nbase-uri = "https://x.example"`,
    ),
    ...['pyproject', 'requirements', 'none'].map(
      (install) =>
        `[test-suites.s]\ntype = "pytest"\npytest = { working-dir = "w", test-paths = ["t"], extra-args = ["{image-path}", "{image-name}", "{capabilities}"], install = "${install}" }`,
    ),
    `[test-suites.s]\ntype = "lisa"\n[test-suites.s.lisa]\nframework = { git-url = "https://x.example", ref = "${'a'.repeat(40)}" }\ntest-cases = ["t"]\npip-pre-install = ["p"]\npip-extras = ["e"]\nextra-args = ["x"]`,
  ],
  'october-2026': [
    '[images.i]\narchitectures = ["x86_64", "aarch64"]',
    '[images.i.tests]\ntests = [{ name = "t" }, { group = "g" }]',
    '[tests.t]\ntype = "tmt"\ntmt = { plan = "p" }',
    '[test-groups.g]\ntests = [{ name = "t" }]',
    component('tests = { tests = [{ name = "t" }] }'),
  ],
  slipway: ['[build-environment]\npackages = ["gcc"]', component('spec = { type = "import", snapshot = "s" }')],
};

describe('every field loads and tells its generation', () => {
  for (const [generation, files] of Object.entries(fields)) {
    for (const text of files) {
      test(`${generation}: ${text.replaceAll('\n', ' ').slice(0, 100)}`, async (context) => {
        const isTop = text.startsWith('includes') || text.startsWith('"');
        const snapshots =
          generation === 'slipway'
            ? '[snapshots.s]\ntype = "apt"\nsuite = "s"\ncomponents = ["main"]\narchitecture = "amd64"'
            : '';
        const content = text.startsWith('[project]') ? base.replace(/\[project\][^[]*/, '') : base;
        const file = isTop ? `${text}\n${content}` : `${content}\n${text}\n${snapshots}`;
        const root = generation === 'slipway' ? 'slipway.toml' : 'azldev.toml';
        const directory = await projectDirectory(context, { [root]: file });
        const found = await failures(directory, async () => {
          const project = await loadProject(directory);
          assert.equal(project.generation, generation);
          assert.deepEqual([...project.fileGenerations], [[join(directory, root), generation]]);
          const isForeign =
            text.includes('test-groups') || text.includes('tests.t]') || text.includes('tests = [{ name');
          assert.deepEqual(
            project.warnings.map(({ code }) => code).slice(0, 1),
            isForeign && generation === 'october-2026' ? ['PROJECT_NOT_INTERPRETED'] : [],
          );
        });
        assert.deepEqual(found, []);
      });
    }
  }
});

/** What the loader refuses beyond wrong types: a file and the first error. */
const refused: Readonly<Record<string, RegExp>> = {
  '[distros.d]\nrepos = [{}]': /PROJECT_MISSING_KEY .*base-uri/,
  '[project]\ndefault-distro = {}': /PROJECT_MISSING_KEY .*name/,
  [version('inputs = { rpm-build = [{}] }')]: /exactly one of repo and set/,
  [version(
    'inputs = { rpm-build = [{ repo = "r" }] }\n[resources.rpm-repos.r]\nbase-uri = "https://x.example"\ngpg-key = "k.pem"',
  )]: /PROJECT_BAD_VALUE azldev\.toml:\d+:\d+ .*cannot read the local gpg-key of "r"/,
  [`${repository.replace('a.b:c-d_1', '-a')}disable-gpg-check = true`]: /must be a name of letters/,
  [repository]: /needs a gpg-key/,
  [`${repository}metalink = "https://x.example"\ndisable-gpg-check = true`]: /exactly one of base-uri and metalink/,
  '[resources.rpm-repos.r]\nbase-uri = "ftp://x.example"\ndisable-gpg-check = true': /absolute http or https/,
  '[resources.rpm-repo-sets.s]\ntemplate = "t"\nbase-uri = "https://x.example"\nsubrepos = ["b"]\n[resources.rpm-repo-set-templates.t]\nsubrepos = [{ name = "a", subpath = "a" }]':
    /PROJECT_UNKNOWN_NAME .*member of t called "b"/,
  [component('spec = { type = "upstream", path = "x.spec" }')]: /only a local spec has a path/,
  [component('spec = { upstream-commit = "123456" }')]: /7 to 40/,
  [sourceFile('replace-upstream = true')]: /needs a replace-reason/,
  [sourceFile('origin = {}')]: /the key type is missing/,
  [component('source-files = [{ hash = "00" }]')]: /the key filename is missing/,
  [component('build = { check = { skip = true } }')]: /needs a skip_reason/,
  [component('packages = { a = { publish = { rpm-channel = ".." } } }')]: /must not be/,
  [overlay('type = "file-rename", file = "a", replacement = "b/c"')]: /bare file name/,
  [overlay('type = "file-rename", file = "a", replacement = ".."')]: /bare file name/,
  [overlay('type = "file-add", file = "/a", source = "b"')]: /stays inside/,
  [overlay('type = "spec-remove-subpackage", package = "a", section = "%files"')]: /PROJECT_UNKNOWN_KEY .*section/,
  [overlay('type = "file-add", file = "a", source = "b", archive = "c.tar"')]: /PROJECT_UNKNOWN_KEY .*archive/,
  [overlay('type = "spec-search-replace", regex = "a", package = "p"')]: /together with a section/,
  [overlay('type = "spec-search-replace", regex = "(?=a)"')]: /PROJECT_BAD_VALUE .*regex/,
  [overlay('type = "patch-remove", file = "a", metadata = { category = "azl-pruning" }')]: /upstream-status is missing/,
  [overlay(
    'type = "patch-remove", file = "a", metadata = { category = "upstream-backport", upstream-status = "unknown", commits = [{ url = "https://x.example" }] }',
  )]: /is upstreamed or upstreamable/,
  [overlay(`type = "patch-remove", file = "a", metadata = { ${metadata}, bugs = [{ url = "bug 7" }] }`)]:
    /absolute http or https/,
  '[test-suites.s]\ntype = "pytest"': /needs a pytest table/,
  '[test-suites.s]\ntype = "lisa"\n[test-suites.s.lisa]\nframework = { git-url = "x", ref = "main" }\ntest-cases = ["a"]':
    /40 hexadecimal digits/,
  '[tools.image-customizer]': /PROJECT_UNKNOWN_KEY .*did you mean imageCustomizer/,
  '[package-groups.g]\npackages = ["a", "a"]': /PROJECT_DUPLICATE .*twice in the group/,
};

describe('every rule of the format refuses what breaks it, at its place', () => {
  for (const [text, expected] of Object.entries(refused)) {
    test(text.replaceAll('\n', ' ').slice(0, 110), async (context) => {
      const content = text.startsWith('[project]') ? base.replace(/\[project\][^[]*/, '') : base;
      const directory = await projectDirectory(context, { 'azldev.toml': `${content}\n${text}` });
      const found = await failures(directory, () => loadProject(directory));
      assert.match(found[0] ?? 'accepted', expected);
      assert.match(found[0] ?? '', /^\w+ azldev\.toml:\d+:\d+ /);
      assert.equal(found.length, 1, found.join('\n'));
    });
  }

  const required: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'spec-add-tag': { tag: '"A"', value: '"v"' },
    'spec-insert-tag': { tag: '"A"', value: '"v"' },
    'spec-set-tag': { tag: '"A"', value: '"v"' },
    'spec-update-tag': { tag: '"A"', value: '"v"' },
    'spec-remove-tag': { tag: '"A"' },
    'spec-prepend-lines': { lines: '["a"]' },
    'spec-append-lines': { lines: '["a"]' },
    'spec-search-replace': { regex: '"a"' },
    'spec-remove-section': { section: '"%check"' },
    'spec-remove-subpackage': { package: '"p"' },
    'patch-add': { source: '"a"' },
    'patch-remove': { file: '"a"' },
    'file-add': { file: '"a"', source: '"b"' },
    'file-remove': { file: '"a"' },
    'file-rename': { file: '"a"', replacement: '"b"' },
    'file-prepend-lines': { file: '"a"', lines: '["b"]' },
    'file-search-replace': { file: '"a"', regex: '"b"' },
  };
  for (const [type, keys] of Object.entries(required)) {
    for (const key of Object.keys(keys)) {
      test(`${type} needs ${key}, and not an empty one`, async (context) => {
        const loadWith = async (value: string | undefined) => {
          const written = Object.entries({ ...keys, [key]: value }).filter(([, text]) => text !== undefined);
          const text = overlay([`type = "${type}"`, ...written.map(([name, text]) => `${name} = ${text}`)].join(', '));
          const directory = await projectDirectory(context, { 'azldev.toml': `${base}\n${text}` });
          return failures(directory, () => loadProject(directory));
        };
        assert.deepEqual(await loadWith(keys[key]), []);
        assert.match(
          (await loadWith(undefined)).join('\n'),
          new RegExp(`^PROJECT_MISSING_KEY [^\n]*the key ${key} is missing$`),
        );
        assert.match((await loadWith(key === 'lines' ? '[]' : '""')).join('\n'), /^PROJECT_BAD_VALUE [^\n]*$/);
      });
    }
  }
});

const shared = process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../../shared');
const azldevSchema = join(shared, 'data/azl4/external/schemas/azldev.schema.json');

test('every property and value of the schema that Azure Linux 4.0 carries is known', {
  skip: existsSync(azldevSchema) ? false : 'the schema is not there',
}, () => {
  const theirs = JSON.parse(readFileSync(azldevSchema, 'utf8')) as JsonSchema;
  const ours = projectJsonSchema();
  const unknown: string[] = [];
  let seen = 0;
  visit(theirs, [ours], '');
  assert.deepEqual(unknown, []);
  assert.ok(seen > 150, `visited ${seen} places`);

  function visit(their: JsonSchema, our: readonly JsonSchema[], path: string): void {
    seen++;
    const node = resolveSchema(their, theirs);
    const nodes = our.flatMap((schema) => branches(schema, ours));
    const words = nodes.flatMap((each) => [...(each.enum ?? []), ...(each.const === undefined ? [] : [each.const])]);
    unknown.push(
      ...(node.enum ?? []).filter((word) => !words.includes(word)).map((word) => `${path} = ${String(word)}`),
    );
    for (const [key, value] of Object.entries(node.properties ?? {})) {
      const known = nodes.flatMap((each) => each.properties?.[key] ?? []);
      if (known.length === 0) {
        unknown.push(`${path}.${key}`);
      } else {
        visit(value, known, `${path}.${key}`);
      }
    }
    for (const key of ['items', 'additionalProperties'] as const) {
      const inner = node[key];
      if (typeof inner === 'object') {
        const known = nodes.flatMap((each) => (typeof each[key] === 'object' ? [each[key]] : []));
        assert.ok(known.length > 0, `${path} has no ${key}`);
        visit(inner, known, `${path}[]`);
      }
    }
  }
});

function branches(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const node = resolveSchema(schema, root);
  const inner = node.oneOf ?? node.anyOf;
  return inner === undefined ? [node] : inner.flatMap((branch) => branches(branch, root));
}
