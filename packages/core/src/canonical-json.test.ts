import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { canonicalJson } from './canonical-json.ts';

const value = fc.jsonValue({ maxDepth: 4 });

test('canonical JSON is JSON of the same value', () => {
  fc.assert(
    fc.property(value, (any) => {
      assert.deepEqual(JSON.parse(canonicalJson(any)), JSON.parse(JSON.stringify(any)));
    }),
  );
});

test('members come in one order, whatever order they were set in', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value), (object) => {
      const reversed = Object.fromEntries(Object.entries(object).reverse());
      assert.equal(canonicalJson(reversed), canonicalJson(object));
    }),
  );
  assert.equal(canonicalJson({ b: [1, { d: null, c: 'ä' }], a: true }), '{"a":true,"b":[1,{"c":"ä","d":null}]}');
});

test('members that are undefined are left out, and undefined items are null', () => {
  assert.equal(canonicalJson({ a: undefined, b: [undefined] }), '{"b":[null]}');
});
