import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '@slipway/core';
import fc from 'fast-check';
import { editScript } from './line-edits.ts';
import { unifiedDiff } from './unified-diff.ts';

const line = fc.constantFrom('a', 'b', 'c', '', '%if');
const lines = fc.array(line, { maxLength: 25 });

test('kept and removed lines are the old text, kept and added the new', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const edits = editScript(before, after);
      const without = (kind: string) => edits.filter((edit) => edit.kind !== kind).map((edit) => edit.line);
      assert.deepEqual(without('added'), before);
      assert.deepEqual(without('removed'), after);
    }),
  );
});

test('a change of one line is one line removed and one added', () => {
  const diff = unifiedDiff('x.spec', 'a\nb\nc\nd\ne\n', 'a\nb\nX\nd\ne\n');
  assert.deepEqual([diff.added, diff.removed], [1, 1]);
  assert.equal(diff.diff, '--- a/x.spec\n+++ b/x.spec\n@@ -1,5 +1,5 @@\n a\n b\n-c\n+X\n d\n e\n');
  assert.equal(unifiedDiff('x', 'a', 'a').diff, '');
});

test('very different texts are compared in bounded time and shown in bounded size', () => {
  const text = (seed: number) => Array.from({ length: 20_000 }, (_, index) => `${(index * seed) % 9973}\n`).join('');
  const { diff, added } = unifiedDiff('x', text(7), text(11));
  assert.ok(added > 0 && diff.length < 70_000);
  assert.match(diff, /not shown\n$/);
});

test('git apply makes the new text from the old one', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-diff-'));
  try {
    const text = fc.tuple(lines, fc.constantFrom('', '\n')).map(([parts, end]) => parts.join('\n') + end);
    for (const [before, after] of fc.sample(fc.tuple(text, text), 25)) {
      const { diff } = unifiedDiff('file', before, after);
      await writeFile(join(directory, 'file'), before);
      if (diff !== '' && before !== '' && after !== '') {
        const args = ['apply', '--unidiff-zero', '--whitespace=nowarn', '-'];
        const result = await runProgram('git', args, { cwd: directory, input: diff });
        assert.equal(result.status, 0, result.stderr + diff);
        assert.equal(await readFile(join(directory, 'file'), 'utf8'), after);
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
