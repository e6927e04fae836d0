import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overlay } from '../overlay.ts';
import { codesOf, findingsOf } from './testing/lint-codes-of.ts';

const add: Overlay = { type: 'patch-add', source: 'p/new.patch' };

function withPrep(...lines: string[]): string {
  return `Name: demo\nPatch0: a.patch\nPatch1: b.patch\n\n%prep\n${lines.join('\n')}\n\n%build\nmake\n`;
}

test('a patch that nothing applies is found, with its number', () => {
  const idle = [
    ['%setup -q', '%patch 0 -p1', '%patch -P 1 -p1'],
    ['%autosetup -N', '%patch -P1 -p2'],
    ['%autosetup -p1 -N'],
    ['%setup -q', '%autopatch -p1 -M 1'],
    ['%setup -q', '%autopatch -p1 0 1'],
    ['%setup -q', '%patch0 -p1', '#%autosetup', 'patch -p1 < %{PATCH1}'],
    ['%setup -q', '%patch -p2'],
    ['%goprep', '%cargo_prep'],
    ['%setup -q', '%patch 0 -b 2 -p1'],
  ];
  for (const lines of idle) {
    const [finding, ...others] = findingsOf([add], { spec: withPrep(...lines) });
    assert.deepEqual([finding?.code, others.length], ['patch-not-applied', 0], lines.join('; '));
    assert.deepEqual(finding?.suggestion?.replacement?.lines, ['%patch -P 2 -p1']);
  }
});

test('a patch that is applied, or may be, is let be', () => {
  const applying = [
    ['%autosetup -p1'],
    ['%autosetup -n x-N'],
    ['%{?x:%autosetup -p1}'],
    ['%autosetup -N', '%autopatch -p1'],
    ['%setup -q', '%autopatch -m 2 -p1'],
    ['%setup -q', '%patch 2 -p1'],
    ['%setup -q', '%patch -P 2 -p1'],
    ['%setup -q', '%patch -P2 -p1'],
    ['%setup -q', '%patch2 -p1'],
    ['%setup -q', 'patch -p1 < %{PATCH2}'],
    ['%setup -q', 'patch -p1 < %PATCH2'],
    ['%setup -q', 'patch -p1 < %{P:2}'],
    ['%setup -q', 'for p in %{patches}; do patch < $p; done'],
    ['%setup -q', 'git am %{SOURCE3}'],
    ['%setup -q', 'ApplyPatch x'],
    ['%setup -q', 'cat %{_sourcedir}/*.patch | patch'],
    ['%setup -q', 'patch -p1 < %{_sourcedir}/new.patch'],
    ['%setup -q', '%my_patch_macro'],
    ['%goprep -A'],
    ['%forgeautosetup -p1'],
    ['%setup -q', '%patch -P %{n} -p1'],
  ];
  for (const lines of applying) {
    assert.deepEqual(codesOf([add], { spec: withPrep(...lines) }), [], lines.join('; '));
  }
  assert.deepEqual(codesOf([add], { spec: 'Name: demo\n%include x.inc\n%prep\n%setup\n' }), []);
  assert.deepEqual(codesOf([add], { spec: 'Name: demo\n' }), []);
  assert.deepEqual(
    codesOf([{ type: 'spec-insert-tag', tag: 'Patch9', value: 'x.patch' }], { spec: withPrep('%setup') }),
    ['patch-not-applied@0'],
  );
});

test('a later overlay may apply the patch', () => {
  const spec = withPrep('%setup -q', '%patch 1 -p1');
  const command = (text: string): Overlay => ({ type: 'spec-append-lines', section: '%prep', lines: [text] });
  assert.deepEqual(codesOf([add, command('%patch -P 2 -p1')], { spec }), []);
  assert.deepEqual(codesOf([add, command('%patch -P 3 -p1')], { spec }), ['patch-not-applied@0', 'patch-undeclared@1']);
});

test('numbers are those of rpm: in order without one, and in %patchlist', () => {
  const bare =
    'Name: demo\nPatch: a.patch\nPatch5: b.patch\n\n%patchlist\nc.patch\n\n%prep\n%setup -q\n%patch 0\n%patch 5\n%patch 6\n';
  const [finding] = findingsOf([add], { spec: bare });
  assert.deepEqual(finding?.suggestion?.replacement?.lines, ['%patch -P 7 -p1']);
});

test('a command for a patch that is gone is found, where upstream had none such', () => {
  const remove: Overlay = { type: 'patch-remove', file: 'a.patch' };
  assert.deepEqual(codesOf([remove], { spec: withPrep('%setup', '%patch 0 -p1', '%patch 1') }), ['patch-undeclared@0']);
  assert.deepEqual(codesOf([remove], { spec: withPrep('%autosetup -p1') }), []);
  assert.deepEqual(codesOf([remove], { spec: withPrep('%setup', '%patch 1 -p1') }), []);
  const gone: Overlay = { type: 'spec-search-replace', regex: '^%patch 0.*', replacement: '' };
  assert.deepEqual(codesOf([remove, gone], { spec: withPrep('%setup', '%patch 0 -p1', '%patch 1') }), []);
  const other: Overlay = { type: 'spec-set-tag', tag: 'URL', value: 'x' };
  assert.deepEqual(codesOf([other], { spec: withPrep('%setup', '%patch 7 -p1') }), []);
});

test('added files are named by a tag', () => {
  const file: Overlay = { type: 'file-add', file: 'demo.conf', source: 'x/demo.conf' };
  const named = [
    'Source1: demo.conf',
    'Source1: %{name}.conf',
    'Source1: https://example.org/#/demo.conf',
    '# demo.conf',
  ];
  for (const line of named) {
    assert.deepEqual(codesOf([file], { spec: `Name: demo\n${line}\n` }), [], line);
  }
  for (const line of ['Source1: %{name}.tar.gz', 'Source1: x%{name}.conf', 'URL: x']) {
    assert.deepEqual(codesOf([file], { spec: `Name: demo\n${line}\n` }), ['file-undeclared@0'], line);
  }
  assert.deepEqual(codesOf([file], { spec: 'Name: demo\n%{lua: for i = 1, 2 do end}\n' }), []);
  const registered: Overlay = { type: 'spec-insert-tag', tag: 'Source1', value: 'demo.conf' };
  assert.deepEqual(codesOf([file, registered], { spec: 'Name: demo\n' }), []);
});
