import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { decodeRunes } from './byte-text.ts';
import { Re2 } from './re2.ts';
import { Re2Filter } from './re2-filter.ts';
import { Re2Matcher } from './re2-match.ts';
import { parseRe2 } from './re2-parse.ts';
import { compileRe2 } from './re2-program.ts';
import { requiredText } from './re2-required.ts';

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
  ['[a-]??\\bb', 'ak\vb\t aab', 'ak\vZ\t aab'],
  ['a|', 'ba', 'ZbZ'],
  ['()', 'ab', 'ZaZbZ'],
  ['(a|)+', 'aab', 'ZbZ'],
  ['a*(?i)*', 'aaA', 'ZAZ'],
  ['^*a', 'a', 'Z'],
  ['(?:a{2,}){1}', 'aaa', 'Z'],
  ['a{0}', 'a', 'ZaZ'],
  ['[^\\x00-\\x{10FFFF}]', 'aé', 'aé'],
  ['(?i)[[:lower:]]', '\u017f\u212aA1', 'ZZZ1'],
  ['(?i)\\w', '\u017f-', 'Z-'],
  ['(?i)\\W', '\u017f-', '\u017fZ'],
  ['(?i)\u01c4', '\u01c4\u01c5\u01c6', 'ZZZ'],
  ['(?i)\u03c3', '\u03c2\u03c3\u03a3', 'ZZZ'],
  ['(?i)\u00df', '\u00df\u1e9e', 'ZZ'],
  ['(?i)\u0130', '\u0130iI', 'ZiI'],
  ['\\pN', '1\u0660\u2160a', 'ZZZa'],
  ['[\\pN_]', '1_a', 'ZZa'],
  ['\\p{^Greek}', 'aα', 'Zα'],
  ['(?s-i:a.)(?-s:.)', 'a\nb\n', 'Z\n'],
  ['\\x{FFFD}', '\ufffd', 'Z'],
  ['\\07\\t\\v', '\u0007\t\v', 'Z'],
  ['(?m)$', 'a\nb', 'aZ\nbZ'],
  ['\\z', 'a\n', 'a\nZ'],
  ['\\Qa\\E*\\Q(', 'aa(', 'Z'],
  ['{a{,2}}', '{a{,2}}', 'Z'],
  ['a{ 1}', 'a{ 1}', 'Z'],
  ['(?:[a-z]{100}){10}x|y', 'y', 'Z'],
];

test('answers as Go gives them', () => {
  for (const [pattern, text, want] of answers) {
    assert.equal(replaced(pattern, text), want, pattern);
  }
});

test('the replacement is literal, and damaged UTF-8 passes through', () => {
  assert.equal(replaced('(a)', 'a', '$1 $& \\1'), '$1 $& \\1');
  assert.equal(new Re2('^.t').replaceAll('\xe9t\xff', 'é'), '\xc3\xa9\xff');
  assert.equal(new Re2('\\x{FFFD}').replaceAll('\xe9\xc3\xa9', '-'), '-\xc3\xa9');
  assert.equal(new Re2('\\xe9').replaceAll('\xe9\xc3\xa9', '-'), '\xe9-');
  assert.equal(new Re2('.').replaceAll('\xed\xa0\x80', '-'), '---');
});

