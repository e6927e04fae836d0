import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyOverlays, MemorySourceFiles, type Overlay } from '@slipway/spec';
import fc from 'fast-check';
import { explainComponent, explainOverlays } from './explain-overlays.ts';
import type { PreparedComponent } from './prepared-component.ts';

const spec = `Name: demo
Version: 1
Patch0: old.patch
BuildRequires: gcc

%package devel
Requires: demo = %{version}

%build
make all

%install
make install
`;

const loadSource = async () => ({ bytes: Buffer.from('--- patch\n'), mode: 0o640 });

function component(text: string | Uint8Array = spec): PreparedComponent {
  const files = new MemorySourceFiles({ 'old.patch': 'p\n', 'conf/a.conf': 'x=1\ny=2\n' });
  return { name: 'demo', spec: Buffer.from(text as string), specName: 'demo.spec', files };
}

async function failureOf(overlay: Overlay, text: string = spec) {
  const [explanation] = await explainOverlays(component(text), [overlay]);
  assert.equal(explanation?.outcome, 'failed');
  assert.ok(explanation?.failure !== undefined);
  return explanation.failure;
}

test('each overlay is explained on what those before it made, and the component stays as it was', async () => {
  const given = component();
  const explained = await explainComponent(
    given,
    [
      { type: 'spec-set-tag', tag: 'Version', value: '2' },
      { type: 'spec-update-tag', tag: 'Verison', value: '3' },
      { type: 'spec-search-replace', regex: '^Version: 2$', replacement: 'Version: 4' },
      { type: 'spec-set-tag', tag: 'Version', value: '4' },
      { type: 'patch-add', source: 'x/new.patch' },
      { type: 'file-rename', file: 'conf/a.conf', replacement: 'b.conf' },
      { type: 'file-remove', file: 'conf/b.conf' },
      { type: 'file-remove', file: '*', archive: 'a.tar.gz' },
    ],
    { loadSource },
  );
  assert.deepEqual(
    explained.overlays.map(({ number, outcome, linesAdded, linesRemoved, without }) => [
      number,
      outcome,
      linesAdded,
      linesRemoved,
      without,
    ]),
    [
      [1, 'applied', 1, 1, []],
      [2, 'failed', 0, 0, []],
      [3, 'applied', 1, 1, [2]],
      [4, 'no-effect', 0, 0, [2]],
      [5, 'applied', 2, 0, [2]],
      [6, 'applied', 0, 0, [2]],
      [7, 'applied', 0, 2, [2]],
      [8, 'in-archive', 0, 0, [2]],
    ],
  );
  assert.match(explained.overlays[2]?.changes[0]?.diff ?? '', /^-Version: 2\n\+Version: 4$/m);
  assert.equal(Buffer.from(given.spec).toString(), spec);
  assert.deepEqual(
    (await given.files.list()).map(({ path }) => path),
    ['conf/a.conf', 'old.patch'],
  );
  assert.deepEqual(
    explained.spec.filter(({ writtenBy, removedBy }) => writtenBy !== undefined || removedBy !== undefined),
    [
      { text: 'Version: 1', removedBy: 1 },
      { text: 'Version: 2', writtenBy: 1, removedBy: 3 },
      { text: 'Version: 4', writtenBy: 3 },
      { text: 'Patch1: new.patch', writtenBy: 5 },
    ],
  );
});

const tag = fc.constantFrom('Version', 'Requires', 'Name', 'Absent');
const value = fc.constantFrom('1', '2', 'gcc');
const overlay: fc.Arbitrary<Overlay> = fc.oneof(
  fc.record({
    type: fc.constantFrom('spec-set-tag', 'spec-add-tag', 'spec-update-tag', 'spec-insert-tag'),
    tag,
    value,
  }),
  fc.record({ type: fc.constant('spec-remove-tag'), tag }),
  fc.record({ type: fc.constant('spec-remove-section'), section: fc.constantFrom('%build', '%check') }),
  fc.record({
    type: fc.constant('spec-append-lines'),
    section: fc.constantFrom('%build', '%install'),
    lines: fc.constant(['x', '']),
  }),
  fc.record({
    type: fc.constant('spec-search-replace'),
    regex: fc.constantFrom('make', '^.', 'zz'),
    replacement: value,
  }),
) as fc.Arbitrary<Overlay>;

