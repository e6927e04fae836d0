import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BlockAllocator, UsedBlocks } from './block-allocator.ts';
import { planGeometry } from './geometry.ts';
import { blocksPerGroup } from './on-disk.ts';

test('files get every free block once, in order, and no fixed one', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 200_000 })), {
    maxLength: 30,
  });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 3000, max: 40 * blocksPerGroup }), (files, blocks) => {
      const geometry = planGeometry({ blocks, inodes: 20_000, shortLastGroup: 'extend' });
      assert.ok(geometry !== undefined);
      const allocator = new BlockAllocator(geometry.fixed);
      const ranges = [...geometry.fixed];
      for (const size of files) {
        let logical = 0;
        for (const extent of allocator.take(size)) {
          assert.equal(extent.logical, logical);
          logical += extent.blocks;
          ranges.push({ start: extent.physical, end: extent.physical + extent.blocks });
        }
        assert.equal(logical, size);
      }
      ranges.sort((a, b) => a.start - b.start);
      let end = 0;
      for (const range of ranges) {
        assert.ok(range.start >= end);
        assert.ok(range.start === end || end >= allocator.cursor);
        end = range.end;
      }
    }),
  );
});

test('the used blocks of groups are those of the whole', () => {
  fc.assert(
    fc.property(fc.nat(300_000), fc.integer({ min: 3000, max: 40 * blocksPerGroup }), (taken, wanted) => {
      const geometry = planGeometry({ blocks: wanted, inodes: 20_000, shortLastGroup: 'extend' });
      assert.ok(geometry !== undefined);
      const allocator = new BlockAllocator(geometry.fixed);
      allocator.take(Math.min(taken, 1000 + geometry.groupCount * 10_000));
      const used = new UsedBlocks(geometry.fixed, allocator.cursor, geometry.blocks);
      const groups = [...used.byGroup()];
      assert.equal(groups.length, geometry.groupCount);
      const count = groups.flat().reduce((sum, { start, end }) => sum + end - start, 0);
      if (allocator.cursor <= geometry.blocks) {
        assert.equal(count, geometry.blocks - used.free);
      }
      groups.forEach((ranges, group) => {
        for (const { start, end } of ranges) {
          assert.ok(start >= group * blocksPerGroup && start < end && end <= (group + 1) * blocksPerGroup);
        }
      });
    }),
  );
});

test('a file system of 600 MiB has the places of mke2fs', () => {
  const geometry = planGeometry({ blocks: 153_600, inodes: 38_400, shortLastGroup: 'drop' });
  assert.deepEqual(geometry?.groups[0], { blockBitmap: 76, inodeBitmap: 81, inodeTable: 86 });
  assert.deepEqual(geometry?.groups[4], { blockBitmap: 80, inodeBitmap: 85, inodeTable: 2006 });
  assert.equal(geometry?.reservedDescriptorBlocks, 74);
});
