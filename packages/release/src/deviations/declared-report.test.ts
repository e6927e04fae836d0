import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadProject, type Project } from '@slipway/project';
import { appliedOverlays } from './declared-overlays.ts';
import { declaredReport } from './declared-report.ts';
import { deviationTitle, summariseDeviations } from './deviation-summary.ts';

const root = `includes = ["*.comp.toml"]

[distros.up]
default-version = "1"
[distros.up.versions.1]
release-ver = "1"
[distros.down]
description = "Down Linux"
default-version = "2"
[distros.down.versions.2]
release-ver = "2"
[distros.down.versions.2.default-component-config]
spec = { type = "upstream", upstream-distro = { name = "up", snapshot = "2026-01-01T00:00:00Z" } }

[project]
default-distro = { name = "down" }
`;

async function loaded(context: TestContext, files: Readonly<Record<string, string>>): Promise<Project> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-deviations-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  for (const [path, text] of Object.entries({ 'azldev.toml': root, ...files })) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), text);
  }
  return loadProject(directory);
}

test('an overlay says what its author says: metadata, else the comment above, else nothing', async (context) => {
  const project = await loaded(context, {
    'less.comp.toml': `[components.less]
overlay-files = ["more/*.toml"]

# Nobody reads manuals.
[[components.less.overlays]]
type = "spec-remove-tag"
tag = "Requires"
value = "man"
package = "doc"

# Not the reason
[[components.less.overlays]]
type = "file-search-replace"
file = "a.conf"
regex = "x"
description = "No x"
[components.less.overlays.metadata]
category = "azl-pruning"
upstream-status = "inapplicable"
bugs = [{ url = "https://example.org/1" }]
`,
    'more/a.toml': `[metadata]
category = "upstream-backport"
upstream-status = "upstreamed"
commits = [{ url = "https://example.org/c" }]

[[overlays]]
type = "spec-add-tag"
tag = "A"
value = "b"
`,
  });
  const { deviations } = declaredReport(project);

  assert.deepEqual(
    deviations.map(({ description, reason, reasonIsComment, category, upstreamStatus, at, inheritedFrom }) =>
      [
        description,
        reason,
        reasonIsComment,
        category,
        upstreamStatus,
        at.file,
        at.line,
        at.lastLine,
        inheritedFrom,
      ].map((fact) => fact ?? '-'),
    ),
    [
      ['', 'Nobody reads manuals.', true, '-', '-', 'less.comp.toml', 5, 9, '-'],
      ['No x', 'Not the reason', true, 'pruning', 'inapplicable', 'less.comp.toml', 12, 20, '-'],
      ['', '', '-', 'upstream-backport', 'upstreamed', 'more/a.toml', 6, 9, '-'],
    ],
  );
  assert.deepEqual(deviations.map(deviationTitle), [
    'Spec remove tag Requires: man in doc',
    'No x',
    'Spec add tag A: b',
  ]);
  assert.deepEqual(
    deviations.map(({ links }) => links.map(({ kind, url }) => `${kind} ${url}`)),
    [[], ['bug https://example.org/1'], ['commit https://example.org/c']],
  );
});

test('what groups and defaults declare counts for each component and says where it comes from', async (context) => {
  const project = await loaded(context, {
    'own.spec': '',
    'groups.comp.toml': `[components.a]
[components.b]
[components.c]
[components.own.spec]
type = "local"
path = "own.spec"

[default-component-config.build]
undefines = ["fedora"]

[component-groups.tools]
components = ["a", "b"]

[[component-groups.tools.default-component-config.overlays]]
type = "spec-remove-section"
section = "%check"

[component-groups.tools.default-component-config.build]
# Slow machines
check = { skip = true, skip_reason = "No network" }
`,
  });
  const report = declaredReport(project);
  const { entries, settingEntries, components } = summariseDeviations(report);

  assert.deepEqual(
    report.deviations.map(({ component, inheritedFrom }) => `${component} ${inheritedFrom}`),
    ['a group tools', 'b group tools'],
  );
  assert.deepEqual(
    entries.map((entry) => entry.components),
    [['a', 'b']],
  );
  assert.deepEqual(
    settingEntries.map(({ deviation, components: members }) => [members.join(), deviation.setting, deviation.reason]),
    [
      ['a,b', 'build.check.skip', 'No network'],
      ['a,b,c', 'build.undefines', ''],
    ],
  );
  assert.equal(settingEntries[1]?.deviation.inheritedFrom, 'defaults of the project');
  assert.deepEqual(components, { changedByOverlays: 2, changedBySettings: 3, different: 3 });
  assert.equal(report.componentsTotal, 4);
});

