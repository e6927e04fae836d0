import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { StringTable } from './string-table.ts';

const byteText = fc.string({ unit: fc.constantFrom('a', 'b', 'ÿ'), maxLength: 8 });

function stringAt(bytes: Buffer, offset: number): string {
  return bytes.toString('latin1', offset, bytes.indexOf(0, offset));
}

test('every string is at its offset, and equal strings have one', () => {
  fc.assert(
    fc.property(fc.array(byteText), (texts) => {
      const table = new StringTable();
      const offsets = texts.map((text) => table.add(text));
      const bytes = table.finish();
      assert.deepEqual(
        offsets.map((offset) => stringAt(bytes, offset)),
        texts,
      );
      assert.deepEqual(
        texts.map((text) => table.add(text)),
        offsets,
      );
    }),
  );
});

test('a string is the tail of the first stored string that ends with it', () => {
  fc.assert(
    fc.property(fc.array(byteText), (texts) => {
      const table = new StringTable();
      const stored: { text: string; offset: number }[] = [];
      for (const text of texts.filter((each) => each !== '')) {
        const holder = stored.find((each) => each.text.endsWith(text));
        const offset = table.add(text);
        if (holder === undefined) {
          stored.push({ text, offset });
        } else {
          assert.equal(offset, holder.offset + holder.text.length - text.length);
        }
      }
      assert.equal(
        table.finish().length,
        stored.reduce((sum, { text }) => sum + text.length + 1, 1),
      );
    }),
  );
});

test('the table grows', () => {
  const table = new StringTable();
  const long = 'x'.repeat(3 << 20);
  assert.equal(table.add(long), 1);
  assert.equal(table.add(`${long}y`), long.length + 2);
  assert.equal(table.finish().length, 2 * long.length + 4);
});
