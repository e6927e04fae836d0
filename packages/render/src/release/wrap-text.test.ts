import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { wrapText } from './wrap-text.ts';

const word = (length: number) => 'x'.repeat(length);

/** What Python 3.11's textwrap made of the same texts. */
const cases: readonly (readonly [string, string])[] = [
  ['', ''],
  [`- ${word(73)} y`, `- ${word(73)}\n  y`],
  [`- ${word(70)} well-known`, `- ${word(70)}\n  well-known`],
  [`- ${word(66)} well-known`, `- ${word(66)} well-\n  known`],
  [`- ${word(66)} x-y-known`, `- ${word(66)} x-y-\n  known`],
  [`- ${word(66)} 12-345-67`, `- ${word(66)}\n  12-345-67`],
  [`- ${word(68)}--dash`, `- ${word(68)}--\n  dash`],
  [`- ${word(80)}`, `- ${word(73)}\n  ${word(7)}`],
  [`- a\t b${word(72)}`, `- a\n  b${word(72)}`],
  [`- ${'é'.repeat(73)} y`, `- ${'é'.repeat(73)}\n  y`],
];

test('lines break where Python breaks them', () => {
  for (const [text, want] of cases) {
    assert.equal(wrapText(text), want);
  }
});

test('no line is longer than 75 characters, and nothing but blanks is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', 'bc', '-', '--', ' ', '\t', 'é', '.', '1', '_', '😀')), (parts) => {
      const text = parts.join('');
      const wrapped = wrapText(text);
      assert.ok(wrapped.split('\n').every((line) => [...line].length <= 75));
      assert.equal(wrapped.replace(/\s/g, ''), text.replace(/\s/g, ''));
    }),
  );
});

test('a long text is wrapped to its end', () => {
  for (const part of ['a', '-', 'a-', ' -', 'a--']) {
    wrapText(part.repeat(50_000 / part.length));
  }
});
