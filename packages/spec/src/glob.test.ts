import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { compileFileGlob, compileGlob } from './glob.ts';

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
  ['[b-a]', 'b', true], // the first of a range counts for itself
  ['[a-b-c]', '-', true],
  ['[a-]', '-', true],
  ['[!a-c]', 'd', true],
  ['[^é]', 'é', false],
  ['[!/]b', '/b', false],
  ['a{/**,.x}', 'a/b/c', true],
  ['x{**/,}a', 'xb/a', true],
  ['{a,**}', 'b/c', true],
  ['a{,{b,c{d,}}}', 'ac', true],
  ['a/{,b/}**/c', 'a/b/d/c', true],
  ['{a\\,b,c}', 'a,b', true],
  ['x{[a,b]}', 'y', false],
  ['***', 'ab', true],
  ['a/***', 'a/b/c', false],
  ['', '', true],
  ['', 'a', false],
];

test('answers as doublestar gives them', () => {
  for (const [pattern, path, want] of answers) {
    assert.equal(compileGlob(pattern)(path), want, `${pattern} ${path}`);
  }
});

/** Pattern, path, whether doublestar's Match takes it, whether its Glob finds it. */
const backslashes: readonly (readonly [string, string, boolean, boolean])[] = [
  ['a\\x2db', 'a\\x2db', false, true],
  ['a\\x2db', 'ax2db', true, false],
  ['a\\*b', 'a*b', true, true],
  ['d\\x/*', 'd\\x/a', false, true],
  ['d\\x/*', 'dx/a', true, false],
  ['*/d\\x', 'a/dx', true, true],
  ['a\\\\b', 'a\\b', true, false],
  ['a\\\\b', 'a\\\\b', false, true],
  ['é\\x/*', 'é\\x/é', false, true],
];

test('before the first wildcard of a pattern for files a backslash is part of the name', () => {
  for (const [pattern, path, matched, found] of backslashes) {
    assert.deepEqual(
      [compileGlob(pattern)(path), compileFileGlob(pattern)(path)],
      [matched, found],
      `${pattern} ${path}`,
    );
  }
  assert.throws(() => compileFileGlob('a\\')('a'), /backslash has no partner/);
});

test('malformed patterns are refused', () => {
  for (const pattern of ['[', '[]', 'x[^]', '{a', 'a}', '\\', '[a', 'x{a,[}', '{[a,b]}']) {
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

test('patterns whose alternatives multiply are refused when it comes to that', () => {
  for (const [pattern, path] of [
    ['{a,a}'.repeat(20), `${'a'.repeat(19)}b`],
    ['{a}'.repeat(1000), 'a'.repeat(1000)],
    [`${'{,}'.repeat(20)}a`, ''],
    ['{'.repeat(2000) + '}'.repeat(2000), ''],
  ] as const) {
    assert.throws(() => compileGlob(pattern)(path), SlipwayError, pattern);
  }
  assert.equal(compileGlob('{a,b}'.repeat(12))('ab'.repeat(6)), true);
});
