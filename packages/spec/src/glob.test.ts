import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { compileGlob } from './glob.ts';

/** Pattern, path, what doublestar's Match says. */
const answers: readonly (readonly [string, string, boolean])[] = [
  ['*.patch', 'a.patch', true],
  ['*.patch', 'sub/a.patch', false],
  ['**/a.patch', 'a.patch', true],
  ['**/a.patch', 'http://e/x/a.patch', true],
  ['**', 'a/b', true],
  ['a/**', 'a', true],
  ['a/**', 'a/b/c', true],
  ['a**', 'ab/c', false],
  ['{a,b{c,d}}.x', 'bd.x', true],
  ['{a,b}.x', 'c.x', false],
  ['[a-c]?[!x]', 'b1y', true],
  ['[^b]', 'b', false],
  ['[\\]]', ']', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['?', 'é', true],
  ['sub', 'sub/a', false],
  ['*', '.hidden', true],
];

test('answers as doublestar gives them', () => {
  for (const [pattern, path, want] of answers) {
    assert.equal(compileGlob(pattern)(path), want, `${pattern} ${path}`);
  }
});

test('malformed patterns are refused', () => {
  for (const pattern of ['[', '[]', 'x[^]', '{a', 'a}', '\\', '[a', 'x{a,[}']) {
    assert.throws(
      () => compileGlob(pattern)('nope'),
      (error) => error instanceof SlipwayError && error.code === 'SPEC_BAD_GLOB',
      pattern,
    );
  }
});

test('a quoted path matches itself, and any pattern answers or is refused', () => {
  const characters = fc.string({
    unit: fc.constantFrom('a', 'b', '/', '*', '?', '[', ']', '{', '}', ',', '\\', '-', '!'),
    maxLength: 14,
  });
  fc.assert(
    fc.property(characters, characters, (path, pattern) => {
      assert.ok(compileGlob(path.replace(/[*?[\]{}\\,]/g, '\\$&'))(path));
      try {
        compileGlob(pattern)(path);
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
      }
    }),
  );
});

test('patterns that multiply are refused', () => {
  assert.throws(() => compileGlob('{a,b}'.repeat(12)), SlipwayError);
});
