import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareCharacters, type TextSpan, textSimilarity } from './compare-characters.ts';

function without(spans: readonly TextSpan[], kind: TextSpan['kind']): string {
  return spans
    .filter((span) => span.kind !== kind)
    .map(({ text }) => text)
    .join('');
}

test('the spans make up both texts', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '%', 'é', '😀'), maxLength: 60 });
  fc.assert(
    fc.property(text, text, (wanted, found) => {
      const spans = compareCharacters(wanted, found);
      assert.equal(without(spans, 'found'), wanted);
      assert.equal(without(spans, 'wanted'), found);
      assert.ok(spans.every(({ text }, index) => text !== '' && spans[index - 1]?.kind !== spans[index]?.kind));
    }),
  );
});

test('a difference is marked where it is, and chance letters are no agreement', () => {
  assert.deepEqual(compareCharacters('make  all', 'make all V=1'), [
    { kind: 'same', text: 'make ' },
    { kind: 'wanted', text: ' ' },
    { kind: 'same', text: 'all' },
    { kind: 'found', text: ' V=1' },
  ]);
  assert.deepEqual(compareCharacters('abcd', 'xbyz'), [
    { kind: 'wanted', text: 'abcd' },
    { kind: 'found', text: 'xbyz' },
  ]);
});

test('long texts are compared by their beginnings', () => {
  const spans = compareCharacters('a'.repeat(100_000), 'b'.repeat(100_000));
  assert.deepEqual(
    spans.map(({ text }) => text.length),
    [400, 400],
  );
  assert.equal(textSimilarity(' same ', 'same'), 1);
  assert.equal(textSimilarity('abcdef', 'uvwxyz'), 0);
});