test('the lines without a remover are what the overlays that apply make of the spec together', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(overlay, { maxLength: 6 }), async (overlays) => {
      const explained = await explainComponent(component(), overlays);
      const applying = overlays.filter((_, index) => explained.overlays[index]?.outcome !== 'failed');
      const { spec: result } = await applyOverlays(component(), applying, { refuseWithoutEffect: false });
      const live = explained.spec.filter(({ removedBy }) => removedBy === undefined).map(({ text }) => `${text}\n`);
      assert.equal(live.join(''), result.toString());
    }),
    { numRuns: 60 },
  );
});

test('an expression that matches nothing: how far it gets, and the nearest lines with what differs', async () => {
  const failure = await failureOf({
    type: 'spec-search-replace',
    section: '%build',
    regex: '^make +alll$',
    replacement: '',
  });
  assert.equal(failure.error.code, 'SPEC_NO_MATCH');
  assert.deepEqual(failure.partial, {
    matched: '^make +all',
    stopsAt: 'l',
    places: [{ line: 10, text: 'make all', column: 9 }],
  });
  assert.equal(failure.wanted, 'make alll');
  const comparison = [
    { kind: 'same', text: 'make all' },
    { kind: 'wanted', text: 'l' },
  ];
  assert.deepEqual(failure.nearest, [{ line: 10, text: 'make all', comparison }]);
});

test('an expression that matches elsewhere: in another section, a header, or to the same text', async () => {
  const inBuild = { type: 'spec-search-replace', section: '%build' } as const;
  const other = await failureOf({ ...inBuild, regex: 'make install', replacement: '' });
  assert.deepEqual(other.elsewhere, [{ line: 13, text: 'make install', reason: 'other-section', section: '%install' }]);
  const header = await failureOf({ type: 'spec-search-replace', regex: '^%install', replacement: '' });
  assert.deepEqual(header.elsewhere, [{ line: 12, text: '%install', reason: 'header', section: '%install' }]);
  const same = await failureOf({ ...inBuild, regex: 'make', replacement: 'make' });
  assert.deepEqual(same.elsewhere, [{ line: 10, text: 'make all', reason: 'same-text', section: '%build' }]);
  assert.equal(same.partial, undefined);
});

test('tags, sections, packages, patches and files that are absent: the nearest of their kind', async () => {
  const cases: readonly (readonly [Overlay, string, string])[] = [
    [{ type: 'spec-update-tag', tag: 'Verison', value: '2' }, 'Verison:', 'Version: 1'],
    [
      { type: 'spec-remove-tag', tag: 'BuildRequires', value: 'gcc-c++' },
      'BuildRequires: gcc-c++',
      'BuildRequires: gcc',
    ],
    [{ type: 'spec-remove-section', section: '%biuld' }, '%biuld', '%build'],
    [{ type: 'spec-add-tag', package: 'demo-devel', tag: 'A', value: 'b' }, '%package demo-devel', '%package devel'],
    [{ type: 'patch-remove', file: 'old.pach' }, 'old.pach', 'Patch0: old.patch'],
    [{ type: 'file-remove', file: 'conf/b.conf' }, 'conf/b.conf', 'conf/a.conf'],
    [{ type: 'file-search-replace', file: 'conf/*', regex: '(?m)^yy=2$' }, 'yy=2', 'y=2'],
  ];
  for (const [each, wanted, nearest] of cases) {
    const failure = await failureOf(each);
    assert.deepEqual([failure.wanted, failure.nearest[0]?.text], [wanted, nearest], JSON.stringify(each));
    const found = (failure.nearest[0]?.comparison ?? []).filter(({ kind }) => kind !== 'wanted');
    assert.equal(found.map(({ text }) => text).join(''), nearest);
  }
});

test('specs and expressions of any kind are explained without an exception', async () => {
  const text = fc.array(fc.constantFrom('Name: a', '%package b', '%files', '%if x', 'é\xff', '', '\0', '%build -n'), {
    maxLength: 9,
  });
  await fc.assert(
    fc.asyncProperty(text, fc.array(overlay, { maxLength: 3 }), fc.string(), async (lines, overlays, regex) => {
      const given = component(Buffer.from(lines.join('\r\n'), 'latin1'));
      const explained = await explainOverlays(given, [...overlays, { type: 'spec-search-replace', regex }]);
      assert.equal(explained.length, overlays.length + 1);
    }),
    { numRuns: 100 },
  );
});

test('a line that overlays refuse is an explained failure too', async () => {
  const { error, nearest } = await failureOf({ type: 'spec-remove-tag', tag: 'Name' }, `Name: ${'x'.repeat(70_000)}\n`);
  assert.deepEqual([error.code, nearest], ['SPEC_LINE_TOO_LONG', []]);
});
