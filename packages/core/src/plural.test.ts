import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plural } from './plural.ts';

test('a count has its noun in the right number, and thousands are separated', () => {
  assert.deepEqual(
    [0, 1, 2, 999, 1000, 1_234_567].map((count) => plural(count, 'package')),
    ['0 packages', '1 package', '2 packages', '999 packages', '1,000 packages', '1,234,567 packages'],
  );
});
