import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { compareEvr, formatEvr, parseEvr } from './evr.ts';
import { rpmData } from './testing/rpm-data.ts';
import { compareVersions } from './version.ts';

const conformance = join(rpmData, 'conformance');
const skip = existsSync(conformance) ? false : 'the shared RPM data is not there';

interface VersionRow {
  readonly a: string;
  readonly b: string;
  readonly expect: number;
}

test('versions compare as rpmvercmp says', { skip }, () => {
  const rows = loadRows('rpmvercmp-upstream.json');
  assert.deepEqual(
    rows.filter(({ a, b, expect }) => compareVersions(a, b) !== expect),
    [],
  );
  assert.ok(rows.length > 70);
});

test('4,489 pairs of version texts compare as rpm 6.1 says', { skip }, () => {
  const rows = loadRows('vercmp-4489-rpm6.1.json');
  assert.deepEqual(
    rows.filter(({ a, b, expect }) => compareEvr(parseEvr(a), parseEvr(b)) !== expect),
    [],
  );
  assert.ok(rows.length > 4000);
});

function loadRows(name: string): VersionRow[] {
  return JSON.parse(readFileSync(join(conformance, name), 'utf8')) as VersionRow[];
}

test('20,000 real and mutated EVRs compare as rpm 6.1 says', { skip }, () => {
  const lines = readFileSync(join(conformance, 'evr-oracle.jsonl'), 'utf8').trim().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as [string[], string[], number]);
  const wrong = rows.filter(([a, b, expect]) => compareEvr(toEvr(a), toEvr(b)) !== expect);
  assert.deepEqual(wrong, []);
  assert.equal(rows.length, 20_000);
});

function toEvr([epoch = '0', version = '', release = '']: string[]) {
  return { epoch: Number(epoch), version, release };
}

const part = fc.string({ unit: fc.constantFrom(...'0129abz.~^+_'), minLength: 1, maxLength: 12 });
const evr = fc.record(
  { epoch: fc.nat(99), version: part, release: fc.oneof(part, fc.constant('')) },
  { noNullPrototype: true },
);

test('comparison is antisymmetric and reflexive', () => {
  fc.assert(
    fc.property(evr, evr, (a, b) => {
      assert.equal(compareEvr(a, b) + compareEvr(b, a), 0);
      assert.equal(compareEvr(a, a), 0);
    }),
  );
});

test('an EVR survives formatting and parsing', () => {
  fc.assert(fc.property(evr, (value) => assert.deepEqual(parseEvr(formatEvr(value)), value)));
});

test('the last hyphen begins the release, and only digits are an epoch', () => {
  assert.deepEqual(parseEvr('1:2-3-4'), { epoch: 1, version: '2-3', release: '4' });
  assert.deepEqual(parseEvr('a:1-2'), { epoch: 0, version: 'a:1', release: '2' });
  assert.throws(() => parseEvr('99999999999:1'), SlipwayError);
  assert.throws(() => parseEvr(''), SlipwayError);
});
