import assert from 'node:assert/strict';
import { test } from 'node:test';
import { richIndexNames } from './rich-index-names.ts';

test('a rich relation is indexed under its names, and conditions under their negation', () => {
  assert.deepEqual(richIndexNames('(b or a >= 1.0)'), ['a', 'b']);
  assert.deepEqual(richIndexNames('(a if b)'), ['a', '!b']);
  assert.deepEqual(richIndexNames('(a if b else c)'), ['a', 'b', 'c', '!b']);
  assert.deepEqual(richIndexNames('(a unless (b if c))'), ['a', 'c', '!b']);
  assert.deepEqual(richIndexNames('((a and rpmlib(X)) or (a without b))'), ['a', 'b']);
  assert.deepEqual(richIndexNames('(no rich relation'), []);
  assert.deepEqual(richIndexNames('(crypto)(64bit)'), []);
});
