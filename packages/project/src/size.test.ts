import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { parseSize } from './size.ts';

test('a size is a number with a unit', () => {
  const sizes = ['0 B', '512 MiB', '512MiB', '1.5 GiB', '2 GB', '1 kB', '0.5 KiB', '3 TiB'];
  assert.deepEqual(sizes.map(parseSize), [0, 536870912, 536870912, 1610612736, 2e9, 1000, 512, 3298534883328]);
});

test('anything else is refused', () => {
  for (const size of [
    '',
    '5',
    'MiB',
    '1 mb',
    '-1 B',
    '0.5 B',
    '1.0000001 KiB',
    '1  GB',
    '1 KB',
    '999999999999 TiB',
    '１ B',
  ]) {
    assert.throws(
      () => parseSize(size),
      (error) => error instanceof SlipwayError && error.code === 'PROJECT_BAD_VALUE',
      size,
    );
  }
});

test('whole numbers of a unit are exact', () => {
  fc.assert(fc.property(fc.nat(), (count) => assert.equal(parseSize(`${count} KiB`), count * 1024)));
});
