import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RecordPacking } from './record-packing.ts';

test('records do not overlap, begin at a slot, and cross a border of blocks only when they are longer than a block', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 32, max: 4096 }), fc.integer({ min: 4097, max: 20_000 })));
  fc.assert(
    fc.property(fc.integer({ min: 1152, max: 1300 }), sizes, (reserved, records) => {
      const packing = new RecordPacking(reserved);
      const places = records.map((size) => ({ start: packing.place(size), size }));
      let end = reserved;
      for (const { start, size } of places.toSorted((a, b) => a.start - b.start)) {
        assert.ok(start >= end && start % 32 === 0);
        assert.ok(size > 4096 ? start % 4096 === 0 : (start % 4096) + size <= 4096);
        end = start + size;
      }
      assert.ok(end <= packing.blocks * 4096);
    }),
  );
});

test('a record goes where it leaves the least room, also in an earlier block', () => {
  const packing = new RecordPacking(1152);
  const places = [2976, 2944, 1152, 32, 32].map((sizeBytes) => packing.place(sizeBytes));
  assert.deepEqual(places, [4096, 1152, 8192, 4096 + 2976, 4096 + 2976 + 32]);
});
