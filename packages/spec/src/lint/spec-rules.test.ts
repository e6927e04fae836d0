import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overlay } from '../overlay.ts';
import { codesOf, findingsOf } from './testing/lint-codes-of.ts';

function replace(regex: string, replacement: string, rest: object = {}): Overlay {
  return { type: 'spec-search-replace', regex, replacement, ...rest };
}

function tag(kind: 'add' | 'insert' | 'set' | 'update' | 'remove', name: string, value?: string, packageName?: string) {
  const fields = { ...(value !== undefined && { value }), ...(packageName !== undefined && { package: packageName }) };
  return { type: `spec-${kind}-tag`, tag: name, ...fields } as Overlay;
}

function removeSection(section: string, packageName?: string): Overlay {
  return { type: 'spec-remove-section', section, ...(packageName !== undefined && { package: packageName }) };
}

test('an expression that fails is quoted until it finds its line, and otherwise the nearest lines are shown', () => {
  const spec = 'Name: demo\nRelease: 1%{?dist}\nBuildRequires: pkgconfig(gtk+-3.0)\n%build\nif [ -x %{x} ]; then\n';
  const cases = [
    ['1%{?dist}', '1%\\{\\?dist\\}'],
    ['pkgconfig(gtk+-3.0)', 'pkgconfig\\(gtk\\+-3.0\\)'],
    ['^BuildRequires:\\s+pkgconfig(gtk+-3\\.0)$', undefined],
  ] as const;
  for (const [regex, quoted] of cases) {
    const [finding] = findingsOf([replace(regex, 'x')], { spec });
    assert.equal(finding?.code, 'regex-unquoted', regex);
    assert.equal(finding?.severity, 'error');
    const better = finding?.suggestion?.replacement?.regex ?? '';
    assert.ok(quoted === undefined || better === quoted, better);
    assert.deepEqual(codesOf([replace(better, 'x')], { spec }), []);
  }
  const [plain, ...others] = findingsOf([replace('BuildRequires: pkgconf\\(gtk', 'x')], { spec });
  assert.deepEqual([plain?.code, plain?.line, others.length], ['overlay-fails', 3, 0]);
  assert.match(plain?.suggestion?.text ?? '', /3: BuildRequires: pkgconfig/);
  assert.deepEqual(codesOf([replace('^%build', 'x')], { spec }), ['overlay-fails@0']);
  assert.deepEqual(codesOf([replace('^%build$', 'x')], { spec }), ['regex-header@0']);
  assert.deepEqual(codesOf([replace('Release: .%{', 'x')], { spec }), []);
});

test('an expression that matches something else than it reads is found', () => {
  const spec = 'Name: demo\n%build\nif [ -x %{x} ]; then\n';
  const [finding, ...others] = findingsOf([replace('if [ -x %{x} ]', 'if true')], { spec });
  assert.deepEqual([finding?.code, finding?.severity, others.length], ['regex-unquoted', 'warning', 0]);
  assert.equal(finding?.suggestion?.replacement?.regex, 'if \\[ -x %\\{x\\} \\]');
  assert.deepEqual(codesOf([replace('i[ -f x ]', 'y')], { spec }), []);
});

test('the rest goes on after an overlay that fails', () => {
  const spec = 'Name: demo\nRequires: a\n';
  const overlays = [tag('remove', 'Requires', 'b'), tag('set', 'Epoch', '1'), tag('set', 'Epoch', '1', 'x')];
  assert.deepEqual(codesOf(overlays, { spec }), ['overlay-fails@0', 'overlay-fails@2']);
});

test('a package or section is found under the spelling of the spec', () => {
  const spec = 'Name: demo\n%package devel\nSummary: x\n%package -n %{name}-doc\nSummary: y\n%Description\nx\n';
  const cases = [
    ['demo-devel', 'devel'],
    ['%{name}-devel', 'devel'],
    ['doc', '%{name}-doc'],
    ['demo-doc', '%{name}-doc'],
  ] as const;
  for (const [wrong, right] of cases) {
    const [finding, ...others] = findingsOf([tag('add', 'Requires', 'x', wrong)], { spec });
    assert.deepEqual([finding?.code, others.length], ['package-spelling', 0]);
    assert.deepEqual(finding?.suggestion?.replacement, { package: right });
  }
  assert.deepEqual(codesOf([tag('add', 'Requires', 'x', 'libs')], { spec }), ['overlay-fails@0']);
  const [cased] = findingsOf([{ type: 'spec-append-lines', section: '%description', lines: ['x'] }], { spec });
  assert.deepEqual([cased?.code, cased?.suggestion?.replacement], ['section-case', { section: '%Description' }]);
});

