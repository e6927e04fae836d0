import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareEvr, formatEvr } from '@slipway/rpm';
import fc from 'fast-check';
import { type Judge, judgeSkip, openJudge } from '../testing/judge.ts';
import {
  compareDebianVersions,
  type DebianVersion,
  formatDebianVersion,
  parseDebianVersion,
} from './debian-version.ts';
import { isOrderPreserved, mapVersion } from './map-version.ts';

function mapped(text: string): string {
  return formatEvr(mapVersion(parseDebianVersion(text)));
}

test('usual versions keep their form', () => {
  assert.equal(mapped('5.3-4'), '5.3-4');
  assert.equal(mapped('1:10.2p1-3'), '1:10.2p1-3');
  assert.equal(mapped('2026b-1'), '2026b-1');
  assert.equal(mapped('1.2.3+dfsg1-2+b1'), '1.2.3^dfsg1-2^b1');
  assert.equal(mapped('7.2~rc3-1~exp1'), '7.2~rc3-1~exp1');
});

test('a version without revision gets the release 0, a hyphen in the upstream part becomes a dot', () => {
  assert.equal(mapped('1.0'), '1.0-0');
  assert.equal(mapped('0.9-6-2'), '0.9.6-2');
  assert.equal(mapped('3.4.'), '3.4.0-0');
});

test('a number after plus or tilde is marked with a caret', () => {
  assert.equal(mapped('1.0+~2.5-1'), '1.0^~^2.5-1');
  assert.equal(mapped('0~20181009-6+2'), '0~^20181009-6^^2');
});

/** Texts that follow the documented grammar. */
const number = fc.constantFrom('0', '1', '2', '10', '01', '20260101');
const word = fc.constantFrom('a', 'b', 'rc', 'rca', 'dfsg', 'Z');
const tilde = fc.constantFrom('~', '~~');
const piece = fc.oneof(
  number.map((n) => `.${n}`),
  fc
    .tuple(
      fc.constantFrom('+', '+~', '~', '~~', '+~~'),
      fc.oneof(
        word,
        number,
        fc.tuple(word, number).map((t) => t.join('')),
      ),
    )
    .map((t) => t.join('')),
  fc.tuple(word, tilde).map(([w, t]) => `~${w}${t}`),
  fc.constantFrom('~', '+', '.'),
);
const part = fc.tuple(number, fc.array(piece, { maxLength: 4 })).map(([first, rest]) => first + rest.join(''));
const regularVersion: fc.Arbitrary<DebianVersion> = fc
  .record({ epoch: fc.nat(1), upstream: part, revision: fc.oneof(fc.constant(''), part) })
  .filter(isOrderPreserved);
/** Pairs that share a beginning, where the interesting differences are. */
const pair = fc.oneof(
  fc.tuple(regularVersion, regularVersion),
  fc
    .tuple(part, part, part)
    .map(([base, a, b]) =>
      [base + a.slice(1), base + b.slice(1)].map((upstream) => ({ epoch: 0, upstream, revision: '' })),
    )
    .map(([a, b]) => [a, b] as [DebianVersion, DebianVersion])
    .filter(([a, b]) => isOrderPreserved(a) && isOrderPreserved(b)),
);

test('inside the documented class the order of dpkg is the order of rpm', () => {
  fc.assert(
    fc.property(pair, ([a, b]) => {
      const debian = Math.sign(compareDebianVersions(a, b));
      const rpm = compareEvr(mapVersion(a), mapVersion(b));
      assert.equal(rpm, debian, `${formatDebianVersion(a)} and ${formatDebianVersion(b)}`);
    }),
    { numRuns: 20_000 },
  );
});

test('the known exceptions are outside the class', () => {
  for (const text of ['1.2a', '1.rc1', '1-2-1', '1+b.1', '1~.1', '1+b0', '1-1a', '1++', '1.~1', 'a']) {
    assert.equal(isOrderPreserved(parseDebianVersion(text)), false, text);
  }
  for (const text of ['1.2+b', '1.0~rc1-1+b2', '1:1', '1.0+~1.2.3-2', '1~', '1~~-1~']) {
    assert.equal(isOrderPreserved(parseDebianVersion(text)), true, text);
  }
});

test('the real rpm orders mapped versions as dpkg does', { skip: judgeSkip }, async () => {
  const judge: Judge = await openJudge('versions');
  const pairs = fc.sample(pair, { numRuns: 400, seed: 11 });
  const lines = pairs.flatMap(([a, b]) => {
    const [x, y] = [mapVersion(a), mapVersion(b)];
    return [`print(rpm.vercmp("${formatEvr({ ...x, release: '' })}", "${formatEvr({ ...y, release: '' })}") .. "\\n")`];
  });
  await judge.write('compare.lua', `function go()\n${lines.join('\n')}\nend\ngo()\n`);
  const output = await judge.run('rpm', ['--eval', `%{lua: dofile("${judge.inside}/compare.lua")}`]);
  const expected = pairs.map(([a, b]) =>
    Math.sign(a.epoch - b.epoch || compareDebianVersions({ ...a, revision: '' }, { ...b, revision: '' })),
  );
  assert.deepEqual(output.trim().split(/\s+/).map(Number), expected);
  await judge.close();
});
