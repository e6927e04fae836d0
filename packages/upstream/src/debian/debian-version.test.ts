import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { compareDebianVersions, formatDebianVersion, parseDebianVersion } from './debian-version.ts';

const part = fc.string({ unit: fc.constantFrom(...'0012ab~+.'), minLength: 1, maxLength: 8 });
export const debianVersionText = fc
  .record({ epoch: fc.option(fc.nat(2)), upstream: part, revision: fc.option(part) })
  .map(({ epoch, upstream, revision }) => {
    const prefix = epoch === null ? '' : `${epoch}:`;
    return `${prefix}1${upstream}${revision === null ? '' : `-${revision}`}`;
  });

test('a version survives parsing and formatting', () => {
  fc.assert(
    fc.property(debianVersionText, (text) => {
      const version = parseDebianVersion(text);
      assert.deepEqual(parseDebianVersion(formatDebianVersion(version)), version);
    }),
  );
});

test('any text is a version or refused with a code', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseDebianVersion(text);
      } catch (failure) {
        assert.ok(failure instanceof SlipwayError && failure.code === 'UPSTREAM_BAD_VERSION');
      }
    }),
  );
});

test('the last hyphen begins the revision, the first colon ends the epoch', () => {
  assert.deepEqual(parseDebianVersion('2:1.0-rc1-3'), { epoch: 2, upstream: '1.0-rc1', revision: '3' });
  assert.deepEqual(parseDebianVersion('1.0'), { epoch: 0, upstream: '1.0', revision: '' });
  assert.deepEqual(parseDebianVersion('1:2:3-1').upstream, '2:3');
});

const dpkg = spawnSync('dpkg', ['--version']).status === 0;

test('versions order as dpkg orders them', { skip: dpkg ? false : 'dpkg is not installed' }, () => {
  const pairs = [
    ...fc.sample(fc.tuple(debianVersionText, debianVersionText), { numRuns: 150, seed: 7 }),
    ['1.0', '1.0-0'],
    ['1.0~', '1.0'],
    ['1.2a', '1.2+b'],
    ['1.rc1', '1.2'],
    ['1.2-2', '1.10-1'],
    ['1+0~', '1+'],
  ] as [string, string][];
  for (const [a, b] of pairs) {
    const order = Math.sign(compareDebianVersions(parseDebianVersion(a), parseDebianVersion(b)));
    const operator = order < 0 ? 'lt' : order > 0 ? 'gt' : 'eq';
    assert.equal(spawnSync('dpkg', ['--compare-versions', a, operator, b]).status, 0, `${a} ${operator} ${b}`);
  }
});
