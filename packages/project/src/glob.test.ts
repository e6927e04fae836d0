import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { compileGlob, unquoteWildcards } from '@slipway/spec';
import fc from 'fast-check';
import { absoluteGlob, globFiles, isGlob } from './glob.ts';
import { projectDirectory } from './testing/project-directory.ts';

test('files are found in order, links are not followed by **', async (context) => {
  const directory = await projectDirectory(context, {
    'b/x.toml': '',
    'b/c/x.toml': '',
    'a.toml': '',
    'b/y.txt': '',
    '.h/ü.toml': '',
  });
  await symlink('..', join(directory, 'b/loop'));
  await symlink('nowhere', join(directory, 'b/broken.toml'));
  const found = (pattern: string) =>
    globFiles(absoluteGlob(directory, pattern)).map((file) => file.slice(directory.length + 1));
  assert.deepEqual(found('**/*.toml'), ['.h/ü.toml', 'a.toml', 'b/c/x.toml', 'b/x.toml']);
  assert.deepEqual(found('b/**'), ['b/c/x.toml', 'b/x.toml', 'b/y.txt']);
  assert.deepEqual(found('{b,gone}/*.{toml,txt}'), ['b/x.toml', 'b/y.txt']);
  assert.deepEqual(found('{b/c,.}/x.toml'), ['b/c/x.toml']);
  assert.deepEqual(found('*/loop/a.toml'), ['b/loop/a.toml']);
  assert.deepEqual(found('b/loop/a.toml'), ['b/loop/a.toml']);
  assert.deepEqual(found('*/x.toml'), ['b/x.toml']);
  assert.deepEqual(found('?h/?.toml'), ['.h/ü.toml']);
  assert.deepEqual(found('b'), []);
  assert.deepEqual(found('gone/**'), []);
});

test('the name of the directory is not a pattern', async (context) => {
  const directory = await projectDirectory(context, { 'p[1]{a,b}*/x.toml': '', 'p1a/x.toml': '' });
  const odd = join(directory, 'p[1]{a,b}*');
  for (const pattern of ['x.toml', '*.toml', '**']) {
    assert.deepEqual(globFiles(absoluteGlob(odd, pattern)), [join(odd, 'x.toml')], pattern);
  }
  assert.equal(isGlob(absoluteGlob(odd, 'x.toml')), false);
  assert.equal(unquoteWildcards(absoluteGlob(odd, 'x.toml')), join(odd, 'x.toml'));
  assert.equal(compileGlob(absoluteGlob(odd, '*/é'))(join(odd, 'a/é')), true);
});

test('no pattern throws anything but a SlipwayError', () => {
  const pieces = fc.array(
    fc.constantFrom('*', '**', '/', '{', '}', ',', '[', ']', '!', '^', '-', '\\', '?', 'a', '\0', '😀'),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      try {
        globFiles(absoluteGlob('/nowhere/in/particular', `./${parts.join('').replaceAll('..', '')}`));
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
      }
    }),
  );
});