test('what RE2 refuses is refused', () => {
  const refused = [
    ...['(', ')', 'a**', 'a*+', '*', '(|*)', 'x{2,1}', 'a{1001}', '(a{100}){100}', '[z-a]', '[a', '[]', '[[:foo:]]'],
    ...['(?=x)', '(?!x)', '(?<=x)', '(?>x)', '(?i-)x', '(?P<>x)', '(?P=n)', '\\1', '\\y', '\\C', '\\8', '\\x{110000}'],
    ...[
      '\\Z',
      '\\E',
      '\\c',
      '[\\C]',
      '[a-\\d]',
      '[[:alpha:]',
      '(?i',
      '(?z)',
      '(?',
      '(?P',
      '(?P<n',
      '(?P<é>a)',
      '(?P>n)',
      'a|*',
    ],
    ...[
      '(?i)*',
      '^**',
      '(?:)**',
      'a{2}{3}',
      'a{1}+',
      '(a{2,}){501}',
      '(a{0,2}){501}',
      '((a{10}){10}){11}',
      'a{1001,}',
      '[b-a]',
    ],
    ...[
      '(?:a{500}b{501}){2}',
      'a{99999999999}',
      '(a|'.repeat(501) + ')'.repeat(501),
      '\\x{}',
      '\\x6',
      '[\\8]',
      '\\pé',
      '\\p',
    ],
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

const atom = fc.oneof(
  fc.constantFrom('a', 'b', 'c', '1', '-', '.', '[ab]', '[^a]', '[a-c1]', '\\d', '\\w', '\\W', '\\.'),
);
const place = fc.constantFrom('\\b', '\\B', '^', '$');
const count = fc.constantFrom('', '', '?', '*', '+', '??', '*?', '+?', '{2}', '{1,2}', '{2,}?');

/** Expressions on which JavaScript and RE2 agree: what is repeated is never empty, and no set reaches beyond ASCII. */
function commonPattern(depth: number): fc.Arbitrary<string> {
  const group = depth === 0 ? [] : [commonPattern(depth - 1).map((inner) => `(${inner})`)];
  const repeated = fc
    .tuple(fc.oneof(atom, ...group), count)
    .filter(([part]) => !new RegExp(`^(?:${part})$`).test('') && !/[\^$]|\\b/i.test(part.replaceAll('[^', '[')))
    .map((parts) => parts.join(''));
  const sequence = fc.array(fc.oneof(repeated, place), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  return fc.array(sequence, { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|'));
}

test('agrees with JavaScript where the two dialects are the same', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'a', 'b', 'c', '1', '.', '-', ' '), maxLength: 20 });
  fc.assert(
    fc.property(commonPattern(2), fc.constantFrom('', 'Z', '$1'), text, (source, replacement, input) => {
      // an empty match after a match is where JavaScript goes its own way
      fc.pre(!Array.from(input.matchAll(new RegExp(source, 'g'))).some(([match]) => match === ''));
      const expected = input.replace(new RegExp(source, 'g'), () => replacement);
      assert.equal(replaced(source, input, replacement), expected);
    }),
    { numRuns: 500 },
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

test('what is passed over unsearched has no match', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '-', ' ', '\n'), maxLength: 12 });
  fc.assert(
    fc.property(commonPattern(2), fc.constantFrom('', '(?i)', '(?m)', '(?s)', '(?U)'), text, (source, flags, input) => {
      const node = parseRe2(flags + source);
      const program = compileRe2(node);
      const matcher = new Re2Matcher(program);
      matcher.begin(decodeRunes(input).codes);
      const isPassedOver = !input.includes(requiredText(node)) || !new Re2Filter(program).mayMatch(input);
      assert.ok(!isPassedOver || matcher.find(0) === undefined, `${flags}${source}`);
    }),
    { numRuns: 500 },
  );
});

test('the required text is the longest run of literals', () => {
  const required = {
    'ab|c': '',
    'a(bcd)+e': 'bcd',
    'x?abc\\bd*': 'abc',
    '(?i)ab-c': '-',
    'a{2}bé': 'bé',
    '\\x{fffd}': '',
  };
  for (const [pattern, text] of Object.entries(required)) {
    assert.equal(Buffer.from(requiredText(parseRe2(pattern)), 'latin1').toString(), text, pattern);
  }
});

test('a hostile expression is read or refused, and searched within the limit of steps', () => {
  for (const piece of ['{', '[[:', '(?:)', 'a?', '\\\\pL', 'a{0,9}', '|', '[a-z', '\\\\Qa']) {
    const pattern = piece.repeat(Math.floor(60_000 / piece.length));
    try {
      new Re2(pattern).replaceAll('aaa', '');
    } catch (error) {
      assert.ok(error instanceof SlipwayError, String(error));
    }
  }
});

const explosive = [
  '(a*)*b',
  '(a|aa)+$',
  '(a|a?)+b',
  '^(a+)+$',
  '(a?){30}a{30}b',
  '(?:a|a|a)*c',
  '(.*)*x',
  '(?i)(é|a|A)*b',
];

test('steps grow with the text, not with its square or worse', () => {
  // the square would be a hundred times the steps after which a search ends with an error
  const text = `${'a'.repeat(80_000)}!`;
  for (const pattern of explosive) {
    assert.equal(new Re2(pattern).replaceAll(text, '').at(-1), '!', pattern);
  }
  assert.equal(new Re2('(a*)*b').replaceAll(`${text}b`, ''), text);
});

test('a search that takes the square of its text, as in Go, ends at a limit', () => {
  assert.throws(
    () => new Re2('(?:a.*b|a)').replaceAll('a'.repeat(1 << 16), ''),
    (error) => error instanceof SlipwayError && error.code === 'CORE_LIMIT',
  );
});
