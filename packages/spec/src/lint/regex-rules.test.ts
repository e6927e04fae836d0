import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Re2 } from '../re2.ts';
import { codesOf, findingsOf } from './testing/lint-codes-of.ts';

function inSpec(regex: string, replacement = 'x'): string[] {
  return codesOf([{ type: 'spec-search-replace', regex, replacement }]).map((code) => code.replace('@0', ''));
}

function inFile(regex: string, replacement = 'x'): string[] {
  const overlay = { type: 'file-search-replace', file: 'a.conf', regex, replacement } as const;
  return codesOf([overlay]).map((code) => code.replace('@0', ''));
}

function quoted(regex: string): string | undefined {
  const [finding] = findingsOf([{ type: 'spec-search-replace', regex, replacement: 'x' }]);
  return finding?.suggestion?.replacement?.regex;
}

test('operators where text of a spec is meant are found, and quoted so that the text matches', () => {
  const texts = [
    ['1%{?dist}', '1%{?dist}'],
    ['%{!?_licensedir:x}', '%{!?_licensedir:x}'],
    ['%\\{?dist}', undefined],
    ['rust-%{crate}+default', 'rust-%{crate}+default'],
    ['rust-%\\{crate\\}+default', 'rust-%{crate}+default'],
    ['BuildRequires: pkgconfig(highs)', 'BuildRequires: pkgconfig(highs)'],
    ['libfoo\\.so\\.1()(64bit)', 'libfoo.so.1()(64bit)'],
    ['%(date)', '%(date)'],
    ['if [ -e %{x} ]; then', 'if [ -e %{x} ]; then'],
    ['%{_libdir}/*.so', '%{_libdir}/*.so'],
    ['rust-foo+default-devel', 'rust-foo+default-devel'],
    ['https://example\\.org/?p=gnulib', 'https://example.org/?p=gnulib'],
  ] as const;
  for (const [regex, text] of texts) {
    const suggestion = quoted(regex);
    assert.equal(suggestion !== undefined, text !== undefined, regex);
    if (text !== undefined) {
      assert.equal(new Re2(suggestion ?? '').replaceAll(text, ''), '', `${regex} became ${suggestion}`);
      assert.equal(new Re2(regex).replaceAll(text, '') === '', false, `${regex} matched as it was`);
    }
  }
});

test('operators that are meant are let be', () => {
  const innocent = [
    '%\\{\\?dist\\}',
    '%\\{?name\\}?', // with or without braces
    '%{?name}?',
    '%{name}-devel', // braces without a repetition are text
    '%(global|define) x 1',
    'foo(bar)?',
    'foo(?:bar)baz',
    '(gtk|qt)(5|6)',
    '^(Requires:) x',
    '[ \t]+x',
    '[ a-z ]',
    'a/*$',
    '/+x',
    ' +x',
    '[0-9]+x',
    '\\s+foo+',
    'https?://x',
    '.*openjdk21.*',
    'uploads_test.rb.,.disable.',
    '\\Q1%{?dist}\\E',
  ];
  for (const regex of innocent) {
    assert.deepEqual(inSpec(regex), [], regex);
  }
});

test('an expression that no line can match is an error', () => {
  for (const regex of [
    'a\\nb',
    'cp $RPM_BUILD_ROOT',
    'a^b',
    'x\\Ay',
    '\\n',
    'a$b|c^d',
    'x\\r$',
    '(a\\n)+',
    'foo\\b\\Bx',
    '(?s)a\\x0ab',
  ]) {
    assert.deepEqual(inSpec(regex), ['regex-never-matches'], regex);
  }
  for (const regex of [
    '^a$',
    '(a$)?b',
    'a|b\\nc',
    '$',
    '^',
    '(?m)^a$',
    '\\s*x',
    '[^a]b',
    'a\\b',
    '\\bfoo\\b',
    'a.b',
    'é',
    '[é]x',
  ]) {
    assert.deepEqual(inSpec(regex), [], regex);
  }
});

test('in files, line ends can match, and the middle of a line cannot be its end', () => {
  for (const regex of ['a\\nb', '(?m)a$\\n^b', '\\r\\n', '(?m)^']) {
    assert.deepEqual(inFile(regex), [], regex);
  }
  for (const regex of ['a$\\nb', '(?m)a$b', '(?m)a^b']) {
    assert.deepEqual(inFile(regex), ['regex-never-matches'], regex);
  }
});

test('section headers are looked for in vain', () => {
  for (const regex of ['^%files devel', '%package -n x', '^%build$', '^\\s*%description\\s+x', '%pre ']) {
    assert.deepEqual(inSpec(regex), ['regex-header'], regex);
  }
  for (const regex of [
    '%build',
    '%build_flags x',
    '%%build x',
    '^x%build ',
    '%configure x',
    '%prep.*',
    '%define install x',
  ]) {
    assert.deepEqual(inSpec(regex), [], regex);
  }
  assert.deepEqual(inFile('^%files devel'), []);
});

test('an expression that matches nothing between characters is found, one for places is not', () => {
  for (const regex of ['x*', '(-g)*', 'a|', 'a?', '']) {
    assert.deepEqual(inSpec(regex), ['regex-matches-empty'], regex);
  }
  for (const regex of ['^', '$', '.*', '^.*$', '\\b', 'x+']) {
    assert.deepEqual(inSpec(regex), [], regex);
  }
  assert.deepEqual(inSpec('x*', ''), []);
});

test('references to groups are found where they are no shell or awk', () => {
  const cases = [
    ['(a.*)b', '$1 c'],
    ['(a.*)b', '\\1 c'],
    ['(?P<x>a.*)b', '${1} c'],
    ['a.*', '$& c'],
  ] as const;
  for (const [regex, replacement] of cases) {
    assert.deepEqual(inSpec(regex, replacement), ['replacement-reference'], replacement);
  }
  const innocent = [
    ['a.*', '$1 c'],
    ['(a|b).*', "awk '{print $1}'"],
    ['(a|b).*', "sed -e 's/(x)/\\1/'"],
    ['(a|b) \\$1', 'c $1'],
    ['(a|b).*', 'cp $RPM_BUILD_ROOT'],
  ] as const;
  for (const [regex, replacement] of innocent) {
    assert.deepEqual(inSpec(regex, replacement), [], replacement);
  }
});

test('a replacement by itself is found through quoting, not through operators', () => {
  assert.deepEqual(inSpec('gtk\\.so', 'gtk.so'), ['replacement-equal']);
  assert.deepEqual(inSpec('gtk.so', 'gtk.so'), []);
  assert.deepEqual(inSpec('(?i)gtk', 'gtk'), []);
});

test('nested and counted repetition is bounded', () => {
  const nested = `${'('.repeat(500)}a*${')*'.repeat(500)}`;
  const flat = '%{?x'.repeat(1000);
  inSpec(nested);
  inSpec(flat);
  inSpec('a{1000}$'.repeat(60));
});
