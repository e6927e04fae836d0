import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { licenseExpression } from './license-expression.ts';
import { spdxName } from './spdx-names.ts';

const head = 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\n';

test('distinct licences are joined, alternatives keep their place', () => {
  const text = `${head}Files: *\nCopyright: a\nLicense: GPL-2+ or Artistic\n Text.\n\nFiles: x\nLicense: Expat\n\nFiles: y\nLicense: Expat\n\nLicense: unused\n Text.\n`;
  assert.equal(licenseExpression(text), '(Artistic-1.0-Perl OR GPL-2.0-or-later) AND MIT');
});

test('prose and damaged files say where the text is', () => {
  assert.equal(licenseExpression('This is free software.'), 'LicenseRef-Debian-copyright');
  assert.equal(licenseExpression(`${head}Files: *\nFiles: *\n`), 'LicenseRef-Debian-copyright');
  assert.equal(licenseExpression(''), 'LicenseRef-Debian-copyright');
});

test('short names become SPDX identifiers', () => {
  const names = {
    'GPL-3+': 'GPL-3.0-or-later',
    'GPL-2.0-only': 'GPL-2.0-only',
    'LGPL-2.1+': 'LGPL-2.1-or-later',
    'LGPL-2': 'LGPL-2.0-only',
    'GFDL-NIV-1.3+': 'GFDL-1.3-no-invariants-or-later',
    'BSD-3-clause': 'BSD-3-Clause',
    'Apache-2.0': 'Apache-2.0',
    'GPL-2+ with Libtool exception': 'GPL-2.0-or-later WITH Libtool-exception',
    'GPL-2+ with odd exception': 'LicenseRef-GPL-2-or-later-with-odd-exception',
    'public-domain~md5': 'LicenseRef-public-domain-md5',
    GPL: 'LicenseRef-GPL',
    constructor: 'LicenseRef-constructor',
  };
  for (const [name, expected] of Object.entries(names)) {
    assert.equal(spdxName(name), expected);
  }
});

/** SPDX annex D: identifiers of letters, digits, dots and hyphens, operators, parentheses. */
function isWellFormed(expression: string): boolean {
  return expression.split(/ (?:AND|OR|WITH) /).every((part) => /^\(?[A-Za-z0-9.-]+\)?$/.test(part));
}

test('any copyright file gives a well-formed expression', () => {
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom('__proto__', 'GPL-2+', 'a or b', 'a and b, or c', 'GPL-2 with x', 'or', 'and and'),
  );
  fc.assert(
    fc.property(fc.array(name), (found) => {
      const text = `${head}${found.map((one) => `Files: x\nLicense: ${one.replace(/\n/g, ' ')}\n\n`).join('')}`;
      const expression = licenseExpression(text);
      assert.ok(isWellFormed(expression), expression);
    }),
  );
});
