import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { licenseList } from './license-list.ts';
import { resolveLicense } from './resolve-license.ts';

const expressions: Readonly<Record<string, string>> = {
  MIT: 'MIT',
  'mit and apache-2.0': 'MIT AND Apache-2.0',
  'GPL-2.0-or-later WITH Classpath-exception-2.0': 'GPL-2.0-or-later WITH Classpath-exception-2.0',
  'GPL-2.0-only with linux-syscall-note': 'GPL-2.0-only WITH Linux-syscall-note',
  'MIT AND (BSD-3-Clause OR (ISC OR Zlib))': 'MIT AND (BSD-3-Clause OR ISC OR Zlib)',
  'MIT OR BSD-3-Clause AND ISC': 'MIT OR BSD-3-Clause AND ISC',
  '((MIT))': 'MIT',
  'Apache-2.0+': 'Apache-2.0+',
  'GPL-2.0+': 'GPL-2.0+',
  'LicenseRef-Debian-copyright AND MIT': 'LicenseRef-Debian-copyright AND MIT',
};

for (const [stated, expression] of Object.entries(expressions)) {
  test(`the licence "${stated}" is ${expression}`, () => {
    assert.equal(resolveLicense(stated).expression, expression);
  });
}

test('the list tells licences from exceptions and knows its version', () => {
  const { licenses, exceptions, version } = licenseList();

  assert.match(version, /^3\.\d+$/);
  assert.equal(licenses.get('zpl-2.1'), 'ZPL-2.1');
  assert.ok(licenses.has('mpl-2.0-no-copyleft-exception'));
  assert.deepEqual(
    ['389-exception', 'linux-syscall-note', 'llgpl', 'shl-2.1', 'x11vnc-openssl-exception'].filter(
      (id) => !exceptions.has(id) || licenses.has(id),
    ),
    [],
  );
});

test('names that are not on the list are introduced as the package says them', () => {
  const { expression, extracted } = resolveLicense('GPLv2+ and Public Domain and Foo');

  assert.match(
    expression ?? '',
    /^LicenseRef-GPLv2-[0-9a-f]{8} AND LicenseRef-Public-Domain-[0-9a-f]{8} AND LicenseRef-Foo$/,
  );
  assert.deepEqual(extracted.map(({ name }) => name).sort(), ['Foo', 'GPLv2+', 'Public Domain']);
});

test('names that differ only in what identifiers cannot hold stay different', () => {
  const ids = ['GPL v2', 'GPL/v2', 'GPL_v2', 'GPL-v2', '++', '//'].map((name) => resolveLicense(name).expression);

  assert.equal(new Set(ids).size, ids.length);
});

test('an exception that is not on the list, as AdditionRef, makes one reference with its licence', () => {
  for (const text of ['MIT WITH AdditionRef-x', 'MIT WITH MIT', 'Linux-syscall-note', 'MIT WITH unknown words']) {
    const { expression, extracted } = resolveLicense(text);

    assert.match(expression ?? '', /^LicenseRef-/);
    assert.deepEqual(
      extracted.map(({ name }) => name),
      [text],
    );
  }
});

test('a text that is no expression becomes one reference, none at all is no licence', () => {
  for (const text of ['MIT AND', '(MIT', 'MIT)', 'AND', 'MIT WITH', '()', '('.repeat(100_000), 'x '.repeat(100_000)]) {
    const { expression, extracted } = resolveLicense(text);

    assert.match(expression ?? '', /^LicenseRef-[A-Za-z0-9.-]+$/);
    assert.equal(extracted[0]?.name, text.trim());
  }
  for (const nothing of ['', '  ', '\0\n']) {
    assert.deepEqual(resolveLicense(nothing), { expression: undefined, extracted: [] });
  }
});

test('every text becomes an expression that resolves to itself', () => {
  const token = fc.constantFrom(
    'MIT',
    'mit',
    'AND',
    'or',
    'With',
    '(',
    ')',
    'GPLv2+',
    'LLGPL',
    'GPL-2.0++',
    'LicenseRef-a',
    '+',
    'ü',
  );
  const texts = fc.oneof(
    fc.string(),
    fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join(' ')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { expression, extracted } = resolveLicense(text);
      assert.equal(expression === undefined, text.trim() === '');
      if (expression !== undefined) {
        const again = resolveLicense(expression);
        assert.equal(again.expression, expression);
        assert.deepEqual(
          again.extracted.map(({ id }) => id),
          extracted.map(({ id }) => id),
        );
      }
    }),
  );
});
