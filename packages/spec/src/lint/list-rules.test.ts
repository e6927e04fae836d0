import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overlay } from '../overlay.ts';
import { codesOf, findingsOf } from './testing/lint-codes-of.ts';

function tag(kind: 'add' | 'insert' | 'set' | 'update' | 'remove', name: string, value?: string, packageName?: string) {
  const fields = { ...(value !== undefined && { value }), ...(packageName !== undefined && { package: packageName }) };
  return { type: `spec-${kind}-tag`, tag: name, ...fields } as Overlay;
}

function replace(regex: string, replacement: string, section?: string): Overlay {
  return { type: 'spec-search-replace', regex, replacement, ...(section !== undefined && { section }) };
}

test('the same overlay twice is found, whatever explains it', () => {
  const overlay = tag('add', 'Requires', 'bash');
  assert.deepEqual(codesOf([overlay, { ...overlay, description: 'again' }]), ['duplicate-overlay@1']);
  assert.deepEqual(codesOf([overlay, tag('add', 'Requires', 'zsh')]), []);
  assert.deepEqual(codesOf([overlay, tag('add', 'Requires', 'bash', 'devel')]), []);
  const removal = { type: 'spec-remove-section', section: '%check' } as const;
  assert.deepEqual(codesOf([removal, removal]), ['duplicate-overlay@1']);
  assert.deepEqual(codesOf([replace('a', 'b', '%build'), replace('a', 'b', '%check')]), []);
});

test('the earlier of two values of a tag is without effect', () => {
  assert.deepEqual(codesOf([tag('set', 'Version', '1'), tag('update', 'version', '2')]), ['tag-set-twice@0']);
  assert.deepEqual(codesOf([tag('insert', 'Epoch', '1'), tag('insert', 'Epoch', '2')]), ['tag-set-twice@0']);
  assert.deepEqual(codesOf([tag('set', 'Summary', '1'), tag('set', 'Summary', '2', 'devel')]), []);
  assert.deepEqual(codesOf([tag('insert', 'Source1', 'a'), tag('insert', 'Source2', 'b')]), []);
  assert.deepEqual(codesOf([tag('add', 'Requires', 'a'), tag('add', 'Requires', 'b')]), []);
});

test('what is undone is found', () => {
  assert.deepEqual(codesOf([tag('add', 'Requires', 'a'), tag('remove', 'Requires', 'A')]), ['overlay-undone@0']);
  assert.deepEqual(codesOf([tag('add', 'Requires', 'a'), tag('remove', 'Requires', 'b')]), []);
  assert.deepEqual(codesOf([tag('add', 'Requires', 'a'), tag('remove', 'Requires', 'a', 'devel')]), []);
  assert.deepEqual(codesOf([tag('remove', 'Requires', 'a'), tag('add', 'Requires', 'b')]), []);
  assert.deepEqual(codesOf([replace('a\\.b', 'c'), replace('c', 'a.b')]), ['overlay-undone@0']);
  assert.deepEqual(codesOf([replace('a', 'b', '%build'), replace('b', 'a', '%check')]), []);
  assert.deepEqual(codesOf([replace('a', 'b'), replace('b.*', 'a')]), []);
  const added: Overlay = { type: 'file-add', file: 'a.conf', source: 'a.conf' };
  assert.deepEqual(codesOf([added, { type: 'file-remove', file: 'a.conf' }]), ['overlay-undone@0']);
  assert.deepEqual(codesOf([added, { type: 'file-remove', file: 'b.conf' }]), []);
});

