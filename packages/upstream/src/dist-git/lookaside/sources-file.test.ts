import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError, SlipwayErrors } from '@slipway/core';
import fc from 'fast-check';
import { mergeSources } from './merge-sources.ts';
import { formatSources, parseSources, type SourcesLine } from './sources-file.ts';

const sha512 = 'ab'.repeat(64);
const sha256 = 'cd'.repeat(32);
const md5 = '0123456789abcdef0123456789abcdef';

function entries(lines: readonly SourcesLine[]) {
  return lines.flatMap(({ entry }) => entry ?? []);
}

test('present and older lines are read, whatever the line ends, and come out byte for byte', () => {
  const text = [
    `SHA512 (demo-1.0.tar.xz) = ${sha512}\n`,
    '\r\n# a comment\n',
    `sha256 (name (with) parts = x) = ${sha256.toUpperCase()}\r\n`,
    `${md5}  old.tar.gz\n${md5} *binary\n${md5}\ttab`,
  ].join('');

  assert.deepEqual(entries(parseSources(text)), [
    { filename: 'demo-1.0.tar.xz', hashType: 'SHA512', hash: sha512 },
    { filename: 'name (with) parts = x', hashType: 'SHA256', hash: sha256 },
    { filename: 'old.tar.gz', hashType: 'MD5', hash: md5 },
    { filename: 'binary', hashType: 'MD5', hash: md5 },
    { filename: 'tab', hashType: 'MD5', hash: md5 },
  ]);
  assert.equal(formatSources(parseSources(text)), text);
});

test('every mistake is an error with its line', () => {
  const good = `SHA512 (a) = ${sha512}\n`;
  for (const bad of [
    'nonsense',
    `SHA3 (b) = ${sha512}`,
    `SHA512 (b) = ${sha256}`,
    `SHA512 (b) = ${'x'.repeat(128)}`,
    `SHA512 (../b) = ${sha512}`,
    `SHA512 (..) = ${sha512}`,
    `SHA512 (b/c) = ${sha512}`,
    `SHA512 (b\0) = ${sha512}`,
    `SHA512 () = ${sha512}`,
    `SHA512 (a) = ${sha512}`,
    `${md5}  a`,
    `${md5}  /etc/passwd`,
    md5,
    `${sha512}  b`,
    `SHA512 (${'x'.repeat(300)}) = ${sha512}`,
  ]) {
    assert.throws(
      () => parseSources(`${good}\n${bad}\n`, 'rpms/x/sources'),
      (error: SlipwayError) =>
        error.code === 'UPSTREAM_BAD_SOURCES' && error.at?.line === 3 && error.at.file === 'rpms/x/sources',
      bad,
    );
  }
  assert.throws(() => parseSources('\n'.repeat(5 << 20)), { code: 'UPSTREAM_BAD_SOURCES' });
});

test('any text is read or refused; what is read comes out as it was', () => {
  const part = fc.constantFrom('SHA512 (', 'MD5 (', ') = ', sha512, md5, '  ', '\n', '\r\n', '#', 'a', '..', '/');
  fc.assert(
    fc.property(fc.array(fc.oneof(part, part, fc.string()), { maxLength: 20 }), (parts) => {
      const text = parts.join('');
      try {
        assert.equal(formatSources(parseSources(text)), text);
      } catch (failure) {
        assert.ok(failure instanceof SlipwayError && failure.code === 'UPSTREAM_BAD_SOURCES', String(failure));
      }
    }),
  );
});

const upstream = `# kept\nSHA512 (a) = ${sha512}\nSHA512 (b) = ${sha512}\n`;
const options = { component: 'demo' };

test('files of the project replace upstream ones in their place, and new ones follow', () => {
  const merged = mergeSources(
    parseSources(upstream),
    [
      { filename: 'new', hash: sha256.toUpperCase() },
      { filename: 'a', hash: md5, hashType: 'MD5', replaceUpstream: true },
      { filename: 'last', hash: sha512, hashType: 'SHA512' },
    ],
    options,
  );

  assert.equal(
    formatSources(merged),
    `# kept\nMD5 (a) = ${md5}\nSHA512 (b) = ${sha512}\nSHA256 (new) = ${sha256}\nSHA512 (last) = ${sha512}\n`,
  );
  assert.equal(formatSources(mergeSources(parseSources(upstream), [], options)), upstream);
});

test('the line ends of the file are kept, and a missing last one is added before a new line', () => {
  const lines = parseSources(`SHA512 (a) = ${sha512}\r\nSHA512 (b) = ${sha512}`);
  const merged = formatSources(mergeSources(lines, [{ filename: 'new', hash: sha256 }], options));

  assert.equal(merged, `SHA512 (a) = ${sha512}\r\nSHA512 (b) = ${sha512}\r\nSHA256 (new) = ${sha256}\r\n`);
});

test('all conflicts and missing hashes are reported at once, with their places', () => {
  const at = { file: 'demo.comp.toml', line: 7 };
  const sources = [
    { filename: 'a', hash: sha512, at },
    { filename: 'absent', hash: sha512, replaceUpstream: true },
    { filename: 'new' },
    { filename: 'wrong', hash: sha256, hashType: 'SHA512' },
    { filename: 'odd', hash: 'abc' },
    { filename: 'new', hash: sha512 },
  ];
  assert.throws(
    () => mergeSources(parseSources(upstream), sources, options),
    (failure: SlipwayErrors) => {
      assert.deepEqual(
        failure.errors.map(({ code, at }) => [code, at?.line]),
        [
          ['UPSTREAM_SOURCE_CONFLICT', 7],
          ['UPSTREAM_SOURCE_CONFLICT', undefined],
          ['UPSTREAM_NO_HASH', undefined],
          ['UPSTREAM_NO_HASH', undefined],
          ['UPSTREAM_NO_HASH', undefined],
          ['UPSTREAM_SOURCE_CONFLICT', undefined],
        ],
      );
      return failure instanceof SlipwayErrors;
    },
  );
});

test('a file without a hash is left out where that is allowed', () => {
  const lines = mergeSources(parseSources(upstream), [{ filename: 'new' }], { ...options, allowMissingHashes: true });

  assert.equal(formatSources(lines), upstream);
});
