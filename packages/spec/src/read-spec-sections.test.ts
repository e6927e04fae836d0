import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPreamble, readSectionKinds, readSpecSections } from './read-spec-sections.ts';
import { parseSpec } from './spec-text.ts';

const spec = `Name: démo
Version:  1.0
Requires(pre,post): /bin/sh
%package -n lib
Summary: Library
%description -l fr devel
Texte.
%Files -f a.lang -f b.lang devel

/usr/bin/x
%triggerin -p <lua> devel -- foo < 1
print(1)
`;

test('sections say kind, package, options, lines and tags with their places', () => {
  const [preamble, lib, description, files, trigger] = readSpecSections(parseSpec(Buffer.from(spec)));
  assert.deepEqual(preamble?.tags, [
    { name: 'Name', qualifiers: [], value: 'démo', line: 1 },
    { name: 'Version', qualifiers: [], value: '1.0', line: 2 },
    { name: 'Requires', qualifiers: ['pre', 'post'], value: '/bin/sh', line: 3 },
  ]);
  assert.deepEqual([lib?.kind, lib?.package, lib?.line], ['%package', { form: 'name', name: 'lib' }, 4]);
  assert.deepEqual(description?.options, { l: ['fr'] });
  assert.deepEqual(files?.package, { form: 'suffix', suffix: 'devel' });
  assert.deepEqual([files?.kind, files?.options], ['%files', { f: ['a.lang', 'b.lang'] }]);
  assert.deepEqual(files?.lines, [
    { line: 9, text: '' },
    { line: 10, text: '/usr/bin/x' },
  ]);
  assert.deepEqual([trigger?.options, trigger?.conditions], [{ p: ['<lua>'] }, 'foo < 1']);
  assert.deepEqual(trigger?.package, { form: 'suffix', suffix: 'devel' });
});

test('headers and bodies are the whole text, whatever it is', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom('%build', '%files x', '%package', 'A: b', '%if 1'));
  const text = fc.array(line, { maxLength: 20 }).map((lines) => lines.join('\n').replaceAll('\r', ''));
  fc.assert(
    fc.property(text, (source) => {
      const sections = readSpecSections(parseSpec(Buffer.from(source)));
      const count = sections.reduce((sum, { lines }) => sum + lines.length, sections.length - 1);
      assert.equal(count, source.split('\n').length - (source.endsWith('\n') || source === '' ? 1 : 0));
    }),
  );
});

test('the preamble alone and the kinds by line are those of all sections, whatever the text is', () => {
  const line = fc.constantFrom('%package devel', ' %Files', '%{files}', '# %prep', '\r', '%description', 'text', '%if');
  const texts = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.array(line).map((lines) => Buffer.from(lines.join('\n'))),
  );
  fc.assert(
    fc.property(texts, (bytes) => {
      const [preamble, ...sections] = readSpecSections(parseSpec(bytes));
      assert.deepEqual(readPreamble(parseSpec(bytes)), preamble);
      assert.deepEqual(
        [...readSectionKinds(parseSpec(bytes))],
        sections.map((section) => [section.line, section.kind]),
      );
    }),
  );
});