test('what was removed cannot be changed, unless an overlay brings it back', () => {
  const removal: Overlay = { type: 'spec-remove-section', section: '%check' };
  const append: Overlay = { type: 'spec-append-lines', section: '%check', lines: ['true'] };
  assert.deepEqual(codesOf([removal, append]), ['target-removed@1']);
  assert.deepEqual(codesOf([append, removal]), []);
  assert.deepEqual(codesOf([removal, replace('^x$', '%check\nx'), append]), []);
  assert.deepEqual(codesOf([removal, replace('^x$', '%build\nx'), append]), ['target-removed@2']);
  assert.deepEqual(codesOf([removal, { ...append, section: '%build' }]), []);
  const subpackage: Overlay = { type: 'spec-remove-subpackage', package: 'xen' };
  const files: Overlay = { type: 'spec-append-lines', section: '%files', package: 'xen', lines: ['/x'] };
  assert.deepEqual(codesOf([subpackage, files]), ['target-removed@1']);
  assert.deepEqual(codesOf([subpackage, tag('add', 'Requires', 'a', 'xen')]), ['target-removed@1']);
  assert.deepEqual(codesOf([subpackage, { ...files, package: 'devel' }, tag('add', 'Requires', 'a')]), []);
});

test('files are followed through the overlays', () => {
  const remove: Overlay = { type: 'file-remove', file: 'a.conf' };
  const edit: Overlay = { type: 'file-search-replace', file: 'a.conf', regex: 'x', replacement: 'y' };
  assert.deepEqual(codesOf([remove, edit]), ['target-removed@1']);
  assert.deepEqual(codesOf([edit, remove]), ['overlay-undone@0']);
  assert.deepEqual(codesOf([remove, { type: 'file-add', file: 'a.conf', source: 'a.conf' }, edit]), []);
  assert.deepEqual(codesOf([remove, { ...edit, file: 'b.conf' }, { ...edit, archive: 'a.tar.gz' }]), []);
  const files = ['a.conf', 'sub/b.conf', 'demo.spec'];
  assert.deepEqual(codesOf([edit], { files }), []);
  assert.deepEqual(codesOf([{ ...edit, file: '**/*.conf' }], { files }), []);
  assert.deepEqual(codesOf([{ ...edit, file: '*.patch' }], { files }), ['glob-matches-nothing@0']);
  assert.deepEqual(codesOf([{ ...edit, file: '*.patch' }]), []);
  assert.deepEqual(codesOf([{ ...edit, file: 'x', archive: 'a.tar' }], { files }), []);
  assert.deepEqual(
    codesOf(
      [
        { type: 'patch-add', source: 'p/x.patch' },
        { ...edit, file: '*.patch' },
      ],
      { files },
    ),
    [],
  );
  const rename: Overlay = { type: 'file-rename', file: 'sub/b.conf', replacement: 'c.conf' };
  assert.deepEqual(codesOf([rename, { ...edit, file: 'sub/c.conf' }], { files }), []);
  assert.deepEqual(codesOf([rename, { ...edit, file: 'sub/*b.conf' }], { files }), ['glob-matches-nothing@1']);
  const [near] = findingsOf([{ ...edit, file: 'a.cnf' }], { files });
  assert.deepEqual(near?.suggestion?.replacement, { file: 'a.conf' });
});

test('specs are no files to overlays, and sources have to be there', () => {
  assert.deepEqual(codesOf([{ type: 'file-remove', file: '*.spec' }]), ['file-is-spec@0']);
  assert.deepEqual(codesOf([{ type: 'file-remove', file: 'a.spec', archive: 'a.tar' }]), []);
  assert.deepEqual(codesOf([{ type: 'file-remove', file: 'a.specs' }]), []);
  const overlay: Overlay = { type: 'patch-add', source: 'a.patch' };
  assert.deepEqual(codesOf([overlay], { sourceExists: () => false }), ['source-missing@0']);
  assert.deepEqual(codesOf([overlay], { sourceExists: () => true }), []);
});