test('sections that macros make are not addressed', () => {
  const overlay: Overlay = { type: 'spec-append-lines', section: '%files', package: 'devel', lines: ['/x'] };
  assert.deepEqual(codesOf([overlay], { spec: 'Name: demo\n%gopkg\n' }), ['section-generated@0']);
  assert.deepEqual(codesOf([overlay], { spec: 'Name: demo\n#%gopkg\n' }), ['overlay-fails@0']);
  assert.deepEqual(codesOf([overlay], { spec: 'Name: demo\n%gometa -f\n%{?mingw_debug_package}\n' }), [
    'overlay-fails@0',
  ]);
  assert.deepEqual(codesOf([overlay], { spec: 'Name: demo\n%gopkg\n%files devel\n' }), []);
});

test('an overlay without effect is found', () => {
  const spec = 'Name: demo\nEpoch:   1\n';
  assert.deepEqual(codesOf([tag('update', 'Epoch', '1')], { spec }), ['no-effect@0']);
  assert.deepEqual(codesOf([tag('update', 'Epoch', '2')], { spec }), []);
});

test('values that differ and become the same are found', () => {
  const spec = `Name: demo
%if 0%{?rhel}
Release: 1.el
Epoch: 1
%else
Release: 1
Epoch: 1
%endif
Requires: a
Requires: b
%package x
Requires: c
`;
  assert.deepEqual(codesOf([tag('update', 'Release', '2')], { spec }), ['changes-all-branches@0']);
  assert.deepEqual(codesOf([tag('set', 'Epoch', '2')], { spec }), []);
  assert.deepEqual(codesOf([tag('update', 'Requires', 'z')], { spec }), ['tag-changes-all@0']);
  assert.deepEqual(codesOf([tag('remove', 'Requires')], { spec }), ['tag-changes-all@0']);
  assert.deepEqual(codesOf([tag('update', 'Requires', 'z', 'x')], { spec }), []);
  assert.deepEqual(codesOf([tag('remove', 'Requires', 'a')], { spec }), []);
});

test('a tag that is there already is found', () => {
  const spec =
    'Name: demo\nURL: x\nRequires: a\n%if 1\nRequires: b\nEpoch: 1\n%endif\nSource0: s\n%package x\nRequires: c\n';
  const there = [
    tag('add', 'URL', 'y'),
    tag('insert', 'Requires', 'A'),
    tag('add', 'Epoch', '2'),
    tag('insert', 'source0', 't'),
  ];
  for (const overlay of there) {
    assert.deepEqual(codesOf([overlay], { spec }), ['tag-duplicated@0'], JSON.stringify(overlay));
  }
  const new_ = [
    tag('add', 'Requires', 'b'),
    tag('add', 'Requires', 'c'),
    tag('insert', 'Source1', 's'),
    tag('set', 'URL', 'y'),
  ];
  for (const overlay of new_) {
    assert.deepEqual(codesOf([overlay], { spec }), [], JSON.stringify(overlay));
  }
});

test('continued tags and commands are not torn', () => {
  const spec = 'Name: demo\nRequires: a \\\n  b\nRequires: c\n%build\ncmake \\\n  -DA=1 \\\n  -DB=2\nmake\n';
  assert.deepEqual(codesOf([tag('remove', 'Requires', 'a \\')], { spec }), ['breaks-continuation@0']);
  assert.deepEqual(codesOf([tag('remove', 'Requires', 'c')], { spec }), []);
  assert.deepEqual(codesOf([replace('.*-DA.*', '')], { spec }), ['breaks-continuation@0']);
  assert.deepEqual(codesOf([replace('  -DA.*', '  # no A')], { spec }), ['breaks-continuation@0']);
  assert.deepEqual(codesOf([replace('  -DA=1', '')], { spec }), []);
  assert.deepEqual(codesOf([replace('.*-DB.*', '')], { spec }), []);
  assert.deepEqual(codesOf([replace('^make$', '')], { spec }), []);
});

test('matches beyond the description are found only where it names a place', () => {
  const spec = `Name: demo
%build
cd old
%check
cd old
ls old
%files
/old
%files devel
/old
/include
`;
  const codes = (description: string, rest: object = {}) =>
    codesOf([replace('old', 'new', { description, ...rest })], { spec });
  assert.deepEqual(codes('Use new in %check'), ['matches-more@0']);
  assert.deepEqual(codes('Use new in %build and %check', { regex: '(cd|ls) old' }), []);
  assert.deepEqual(codes('Use new in %check', { section: '%check' }), []);
  assert.deepEqual(codes('Use new everywhere'), []);
  assert.deepEqual(codes('Ship new in the devel package', { section: '%files' }), ['matches-more@0']);
  assert.deepEqual(codes('Ship new in demo-devel', { section: '%files' }), ['matches-more@0']);
  assert.deepEqual(codes('Ship new in demo-devel', { section: '%files', package: 'devel' }), []);
  assert.deepEqual(codes('New devel tools', { section: '%files' }), []);
  assert.deepEqual(codes('Remove the old line', { section: '%check' }), ['matches-more@0']);
  assert.deepEqual(codes('Remove the old lines', { section: '%check' }), []);
  assert.deepEqual(codes('Change the command line', { section: '%check' }), []);
  assert.deepEqual(codes('Remove the old line', { section: '%build' }), []);
});

