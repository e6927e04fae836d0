import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitStatus } from './errors/catalogue.ts';
import { errorCatalogue } from './errors/index.ts';
import { formatPosition, SlipwayError, SlipwayErrors } from './slipway-error.ts';

test('an error has kind and exit status of its code, and is JSON', () => {
  const error = new SlipwayError('CORE_LIMIT', 'Cannot read x: too large', {
    hint: 'make it smaller',
    at: { file: 'x' },
  });
  assert.equal(error.kind, 'input');
  assert.equal(error.exitStatus, exitStatus.input);
  assert.deepEqual(JSON.parse(JSON.stringify(error)), {
    code: 'CORE_LIMIT',
    kind: 'input',
    message: 'Cannot read x: too large',
    hint: 'make it smaller',
    at: { file: 'x' },
  });
});

test('credentials in addresses are not shown', () => {
  const error = new SlipwayError('CORE_LIMIT', 'Cannot fetch https://user:secret@host/x and http://token@other/y@z', {
    hint: 'look at ftp://a:b@c',
  });
  assert.equal(error.message, 'Cannot fetch https://***@host/x and http://***@other/y@z');
  assert.equal(error.hint, 'look at ftp://***@c');
  const plain = 'Cannot fetch https://host/path: ask admin@host';
  assert.equal(new SlipwayError('CORE_LIMIT', plain).message, plain);
});

test('positions are shown as editors know them', () => {
  assert.equal(formatPosition({ file: 'a' }), 'a');
  assert.equal(formatPosition({ file: 'a', line: 3 }), 'a:3');
  assert.equal(formatPosition({ file: 'a', line: 3, column: 4 }), 'a:3:4');
  assert.equal(formatPosition({ file: 'a', offset: 0 }), 'a (offset 0)');
});

test('many errors are one', () => {
  const errors = [new SlipwayError('CORE_BUG', 'one'), new SlipwayError('CORE_BUG', 'two')];
  assert.deepEqual(new SlipwayErrors(errors).errors, errors);
});

test('every code has its area as prefix and a meaning of one sentence', () => {
  for (const [code, { meaning }] of Object.entries(errorCatalogue)) {
    assert.match(code, /^[A-Z]+(_[A-Z0-9]+)+$/);
    assert.match(meaning, /^\S.*\.$/, code);
  }
});
