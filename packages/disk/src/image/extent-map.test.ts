import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ExtentMap } from './extent-map.ts';

test('the ranges are the 4 KiB blocks that hold anything but zeros', () => {
  const writes = fc.array(
    fc.record({ offset: fc.nat(400_000), length: fc.nat(50_000), fill: fc.constantFrom(0, 1), tail: fc.nat(255) }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(writes, fc.integer({ min: 450_256, max: 500_000 }), (pieces, sizeBytes) => {
      const map = new ExtentMap(sizeBytes);
      const used = new Set<number>();
      for (const { offset, length, fill, tail } of pieces) {
        const bytes = Buffer.concat([Buffer.alloc(length, fill), Buffer.from([tail])]);
        map.mark(offset, bytes);
        bytes.forEach((byte, at) => byte !== 0 && used.add(Math.floor((offset + at) / 4096)));
      }
      const ranges = [...map.ranges()];
      const found = new Set<number>();
      let end = -1;
      for (const range of ranges) {
        assert.ok(range.offset > end, 'neighbours are joined');
        end = range.offset + range.sizeBytes;
        for (let at = range.offset; at < end; at += 4096) {
          found.add(at / 4096);
        }
      }
      assert.ok(end <= sizeBytes);
      assert.deepEqual(
        [...found],
        [...used].sort((a, b) => a - b),
      );
    }),
  );
});