test('a replacement that is there already is found', () => {
  const spec = 'Name: demo\n%build\n%configure --with-x\n%configure\n';
  assert.deepEqual(codesOf([replace('%configure', '%configure --with-x')], { spec }), ['replacement-present@0']);
  assert.deepEqual(codesOf([replace('%configure$', '%configure --with-x')], { spec }), []);
  assert.deepEqual(codesOf([replace('%configure', '%configure --with-y')], { spec }), []);
});

test('the second spelling of a package is not forgotten', () => {
  const spec =
    'Name: demo\n%package devel\nSummary: x\n%description -n demo-devel\nx\n%files devel\n/x\n%files -n %{name}-devel\n/y\n';
  const overlay: Overlay = { type: 'spec-remove-subpackage', package: 'devel' };
  assert.ok(codesOf([overlay], { spec }).includes('two-spellings@0'));
  assert.deepEqual(codesOf([replace('x', 'z', { section: '%files', package: 'devel' })], { spec }), [
    'two-spellings@0',
  ]);
  assert.deepEqual(codesOf([tag('add', 'Requires', 'a', 'devel')], { spec }), []);
  assert.deepEqual(codesOf([overlay], { spec: 'Name: demo\n%package devel\nSummary: x\n%files -n devel\n/x\n' }), []);
});

test('what is left of a removed package is found', () => {
  const spec =
    'Name: demo\n%package doc\nSummary: x\n%description doc\nx\n%if 1\n%files -n %{name}-doc\n/x\n%endif\n%files\n/y\n';
  assert.deepEqual(codesOf([removeSection('%package', 'doc')], { spec }), ['section-undeclared@0']);
  const all = [
    removeSection('%package', 'doc'),
    removeSection('%description', 'doc'),
    removeSection('%files', '%{name}-doc'),
  ];
  assert.deepEqual(codesOf(all.slice(0, 2), { spec, mode: 'april-2026' }), [
    'section-undeclared@0',
    'conditionals-unpaired@1',
  ]);
  assert.deepEqual(codesOf(all, { spec, mode: 'april-2026' }), []);
  const flat = spec.replace('%if 1\n', '').replace('%endif\n', '');
  assert.deepEqual(codesOf(all, { spec: flat, mode: 'april-2026' }), []);
  assert.deepEqual(
    codesOf([removeSection('%files', 'doc')], { spec: 'Name: x\n%package doc\nSummary: x\n%files doc\n/x\n' }),
    [],
  );
});

test('an %if with nothing inside is found once it is empty', () => {
  const wrapped = 'Name: demo\n%if 1\n%check\nx\n%endif\n%files\n/x\n';
  assert.deepEqual(codesOf([removeSection('%check')], { spec: wrapped }), ['empty-conditional@0']);
  const more = 'Name: demo\n%if 1\n%check\nx\n%files y\n/y\n%endif\n%if 0\n%endif\n%files\n/x\n';
  assert.deepEqual(codesOf([removeSection('%check')], { spec: more }), []);
});

test('conditionals that an overlay tears apart are found, unless a later one mends them', () => {
  const spec = 'Name: demo\n%if 1\nEpoch: 1\n%endif\n';
  const open = replace('^%if 1$', '');
  assert.deepEqual(codesOf([open], { spec }), ['conditionals-unpaired@0']);
  assert.deepEqual(codesOf([open, replace('^%endif$', '')], { spec }), []);
  assert.deepEqual(codesOf([tag('set', 'URL', 'x')], { spec: `${spec}%if 2\n` }), ['lands-in-conditional@0']);
  const lines: Overlay = { type: 'spec-append-lines', section: '', lines: ['%if 3'] };
  assert.deepEqual(codesOf([lines], { spec: `${spec}%files\n` }), ['conditionals-unpaired@0']);
});

test('a macro that is removed and used is found', () => {
  const spec =
    '%global commit abc\n%global flag 1\n%global _x 1\nName: demo\nVersion: %{commit}\n%build\n%if 0%{?flag}\nx\n%endif\n# %{gone}\n';
  assert.deepEqual(codesOf([replace('^%global commit.*', '')], { spec }), ['macro-undefined@0']);
  assert.deepEqual(codesOf([replace('^%global flag.*', '')], { spec }), []);
  assert.deepEqual(codesOf([replace('^%global _x.*', '')], { spec }), []);
  assert.deepEqual(codesOf([replace('^%global commit.*', '%define commit x')], { spec }), []);
  assert.deepEqual(codesOf([replace('^%global commit.*', ''), replace('%\\{commit\\}', '1')], { spec }), []);
});
