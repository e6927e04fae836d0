import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '@slipway/core';
import fc from 'fast-check';
import { diff3, mergedLinesOf } from './diff3.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', '', '%if'), { maxLength: 20 });

test('the versions can be read back from the hunks', () => {
  fc.assert(
    fc.property(lines, lines, lines, (base, ours, theirs) => {
      const hunks = diff3(base, ours, theirs);
      const side = (name: 'base' | 'ours' | 'theirs') =>
        hunks.flatMap((hunk) => {
          if (hunk.kind === 'same') {
            return hunk.lines;
          }
          return hunk.kind === 'conflict'
            ? hunk[name]
            : hunk.kind === name || (hunk.kind === 'both' && name !== 'base')
              ? hunk.lines
              : hunk.base;
        });
      assert.deepEqual([side('base'), side('ours'), side('theirs')], [base, ours, theirs]);
    }),
  );
});

test('a change on one side, or the same change on both, is taken; the sides can be swapped', () => {
  fc.assert(
    fc.property(lines, lines, lines, (base, ours, theirs) => {
      assert.deepEqual(mergedLinesOf(diff3(base, ours, base)), ours);
      assert.deepEqual(mergedLinesOf(diff3(base, base, theirs)), theirs);
      assert.deepEqual(mergedLinesOf(diff3(base, ours, ours)), ours);
      assert.deepEqual(mergedLinesOf(diff3(base, ours, theirs)), mergedLinesOf(diff3(base, theirs, ours)));
    }),
  );
});

test('changes apart are merged, changes that touch conflict', () => {
  assert.deepEqual(mergedLinesOf(diff3(['a', 'b', 'c'], ['A', 'b', 'c'], ['a', 'b', 'C'])), ['A', 'b', 'C']);
  assert.deepEqual(diff3(['a', 'b', 'c'], ['a', 'B', 'c'], ['a', 'b', 'C']), [
    { kind: 'same', lines: ['a'] },
    { kind: 'conflict', base: ['b', 'c'], ours: ['B', 'c'], theirs: ['b', 'C'] },
  ]);
});

test('large texts are one conflict when too much differs', () => {
  const many = (word: string, count: number) => Array.from({ length: count }, (_, index) => `${word}${index}`);
  assert.deepEqual(
    diff3(many('a', 5000), many('b', 5000), many('c', 5000)).map(({ kind }) => kind),
    ['conflict'],
  );
  assert.deepEqual(
    diff3(many('a', 100_000), many('b', 100_000), many('c', 100_000)).map(({ kind }) => kind),
    ['conflict'],
  );
});

/** Lines of the base are all different, so that there is only one way to compare; both sides insert from the same few. */
interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly string[];
}
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(39),
  remove: fc.nat(2),
  insert: fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }),
});
const edits = fc.array(edit, { maxLength: 3 });
const distinct = Array.from({ length: 40 }, (_, index) => `line ${index}`);

function edited(changes: readonly Edit[]): string[] {
  return [...changes]
    .sort((a, b) => b.at - a.at)
    .reduce<string[]>(
      (text, { at, remove, insert }) => [...text.slice(0, at), ...insert, ...text.slice(at + remove)],
      distinct,
    );
}

for (const [program, args] of [
  ['git', ['merge-file', '-p', 'ours', 'base', 'theirs']],
  ['diff3', ['-m', 'ours', 'base', 'theirs']],
] as const) {
  test(`${program} merges to the same text where it merges without conflict`, async (context) => {
    const available = await runProgram(program, ['--version'], {}).then(
      ({ status }) => status === 0,
      () => false,
    );
    if (!available) {
      context.skip(`${program} is not installed`);
      return;
    }
    const directory = await mkdtemp(join(tmpdir(), 'slipway-diff3-'));
    let clean = 0;
    try {
      for (const [first, second] of fc.sample(fc.tuple(edits, edits), { numRuns: 60, seed: 7 })) {
        const versions = { base: distinct, ours: edited(first), theirs: edited(second) };
        for (const [name, text] of Object.entries(versions)) {
          await writeFile(join(directory, name), text.map((line) => `${line}\n`).join(''));
        }
        const judged = await runProgram(program, args, { cwd: directory });
        const merged = mergedLinesOf(diff3(versions.base, versions.ours, versions.theirs));
        if (judged.status === 0 && merged !== undefined) {
          clean++;
          assert.equal(
            merged.map((line) => `${line}\n`).join(''),
            String(judged.stdout),
            JSON.stringify([first, second]),
          );
        }
      }
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
    assert.ok(clean > 20, `only ${clean} merges were compared`);
  });
}