test('settings that change upstream are told apart from those that do not', async (context) => {
  const hash = 'a'.repeat(128);
  const project = await loaded(context, {
    'a.comp.toml': `[components.a]
release = { calculation = "manual" }
[components.a.build]
with = ["x"]
without = ["y", "z"]
defines = { one = "1" }
check = { skip = false }
[[components.a.source-files]]
filename = "new.tar"
hash = "${hash}"
hash-type = "SHA512"
origin = { type = "download", uri = "https://example.org/new.tar" }
[[components.a.source-files]]
filename = "old.tar"
hash = "${hash}"
hash-type = "SHA512"
origin = { type = "download", uri = "https://example.org/old.tar" }
replace-upstream = true
replace-reason = "Without the mascot"
[components.b]
release = { calculation = "auto" }
`,
  });

  assert.deepEqual(
    declaredReport(project).settings.map(({ component, setting, description, reason, at }) =>
      [component, setting, description, reason, at.line].join('|'),
    ),
    [
      'a|build.with|Builds with x||4',
      'a|build.without|Builds without y, z||5',
      'a|build.defines|Defines one = 1||6',
      'a|release.calculation|Keeps the Release tag as it is written||2',
      'a|source-files|Replaces old.tar|Without the mascot|13',
    ],
  );
});

test('an overlay that was applied is the declared one with what it changed', async (context) => {
  const project = await loaded(context, {
    'a.comp.toml':
      '[components.a]\noverlays = [{ type = "spec-remove-tag", tag = "A" }, { type = "spec-remove-tag", tag = "B" }]\n',
  });
  const component = project.components.get('a');
  assert.ok(component !== undefined);
  const changes = [{ diff: '-B\n' }, { diff: '-C\n' }];
  const [applied, ...others] = appliedOverlays(project, component, [
    { index: 1, linesAdded: 0, linesRemoved: 2, changes },
  ]);

  assert.deepEqual(others, []);
  assert.deepEqual(applied, {
    ...declaredReport(project).deviations[1],
    measured: { linesAdded: 0, linesRemoved: 2, diff: '-B\n-C\n' },
  });
});

const shared = process.env.SLIPWAY_SHARED ?? join(import.meta.dirname, '../../../../../shared');
const azureLinux = join(shared, 'data/azl4');
const isMissing = existsSync(azureLinux) ? false : `${azureLinux} is not there`;

test('Azure Linux 4.0 has 233 overlays on 97 of 7,583 components', { skip: isMissing }, async () => {
  const report = declaredReport(await loadProject(azureLinux));
  const { components, lines, settingEntries } = summariseDeviations(report);
  const untested = settingEntries.find(({ deviation }) => deviation.inheritedFrom !== undefined);

  assert.deepEqual(report.distribution, { name: 'Azure Linux', version: '4.0-stage2' });
  assert.deepEqual(
    [report.componentsTotal, components.changedByOverlays, report.deviations.length, lines.measured],
    [7583, 97, 233, 0],
  );
  assert.deepEqual([report.settings.length, components.changedBySettings, components.different], [250, 242, 326]);
  assert.deepEqual(
    [untested?.components.length, untested?.deviation.inheritedFrom],
    [182, 'group check-skip-initial-failures'],
  );
});
