import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { parseSpec } from '@slipway/spec';
import fc from 'fast-check';
import { judge, judgesMissing, openJudgeRoom } from '../../../test/support/judge-tree.ts';
import { keptFiles, sourcesOf } from './file-filter.ts';

function sources(text: string, macros?: ReadonlyMap<string, string>): ReturnType<typeof sourcesOf> {
  return sourcesOf(parseSpec(Buffer.from(text)), macros);
}

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['numbered and bare tags', 'Source: a\nSource0: b\npatch: c\nPatch12: d\nSourceLicense: e\n', ['a', 'b', 'c', 'd']],
  ['tags of subpackages', 'Name: x\n%package devel\nSource7: a\n%build\nSource8: b\n', ['a']],
  ['lists', '%sourcelist\na\n# no\n\n%patchlist\n b.patch \n%prep\nc\n', ['a', 'b.patch']],
  [
    'all branches',
    '%if 0\nSource1: a\n%else\nSource1: b\n%endif\n%ifarch x86_64\nSource2: c\n%endif\n',
    ['a', 'b', 'c'],
  ],
  ['URLs', 'Source0: https://example.org/x/%{name}.tar.gz\nName: n\n', []],
  ['the last element of a URL', 'Name: n\nURL: https://example.org\nSource0: %{url}/x/%{name}.tgz\n', ['n.tgz']],
  ['a fragment that names the file', 'Source0: https://example.org/get?id=7#/a-1.tar.gz\n', ['a-1.tar.gz']],
  ['a fragment that is an anchor', 'Source0: https://example.org/a%20b.txt?x=/y#part\n', ['a b.txt']],
  ['directories of local files', 'Source0: ./conf//a.conf\nSource1: ../up\nSource2: /etc/passwd\n', ['conf/a.conf']],
  [
    'macros of the spec',
    '%global a 1\n%define b %{a}.2\nVersion: %b\nSource0: x-%{version}%{?none}%{!?none:z}.t\n',
    ['x-1.2z.t'],
  ],
  ['a macro defined unless it is', '%{!?base: %global base foo}\nSource0: %{base}.t\n', ['foo.t']],
  [
    'a shortened commit',
    '%global c 0123456789\n%global s %(c=%{c}; echo ${c:0:7})\nSource0: x-%{s}.t\n',
    ['x-0123456.t'],
  ],
  [
    'definitions of a branch hold in it only',
    '%if 0\n%global v 1\nSource0: a%{?v}\n%endif\nSource1: b%{?v}\n',
    ['a1', 'b'],
  ],
  ['branches that agree', '%if 0%{?fedora}\n%global v 1\n%else\n%global v 1\n%endif\nSource0: %{v}.t\n', ['1.t']],
  [
    'conditionals that can be decided',
    '%bcond_with x\n%if %{with x}\n%global v 1\n%else\n%global v 2\n%endif\nSource0: %v.t\n',
    ['2.t'],
  ],
  ['a tag inside of a macro', '%global on 1\n%{?on:Source3: a.t}\n%{!?on:Source4: b.t}\n', ['a.t']],
  ['numbers apart from the name', 'Patch 0: a\nSource 12 : b\n', ['a', 'b']],
  ['a substring', '%global c 0123456789\nSource0: %{sub %{c} 1 7}-%{sub %{c} -2}.t\n', ['0123456-89.t']],
  ['a directory that rpm computes', 'Source0: https://example.org/%(echo 1/2)/%{lower:AB}/x.tgz\n', ['x.tgz']],
  [
    'archives that a distribution names',
    'Source0: %{crates_source}\nSource1: %{pypi_source x 1 zip}\nSource2: %gosource\nPatch0: a\n',
    ['a'],
  ],
  ['a macro that is added to itself', `${'%global __x %{?__x:%__x|}y\n'.repeat(200)}Source0: a\n`, ['a']],
  ['a macro over several lines', '%global text %{expand:\nSource9: no\n}\nSource0: a\n', ['a']],
];

test('a spec names its files by tags and lists', () => {
  for (const [name, text, want] of cases) {
    const { names, undecided } = sources(text);
    assert.deepEqual(undecided.length > 0 ? [] : names, want, `${name}: ${undecided.join()}`);
  }
});

const undecidedCases = [
  'Source0: %{vendor_source}\n',
  'Source0: %fontsource\n',
  'Source0: https://example.org/%{stable}/x.tgz\n',
  'Source0: https://example.org/%(echo x).tgz\n',
  '%global v %{lower:ABC}\nSource0: %{v}.t\n',
  'Source0: %{lua:print("x")}\n',
  'Source0: x-%(date).t\n',
  '%if 0%{?fedora}\n%global v 1\n%else\n%global v 2\n%endif\nSource0: %{v}.t\n',
  '%{lua:\nfor i = 1, 3 do print("Source" .. i .. ": " .. i .. "\\n") end\n}\n',
  '%include %{SOURCE1}\n',
  '%{?fedora:Source1: a}\n',
  'Source0: a%{?dist}\n',
  '%define f() x\nSource0: %{f}\n',
  '%define r %{r}\nSource0: %{r}\n',
  'Source0: %{open\n',
];

