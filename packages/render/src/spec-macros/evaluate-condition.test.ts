import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { judge, judgesMissing, openJudgeRoom } from '../../../../test/support/judge-tree.ts';
import { evaluateCondition } from './evaluate-condition.ts';

const decided: readonly (readonly [string, boolean])[] = [
  ['1', true],
  ['00', false],
  ['"" == "a"', false],
  ['"b" > "a"', true],
  ['"a"', true],
  ['1 + 2 * 3 == 7', true],
  ['7 / 2 == 3', true],
  ['8 - 2 - 1 == 5', true],
  ['-1 < 0', true],
  ['!0 && !(1 == 2)', true],
  ['! 1 || 1', true],
  ['1 || 1 && 0', false],
  ['(1 || 0) && 10 >= 9', true],
  ['"a" + "b" == "ab"', true],
];

test('conditions are decided as rpm decides them', () => {
  for (const [text, want] of decided) {
    assert.equal(evaluateCondition(text), want, text);
  }
});

test('what rpm refuses, and what is not understood, is not decided', () => {
  for (const text of [
    '',
    'word',
    '1 == "1"',
    '1 / 0',
    '(1',
    '1)',
    '1 2',
    '"open',
    'v"1.0" > v"0.9"',
    '1 ? 2 : 3',
    '('.repeat(500),
  ]) {
    assert.equal(evaluateCondition(text), undefined, text);
  }
});

test('any text is decided or not, without an error', () => {
  const part = fc.constantFrom(
    '1',
    '0',
    '"a"',
    '""',
    '&&',
    '||',
    '!',
    '(',
    ')',
    '<',
    '==',
    '+',
    '-',
    '*',
    '/',
    ' ',
    'x',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      assert.ok([true, false, undefined].includes(evaluateCondition(parts.join(''))));
    }),
  );
});

test('rpmspec decides the same conditions in the same way', { skip: judgesMissing() }, () => {
  const room = openJudgeRoom('conditions');
  try {
    const lines = decided.map(([text], index) => `%if ${text}\nProvides: holds${index}\n%endif\n`);
    const tags = 'Name: demo\nVersion: 1\nRelease: 1\nSummary: x\nLicense: MIT\n';
    writeFileSync(join(room.outside, 'demo.spec'), `${tags}${lines.join('')}%description\nx\n%files\n`);
    const result = judge('rpmspec', ['-q', '--provides', `${room.inside}/demo.spec`]);
    assert.equal(result.status, 0, result.stderr);
    const holds = new Set(result.stdout.split('\n'));
    for (const [index, [text, want]] of decided.entries()) {
      assert.equal(holds.has(`holds${index}`), want, text);
    }
  } finally {
    room.close();
  }
});
