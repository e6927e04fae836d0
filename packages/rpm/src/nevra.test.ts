import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { formatNevra, parseNevra } from './nevra.ts';

test('a package name with hyphens and an epoch is split from the right', () => {
  assert.deepEqual(parseNevra('gcc-c++-1:14.2.0-7.azl4.x86_64'), {
    name: 'gcc-c++',
    evr: { epoch: 1, version: '14.2.0', release: '7.azl4' },
    arch: 'x86_64',
  });
});

test('what lacks a release or an architecture is refused', () => {
  for (const text of ['', 'bash', 'bash-5.2', 'bash-5.2-1', 'bash-5.2.x86_64', '-1-2.noarch']) {
    assert.throws(() => parseNevra(text), SlipwayError, text);
  }
});

test('any NEVRA survives formatting and parsing', () => {
  const part = fc.string({ unit: fc.constantFrom(...'09az.~^+_'), minLength: 1, maxLength: 9 });
  const evr = fc.record({ epoch: fc.nat(9), version: part, release: part }, { noNullPrototype: true });
  const arch = fc.constantFrom('noarch', 'x86_64', 'src');
  fc.assert(
    fc.property(fc.tuple(part, part), evr, arch, ([a, b], value, architecture) => {
      const nevra = { name: `${a}-${b}`, evr: value, arch: architecture };
      assert.deepEqual(parseNevra(formatNevra(nevra)), nevra);
    }),
  );
});
