import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Re2 } from '@slipway/spec';
import fc from 'fast-check';
import { findLongestMatch, textMatcher } from './longest-match.ts';
import { literalOfRegex, parseRegexElements, quoteRegex } from './regex-elements.ts';

test('the longest beginning that matches, and where it stops', () => {
  const lines = ['%global with_doc 1', 'make all V=1', 'make  check'];
  const cases: readonly (readonly [string, string, string, number | undefined, number | undefined])[] = [
    ['make all$', 'make all', '$', 1, 8],
    ['make\\s+tests', 'make\\s+', 't', 1, 5],
    ['^%global with_docs 1', '^%global with_doc', 's', 0, 16],
    ['nowhere', '', 'n', undefined, undefined],
    ['make (all|check) now', 'make (all|check) ', 'n', 1, 9],
    ['make (?:install|all V=2)', 'make (?:all V=)', '2', 1, 11],
    ['zzz|make allow', 'make all', 'o', 1, 8],
    ['(?i)MAKE ALLOW', '(?i)MAKE ALL', 'O', 1, 8],
    ['\\Qmake all.\\E', 'make all', '\\.', 1, 8],
    ['%{?dist}', '%{?', 'd', 0, 1],
  ];
  for (const [pattern, matched, stopsAt, index, end] of cases) {
    const found = findLongestMatch(pattern, lines);
    assert.deepEqual([found?.matched, found?.stopsAt], [matched, stopsAt], pattern);
    assert.deepEqual([found?.places[0]?.index, found?.places[0]?.end], [index, end], pattern);
  }
});

test('nothing is said about an expression that matches, that is malformed, or that would search too much', () => {
  assert.equal(findLongestMatch('b', ['abc']), undefined);
  assert.equal(findLongestMatch('(', ['abc']), undefined);
  assert.equal(findLongestMatch('zz', ['a'.repeat(3 << 20)]), undefined);
});

const piece = fc.constantFrom(
  'a',
  'b',
  '.',
  'a+',
  'b*',
  '[ab]',
  '[^]a]',
  '(a|b)',
  '(?:ab|(?i)A)?',
  '^',
  '$',
  '\\b',
  'c{2}',
  '\\Qa.b\\E',
  '\\x{61}',
  '\\pL',
  '[[:alpha:]]',
  '{?',
  '(?i)',
);
const pattern = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''));

test('the elements of an expression are the expression: it matches the same texts', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '{'), maxLength: 8 })),
      (each, texts) => {
        const again = parseRegexElements(each)
          .map((branch) => branch.map(({ source }) => source).join(''))
          .join('|');
        for (const text of texts) {
          assert.equal(textMatcher(again)(text), textMatcher(each)(text), `${each} ${again} ${text}`);
        }
      },
    ),
  );
});

test('the beginning matches, and one element more does not', () => {
  fc.assert(
    fc.property(
      pattern,
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd'), maxLength: 6 }), { minLength: 1 }),
      (each, texts) => {
        const found = findLongestMatch(each, texts);
        assert.equal(found === undefined, isRefused(each) || texts.some((text) => textMatcher(each)(text)), each);
        if (found !== undefined && found.matched !== '') {
          const { index } = found.places[0] as { index: number };
          assert.ok(textMatcher(found.matched)(texts[index] as string), each);
        }
      },
    ),
  );
});

function isRefused(each: string): boolean {
  try {
    new Re2(each);
    return false;
  } catch {
    return true;
  }
}

test('quoted text matches itself', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => {
      assert.ok(new Re2(`^${quoteRegex(text)}$`).replaceAll(Buffer.from(text).toString('latin1'), '') === '');
      assert.equal(literalOfRegex(parseRegexElements(quoteRegex(text))[0] ?? []), text);
    }),
  );
});
