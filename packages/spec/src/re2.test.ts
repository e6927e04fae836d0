import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { Re2 } from './re2.ts';

/** Replaces in the UTF-8 bytes of a text. */
function replaced(pattern: string, text: string, replacement = 'Z'): string {
  const bytes = Buffer.from(text).toString('latin1');
  return Buffer.from(new Re2(pattern).replaceAll(bytes, replacement), 'latin1').toString();
}

/** Expression, text, what Go's ReplaceAllLiteralString makes of it. */
const answers: readonly (readonly [string, string, string])[] = [
  ['x*', 'axb', 'ZaZbZ'],
  ['.*', 'abc', 'Z'],
  ['a|ab', 'abab', 'ZbZb'],
  ['(|a)*', 'aa', 'ZaZaZ'],
  ['(?:a*)+', 'baac', 'ZbZcZ'],
  ['1%{?dist}', '1%{?dist}', '1%{?dist}'],
  ['%{y}', '%{y}', 'Z'],
  ['a{,2}', 'a{,2}', 'Z'],
  ['(?i)k', 'k\u212a', 'ZZ'],
  ['(?i)[^k]', 'kz\u212a', 'kZ\u212a'],
  ['(?i)(?-i)K', 'kK', 'kZ'],
  ['(?U)<.*>', '<a><b>', 'ZZ'],
  ['(?U)<.*?>', '<a><b>', 'Z'],
  ['(?m)^x$', 'x\nx', 'Z\nZ'],
  ['(?s)a.b', 'a\nb', 'Z'],
  ['a.b', 'a\nb', 'a\nb'],
  ['[^a]', 'a\n', 'aZ'],
  ['\\Aa|b\\z', 'abab', 'ZbaZ'],
  ['\\bfoo\\B', 'foo food', 'foo Zd'],
  ['\\s', 'a\u00a0\v\tb', 'a\u00a0\vZb'],
  ['\\w+', 'Àb', 'ÀZ'],
  ['\\pL+|\\p{Greek}', 'Àbα', 'Z'],
  ['\\P{L}', 'a1', 'aZ'],
  ['[[:^alpha:]\\d-]', 'a-1', 'aZZ'],
  ['[]a]', 'a]', 'ZZ'],
  ['\\Qa.b\\E+', 'a.bb', 'Z'],
  ['(?P<n>a)(?<m>b)', 'ab', 'Z'],
  ['\\x{61}\\141\\x61\\_', 'aaa_', 'Z'],
  ['na.ve', 'naïve', 'Z'],
  ['a{2}|b{1,}?', 'aaabb', 'ZaZZ'],
];

test('answers as Go gives them', () => {
  for (const [pattern, text, want] of answers) {
    assert.equal(replaced(pattern, text), want, pattern);
  }
});

test('the replacement is literal, and damaged UTF-8 passes through', () => {
  assert.equal(replaced('(a)', 'a', '$1 $& \\1'), '$1 $& \\1');
  assert.equal(new Re2('^.t').replaceAll('\xe9t\xff', 'é'), '\xc3\xa9\xff');
});

test('what RE2 refuses is refused', () => {
  const refused = [
    ...['(', ')', 'a**', 'a*+', '*', '(|*)', 'x{2,1}', 'a{1001}', '(a{100}){100}', '[z-a]', '[a', '[]', '[[:foo:]]'],
    ...['(?=x)', '(?!x)', '(?<=x)', '(?>x)', '(?i-)x', '(?P<>x)', '(?P=n)', '\\1', '\\y', '\\C', '\\8', '\\x{110000}'],
    ...['\\p{Nope}', '\\p{Grek}', '\\xg0', '\\', 'a\\', '\ud800', '('.repeat(2000) + ')'.repeat(2000)],
  ];
  for (const pattern of refused) {
    assert.throws(
      () => new Re2(pattern),
      (error) => error instanceof SlipwayError && error.code === 'SPEC_BAD_REGEX',
      pattern,
    );
  }
});

test('agrees with JavaScript where the two dialects are the same', () => {
  const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '(?:ab|b)', '(?:a|ab)', 'c?', 'a+', 'b+?', '\\d', '\\.');
  const pattern = fc.array(atom, { minLength: 1, maxLength: 5 }).map((atoms) => atoms.join(''));
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.'), maxLength: 20 });
  fc.assert(
    fc.property(pattern, text, (source, input) => {
      fc.pre(!new RegExp(`^(?:${source})$`).test(''));
      assert.equal(replaced(source, input), input.replace(new RegExp(source, 'g'), 'Z'));
    }),
  );
});

test('any text as an expression is compiled or refused', () => {
  const syntax = fc.constantFrom(...'ab(|)[]{}*+?.^$\\-:1,'.split(''), '(?i', '[[:alpha:]]', '\\pL', '\\Q', '{2,3}');
  fc.assert(
    fc.property(fc.string({ unit: syntax, maxLength: 20 }), (pattern) => {
      try {
        new Re2(pattern).replaceAll('ab{2}\n1', '');
      } catch (error) {
        assert.ok(error instanceof SlipwayError, String(error));
      }
    }),
  );
});

test('time grows with the text, not with its square or worse', () => {
  const text = 'a'.repeat(20_000);
  assert.equal(new Re2('(a*)*b').replaceAll('a'.repeat(300), 'Z').length, 300);
  assert.equal(new Re2('^(a|a?)+$').replaceAll(text, 'Z'), 'Z');
});
