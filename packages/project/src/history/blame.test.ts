import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseBlame } from './blame.ts';
import { historyOfLines, matchLines } from './line-history.ts';

const [one, two] = ['1'.repeat(40), '2'.repeat(40)];

const porcelain = `${one} 4 4 2
author Jo Maintainer
author-mail <jo@example.org>
author-time 1763650800
author-tz +0100
summary author nobody
filename a.toml
\tauthor = "of the file"
${one} 5 5
\tx
${two} 1 9 1
author Al
author-time 1700000000
boundary
\ty
`;

test('the commits of lines are read from porcelain output, whose facts stand once', () => {
  assert.deepEqual(
    [...parseBlame(porcelain)],
    [
      [4, { id: one, time: 1_763_650_800, author: 'Jo Maintainer' }],
      [5, { id: one, time: 1_763_650_800, author: 'Jo Maintainer' }],
      [9, { id: two, time: 1_700_000_000, author: 'Al' }],
    ],
  );
});

test('any output of git gives lines with commits and never an error', () => {
  const line = fc.oneof(fc.string(), fc.constantFrom(...porcelain.split('\n')));
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      for (const [number, { id, time }] of parseBlame(lines.join('\n'))) {
        assert.ok(Number.isSafeInteger(number) && Number.isSafeInteger(time) && /^[0-9a-f]+$/.test(id));
      }
    }),
  );
});

test('lines that stand more than once do not tell when an overlay came', () => {
  const text = ['[[overlays]]', 'type = "x"', 'value = 1', '', '[[overlays]]', 'type = "x"', 'value = 2'];
  const commits = { old: { id: one, time: 10, author: 'A' }, recent: { id: two, time: 20, author: 'B' } };
  const blame = new Map(text.map((_, index) => [index + 1, index === 6 ? commits.recent : commits.old]));
  const file = { text, committed: text.map((_, index) => index + 1) };
  const history = historyOfLines({ firstLine: 5, lastLine: 7 }, file, blame, new Set([two]));

  assert.deepEqual(history, {
    introduced: commits.recent,
    changed: commits.recent,
    isCutOff: true,
    isUncommitted: false,
  });
  assert.equal(historyOfLines({ firstLine: 9, lastLine: 9 }, file, blame, new Set()), undefined);
});

test('every line of a changed file is matched with an equal committed line, in order', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const numbers = matchLines(before, after);
      const known = numbers.filter((number) => number !== undefined);
      assert.equal(numbers.length, after.length);
      assert.deepEqual(
        known,
        [...new Set(known)].sort((a, b) => a - b),
      );
      assert.ok(numbers.every((number, index) => number === undefined || before[number - 1] === after[index]));
    }),
  );
});
