import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attributeLines } from './attribute-lines.ts';

const version = fc.array(fc.constantFrom('a', 'b', 'c', '', '%if', 'x'), { maxLength: 15 });

test('every version of the chain can be read back from the attributed lines', () => {
  fc.assert(
    fc.property(fc.array(version, { minLength: 1, maxLength: 6 }), (versions) => {
      const lines = attributeLines(versions);
      versions.forEach((expected, step) => {
        const there = lines.filter(
          ({ writtenBy = 0, removedBy = Number.POSITIVE_INFINITY }) => writtenBy <= step && removedBy > step,
        );
        assert.deepEqual(
          there.map(({ text }) => text),
          expected,
        );
      });
    }),
  );
});

test('a line names the step that wrote it, and a removed one the step that removed it', () => {
  assert.deepEqual(
    attributeLines([
      ['a', 'b', 'c'],
      ['a', 'X', 'c'],
      ['a', 'Y', 'c'],
      ['a', 'Y'],
    ]),
    [
      { text: 'a' },
      { text: 'b', removedBy: 1 },
      { text: 'X', writtenBy: 1, removedBy: 2 },
      { text: 'Y', writtenBy: 2 },
      { text: 'c', removedBy: 3 },
    ],
  );
  assert.deepEqual(attributeLines([]), []);
});