test('what only rpm can tell is undecided, and then no file is left out', () => {
  for (const text of undecidedCases) {
    const spec = parseSpec(Buffer.from(text));
    assert.equal(sourcesOf(spec).undecided.length, 1, text);
    const { kept, note } = keptFiles(['README', 'x.spec'], { component: 'x', spec });
    assert.deepEqual(kept, ['README', 'x.spec']);
    assert.match(note ?? '', /^all files are kept/);
  }
});

test('macros that only other lines use leave the names decided', () => {
  const spec =
    'Requires: %{?systemd_requires} %{foo}\n%fontpkg\n%gometa -f\nSource0: a\n%description\n%{_description}\n';
  assert.deepEqual(sources(spec), { names: ['a'], undecided: [] });
});

test('macros of the component are known', () => {
  const text = '%bcond_without x\n%if %{with x}\n%global v 1\n%else\n%global v 2\n%endif\nSource0: %{v}%{vendor}.t\n';
  const macros = new Map([
    ['_without_x', '1'],
    ['vendor', 'v'],
  ]);
  assert.deepEqual(sources(text, macros).names, ['2v.t']);
});

test('the spec, sources, the macros file and what the spec names are kept, directories as a whole', () => {
  const spec = parseSpec(Buffer.from('Source0: a.tgz\nSource1: conf/a.conf\n'));
  const files = [
    '.gitignore',
    'a.tgz',
    'conf/a.conf',
    'conf/b.conf',
    'demo.azl.macros',
    'demo.spec',
    'other.spec',
    'sources',
    'tests/a.tgz',
  ];
  assert.deepEqual(keptFiles(files, { component: 'demo', spec }).kept, [
    'a.tgz',
    'conf/a.conf',
    'conf/b.conf',
    'demo.azl.macros',
    'demo.spec',
    'sources',
  ]);
  assert.deepEqual(keptFiles(files, { component: 'demo', spec, skipFilter: true }).kept, files);
});

test('macros that grow without bound end with an error', () => {
  const doubling = Array.from({ length: 40 }, (_, index) => `%define a${index} %{a${index + 1}}%{a${index + 1}}\n`);
  assert.throws(
    () => sources(`${doubling.join('')}%define a40 x\nSource0: %{a0}\n`),
    (error) => error instanceof SlipwayError && error.code === 'CORE_LIMIT',
  );
  assert.throws(
    () => sources('%if 1\n'.repeat(200)),
    (error) => error instanceof SlipwayError && error.code === 'CORE_LIMIT',
  );
});

test('hostile brackets and blanks are read to their end', () => {
  const long = 60_000;
  const texts = [
    '%{'.repeat(long / 2),
    `%${'!'.repeat(long)}`,
    `Source0: ${'%{a'.repeat(long / 3)}`,
    `%if ${'('.repeat(long)}`,
  ];
  for (const text of texts) {
    sources(`${text}\n`.repeat(20));
  }
});

const fragment = fc.constantFrom(
  ...[
    '%{',
    '}',
    '%',
    '%global x ',
    '%define y ',
    '%{x}',
    '%{?y:',
    '%if ',
    '%else\n',
    '%endif\n',
    '%(c=1; echo ${c:0:1})',
  ],
  ...[
    '\n',
    '\\\n',
    'Source0: ',
    'Patch: ',
    '%patchlist\n',
    '%package d\n',
    '0%{?z}',
    '1',
    '"',
    ' == ',
    '(',
    '[',
    'Version: ',
  ],
);

test('any bytes give names or an error with a code, and what is kept are files that were there', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(fc.oneof(fragment, fc.string({ maxLength: 4 })), { maxLength: 40 })
      .map((parts) => Buffer.from(parts.join(''))),
  );
  const names = fc.array(fc.oneof(fc.string(), fc.constantFrom('a', 'sources', 'x.spec', 'd/e')));
  fc.assert(
    fc.property(bytes, names, (spec, files) => {
      try {
        const { kept } = keptFiles(files, { component: 'x', spec: parseSpec(spec) });
        assert.ok(kept.every((path) => files.includes(path)));
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

const forRpm = [
  'Source0: a\nSource1: https://example.org/x/b-%{version}.tgz\nPatch: c\nPatch 3: d\n%sourcelist\ne\n# f\n%patchlist\ng.patch\n',
  '%global c 0123456789\n%{!?d: %define d %{c}}\nSource0: x-%{sub %{d} 2 -3}.t\n%{?c:Source7: https://example.org/y#/z.t}\n',
  '%bcond_without x\n%if %{with x} && "%{name}" == "demo"\n%global v 1\n%else\n%global v 2\n%endif\nSource0: %{v}%{?none}.t\n',
  '# %global n 4\n%define two 5 \nSource%{?n}: %{n}-%{NAME}.t\nSource9: %two\n',
];

test('rpmspec names the same sources', { skip: judgesMissing() }, () => {
  const room = openJudgeRoom('sources');
  try {
    for (const text of forRpm) {
      const tags = 'Name: demo\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\n';
      writeFileSync(join(room.outside, 'demo.spec'), `${tags}${text}%description\nx\n`);
      const format = '[%{source}\\n][%{patch}\\n]';
      const result = judge('rpmspec', ['-q', '--srpm', '--qf', format, `${room.inside}/demo.spec`]);
      assert.equal(result.status, 0, result.stderr);
      assert.deepEqual(sources(tags + text).names.toSorted(), result.stdout.trim().split('\n').toSorted(), text);
    }
  } finally {
    room.close();
  }
});
