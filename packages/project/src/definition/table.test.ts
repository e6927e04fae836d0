import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { list, namedTable } from './collection-kinds.ts';
import type { Definition } from './definition.ts';
import { type Broken, broken, Reading } from './reading.ts';
import { boolean, choice, integer, literal, string } from './scalar-kinds.ts';
import { table, tagged } from './table.ts';

const definition = table({
  'the-name': string({ minLength: 1 }),
  count: integer(0, 9).optional(),
  words: list(choice(['a', 'b'], { since: 'august-2026', words: ['c'] })).optional(),
  inner: namedTable(table({ type: literal('x'), flag: boolean().optional() })).optional(),
  either: tagged([table({ type: literal('one') }), table({ type: literal('two'), key: string() })]).optional(),
}).check(['count', 'words'], ({ count = 0, words = [] }, report) => {
  if (words.length > count) {
    report('too few', ['count']);
  }
});

interface Read<T> {
  readonly result: T | Broken;
  readonly reading: Reading;
  readonly mistakes: readonly string[];
}

function read<T>(kind: Definition<T>, value: unknown, refusesAdditions = false): Read<T> {
  const reading = new Reading({ directory: '/p', refusesAdditions });
  const result = kind.read(value, reading);
  return { result, reading, mistakes: reading.mistakes.map(({ path, reason }) => `${path.join('.')}: ${reason}`) };
}

describe('a table', () => {
  test('is read as far as it is right, with every mistake', () => {
    const value = {
      'the-name': 'n',
      count: -1,
      words: ['a', 7, 'd', 'c'],
      inner: { ok: { type: 'x' }, bad: { type: 'y', flag: 1 }, '': {} },
      either: { type: 'three' },
    };
    const { result, reading, mistakes } = read(definition, value);
    assert.deepEqual(result, { theName: 'n', words: ['a', 'c'], inner: { ok: { type: 'x' } } });
    assert.deepEqual(mistakes, [
      'count: must be at least 0',
      'words.1: expected one of a, b, c, found 7',
      'words.2: expected one of a, b, c, found "d"',
      'inner.bad.type: expected "x", found "y"',
      'inner.bad.flag: expected true or false, found 1',
      'inner.: must not be empty',
      'inner.: the key type is missing',
      'either.type: expected one of one, two, found "three"',
    ]);
    assert.equal(reading.generation, 'august-2026');
    assert.ok(reading.lost.some(({ path, value: lost }) => path.join('.') === 'words.1' && lost === 7));
  });

  test('without a required member is nothing', () => {
    assert.equal(read(definition, { count: 1 }).result, broken);
    assert.deepEqual(read(definition, { count: 1 }).mistakes, [': the key the-name is missing']);
    assert.deepEqual(read(definition, new Date()).mistakes, [': expected a table, found a date']);
  });

  test('is checked between members only when they could be read', () => {
    assert.deepEqual(read(definition, { 'the-name': 'n', words: ['a'] }).mistakes, ['count: too few']);
    assert.deepEqual(read(definition, { 'the-name': 'n', words: ['a'], count: 'x' }).mistakes, [
      'count: expected an integer, found "x"',
    ]);
    assert.deepEqual(read(definition, { 'the-name': 'n', words: ['a'], cuont: 1 }).mistakes, [
      'cuont: there is no such key',
    ]);
  });

  test('reports an addition once, at its outermost place', () => {
    const inner = table({ a: string().since('slipway').optional(), b: string().since('slipway').optional() });
    const outer = table({ x: inner.since('slipway').optional(), y: inner.optional() });
    const { reading } = read(outer, { x: { a: '', b: '' }, y: { a: '', b: '' } }, true);
    assert.deepEqual(
      reading.mistakes.map(({ path }) => path),
      [['x'], ['y', 'a'], ['y', 'b']],
    );
    assert.equal(read(outer, { y: { b: '' } }).reading.generation, 'slipway');
  });

  test('is written as it was read', () => {
    const value = { 'the-name': 'n', count: 3, words: ['c'], inner: { z: { type: 'x', flag: false } } };
    const { result } = read(definition, value);
    assert.ok(result !== broken);
    assert.deepEqual(definition.kind.write(result, '/p'), value);
  });
});

test('a hundred thousand mistakes end in time and are not all kept', () => {
  const value = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`key-${index}`, index]));
  const { reading } = read(table({ keys: namedTable(boolean()) }), { keys: value });
  assert.equal(reading.mistakes.length, 1000);
  assert.equal(reading.lost.length, 100_000);
});

test('any value is read without a throw, and every mistake has a place in it', () => {
  fc.assert(
    fc.property(fc.anything(), fc.constantFrom('the-name', 'words', 'inner', 'either', 'x'), (value, key) => {
      for (const root of [value, { 'the-name': 'n', [key]: value }]) {
        const { result, mistakes } = read(definition, root);
        assert.equal(result === broken && mistakes.length === 0, false);
      }
    }),
  );
});
