import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { expandBraces, globFiles, matchesGlob } from './glob.ts';
import { projectDirectory } from './testing/project-directory.ts';

const table: readonly (readonly [string, string, boolean])[] = [
  ['*.toml', 'a.toml', true],
  ['*.toml', '.a.toml', true],
  ['*.toml', 'b/a.toml', false],
  ['**/*.toml', 'a.toml', true],
  ['**/*.toml', 'b/c/a.toml', true],
  ['b/**', 'b', true],
  ['b/**', 'b/c/d', true],
  ['b/**', 'bc', false],
  ['a/**/z', 'a/z', true],
  ['a/**/z', 'a/b/c/z', true],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['a?c', 'a😀c', true],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[^a-c]x', 'dx', true],
  ['[]', '[]', true],
  ['{a,b}.c', 'b.c', true],
  ['{a,b{1,2}}.c', 'b2.c', true],
  ['{a,b}.c', 'c.c', false],
  ['x{,y}', 'x', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['*a*b*', 'xxaxxbxx', true],
  ['*a*b', 'xxbxxa', false],
  ['a**b', 'axxb', true],
  ['', '', true],
];

describe('a doublestar pattern', () => {
  for (const [pattern, path, expected] of table) {
    test(`${pattern} ${expected ? 'matches' : 'does not match'} ${path}`, () => {
      assert.equal(matchesGlob(pattern, path), expected);
    });
  }

  test('takes linear time where a regular expression would not', () => {
    const start = performance.now();
    assert.equal(matchesGlob(`${'*a'.repeat(60)}b`, 'a'.repeat(255)), false);
    assert.equal(matchesGlob(`${'**/'.repeat(40)}b`, 'a/'.repeat(200)), false);
    assert.ok(performance.now() - start < 1000);
  });

  test('may not have too many alternatives', () => {
    assert.equal(expandBraces('{a,b}{a,b}').length, 4);
    for (const pattern of ['{a,b}'.repeat(20), 'x'.repeat(5000), `{${','.repeat(4000)}}`]) {
      assert.throws(
        () => expandBraces(pattern),
        (error) => error instanceof SlipwayError && error.code === 'PROJECT_BAD_VALUE',
      );
    }
  });

  test('never throws anything but a SlipwayError', () => {
    const pieces = fc.array(
      fc.constantFrom('*', '**', '/', '{', '}', ',', '[', ']', '!', '^', '-', '\\', '?', 'a', '😀'),
    );
    fc.assert(
      fc.property(pieces, fc.string(), (parts, path) => {
        try {
          matchesGlob(parts.join(''), path);
        } catch (error) {
          assert.ok(error instanceof SlipwayError);
        }
      }),
    );
  });
});

test('files are found in order, links are not followed by **', async (context) => {
  const directory = await projectDirectory(context, {
    'b/x.toml': '',
    'b/c/x.toml': '',
    'a.toml': '',
    'b/y.txt': '',
    '.h/x.toml': '',
  });
  await symlink('..', join(directory, 'b/loop'));
  const found = async (pattern: string) =>
    (await globFiles(join(directory, pattern))).map((file) => file.slice(directory.length + 1));
  assert.deepEqual(await found('**/*.toml'), ['.h/x.toml', 'a.toml', 'b/c/x.toml', 'b/x.toml']);
  assert.deepEqual(await found('b/**'), ['b/c/x.toml', 'b/x.toml', 'b/y.txt']);
  assert.deepEqual(await found('{b,gone}/*.{toml,txt}'), ['b/x.toml', 'b/y.txt']);
  assert.deepEqual(await found('b/loop/a.toml'), ['b/loop/a.toml']);
  assert.deepEqual(await found('b'), []);
});
