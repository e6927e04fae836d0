import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diff3, mergedLinesOf } from './diff3.ts';
import { formatConflicts, mergeTexts } from './merge-texts.ts';

test('changes of different words of a line are merged, those of the same word conflict', () => {
  const cases: readonly (readonly [string, string, string, string | undefined])[] = [
    ['a --with-foo b', 'a --without-foo b', 'a --with-foo c', 'a --without-foo c'],
    ['make all', 'make docs', 'make all V=1', 'make docs V=1'],
    ['make all', 'gmake all', 'CC=x make all', 'CC=x gmake all'],
    ['make all', 'make docs', 'make everything', undefined],
    ['make all', 'make all -j1', 'make all -j2', undefined],
  ];
  for (const [base, ours, theirs, wanted] of cases) {
    const merge = mergeTexts(['x', base, 'y'], ['x', ours, 'y'], ['x', theirs, 'y']);
    assert.deepEqual(merge.lines, wanted === undefined ? undefined : ['x', wanted, 'y'], base);
    assert.equal(merge.withinLines, wanted !== undefined);
  }
});

test('lines that we remove are removed although upstream changed them, and that is said', () => {
  const { lines, removal } = mergeTexts(['a', 'b 1', 'c'], ['a', 'c'], ['a', 'b 2', 'c']);
  assert.deepEqual([lines, removal], [['a', 'c'], true]);
});

test('a conflict is shown with the three versions and the lines around it', () => {
  const merge = mergeTexts(
    ['1', '2', '3', '4', 'é', '6'],
    ['1', '2', '3', '4', 'ours', '6'],
    ['1', '2', '3', '4', 'theirs', '6'],
  );
  assert.equal(
    formatConflicts(merge),
    '2\n3\n4\n<<<<<<< overlay\nours\n||||||| upstream now\n\ufffd\n=======\ntheirs\n>>>>>>> new upstream\n6\n',
  );
});

const lines = fc.array(fc.constantFrom('a b', 'a', 'b c d', '', '%if x'), { maxLength: 12 });

test('what merges by lines merges the same, and the merge of a side with no change is the other side', () => {
  fc.assert(
    fc.property(lines, lines, lines, (base, ours, theirs) => {
      const byLines = mergedLinesOf(diff3(base, ours, theirs));
      const merge = mergeTexts(base, ours, theirs);
      if (byLines !== undefined) {
        assert.deepEqual(merge.lines, byLines);
      }
      assert.equal(formatConflicts(merge) === '', merge.lines !== undefined);
      assert.deepEqual(mergeTexts(base, base, theirs).lines, theirs);
      assert.deepEqual(mergeTexts(base, ours, base).lines, ours);
    }),
  );
});