test('conditionals that lines open are closed by some overlay', () => {
  const lines = (section: string, ...text: string[]): Overlay => ({ type: 'spec-append-lines', section, lines: text });
  assert.deepEqual(codesOf([lines('%check', '%if 0', 'x')]), ['lines-unbalanced@0']);
  assert.deepEqual(codesOf([lines('%check', 'x\n%endif')]), ['lines-unbalanced@0']);
  assert.deepEqual(codesOf([lines('%check', '%if 0', 'x', '%endif')]), []);
  assert.deepEqual(codesOf([lines('%check', '%if 0'), lines('%build', '%endif')]), []);
  assert.deepEqual(codesOf([lines('%check', '%if 0'), replace('^%endif$', '')]), []);
});

test('several overlays that one of another type would replace', () => {
  const pairs: readonly (readonly [string, readonly Overlay[]])[] = [
    ['prefer-set-tag@0', [tag('remove', 'URL'), tag('add', 'URL', 'x')]],
    [
      'prefer-patch-add@0',
      [{ type: 'file-add', file: 'a.patch', source: 'a.patch' }, tag('insert', 'Patch9', 'a.patch')],
    ],
    ['prefer-patch-remove@0', [tag('remove', 'Patch0'), { type: 'file-remove', file: 'a.patch' }]],
    [
      'prefer-remove-subpackage@0',
      ['%package', '%description'].map((section) => ({ type: 'spec-remove-section', section, package: 'x' })),
    ],
  ];
  for (const [code, overlays] of pairs) {
    assert.deepEqual(codesOf(overlays), [code]);
  }
});

test('overlays that only look like such a pair', () => {
  const file: Overlay = { type: 'file-add', file: 'a.patch', source: 'a.patch' };
  const lists: readonly (readonly Overlay[])[] = [
    [tag('remove', 'Requires', 'a'), tag('add', 'Requires', 'b')],
    [tag('remove', 'BuildArch', undefined, 'x'), tag('add', 'Requires', 'b')],
    [file, tag('insert', 'Patch9', 'b.patch')],
    [file, tag('insert', 'Source9', 'a.patch')],
    [file, tag('insert', 'Patch9', 'a.patch'), { type: 'spec-append-lines', section: '%prep', lines: ['%patch -P9'] }],
    [tag('remove', 'Patch0'), { type: 'file-remove', file: 'a.conf' }],
    [{ type: 'spec-remove-section', section: '%files', package: 'x' }],
    [
      { type: 'spec-remove-section', section: '%files', package: 'x' },
      { type: 'spec-remove-section', section: '%post', package: 'x' },
    ],
  ];
  for (const overlays of lists) {
    assert.deepEqual(codesOf(overlays), [], JSON.stringify(overlays));
  }
  const sections = ['%package', '%files'].map(
    (section): Overlay => ({ type: 'spec-remove-section', section, package: 'x' }),
  );
  assert.deepEqual(codesOf(sections, { mode: 'april-2026' }), []);
});

test('overlays inside archives without their entry are found, each thing at its place', () => {
  const removal = { type: 'file-remove', archive: 'a.tar.gz', file: 'x', at: { file: 'p.toml', line: 1 } } as const;
  const entry = { filename: 'b.tar.gz', origin: { type: 'overlay' }, at: { file: 'p.toml', line: 9 } };
  const found = findingsOf([removal], { sourceFiles: [entry] });
  assert.deepEqual(
    found.map(({ code, overlay, at }) => [code, overlay, at?.line]),
    [
      ['archive-entry', 0, 1],
      ['archive-entry', undefined, 9],
    ],
  );
  assert.match(found[0]?.suggestion?.text ?? '', /origin = \{ type = "overlay" \}/);
  assert.deepEqual(codesOf([removal]), []);
  assert.deepEqual(codesOf([removal, { type: 'file-remove', file: '[' }], { sourceFiles: [] }), ['archive-entry@0']);
  const sourceFiles = [
    { ...entry, filename: 'a.tar.gz', replaceUpstream: true, hashType: 'SHA256' as const, hash: 'a'.repeat(64) },
  ];
  assert.deepEqual(codesOf([removal], { sourceFiles }), []);
});
