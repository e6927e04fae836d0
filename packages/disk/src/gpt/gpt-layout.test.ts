import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { runInJudgeTree, unlessInJudgeTree } from '../image/judges.test-support.ts';
import { type GptPartitionRequest, planGpt } from './gpt-layout.ts';
import { deriveGuid } from './guid.ts';
import { partitionTypes } from './partition-types.ts';
import { writeGpt } from './write-gpt.ts';

const mib = 1 << 20;
const diskGuid = deriveGuid('seed', 'disk');

function partition(change: Partial<GptPartitionRequest> = {}): GptPartitionRequest {
  return { type: 'linux-generic', guid: deriveGuid('seed', 'p'), name: 'p', sizeBytes: 1, ...change };
}

describe('a GPT layout', () => {
  test('aligns every partition to 1 MiB, in order, and leaves room for the backup', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 2 ** 40 }), { maxLength: 128 }), (sizes) => {
        const partitions = sizes.map((sizeBytes, index) => partition({ sizeBytes, guid: deriveGuid('s', `${index}`) }));
        const layout = planGpt({ diskGuid, partitions });
        let end = mib;
        for (const [index, placed] of layout.partitions.entries()) {
          assert.equal(placed.offsetBytes, end);
          assert.equal(placed.number, index + 1);
          assert.ok(placed.sizeBytes >= (sizes[index] ?? 0) && placed.sizeBytes < (sizes[index] ?? 0) + mib);
          end += placed.sizeBytes;
        }
        assert.equal(layout.sizeBytes, end + mib);
        assert.equal(layout.sizeBytes % mib, 0);
      }),
    );
  });

  test('fills a larger disk only up to its partitions and refuses a smaller or uneven one', () => {
    const partitions = [partition()];
    assert.equal(planGpt({ diskGuid, partitions, diskSizeBytes: 10 * mib }).sizeBytes, 10 * mib);
    assert.throws(() => planGpt({ diskGuid, partitions, diskSizeBytes: 2 * mib }), { code: 'DISK_GPT_TOO_SMALL' });
    assert.throws(() => planGpt({ diskGuid, partitions, diskSizeBytes: 10 * mib + 512 }), { code: 'DISK_GPT_INVALID' });
  });

  test('refuses what the table cannot hold', () => {
    const bad: readonly GptPartitionRequest[][] = [
      [partition({ name: 'x'.repeat(37) })],
      [partition({ name: '\ud800' })],
      [partition({ name: 'a\0b' })],
      [partition({ sizeBytes: 0 })],
      [partition({ sizeBytes: 1.5 })],
      [partition({ guid: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B' })],
      [partition({ guid: '00000000-0000-0000-0000-000000000000' })],
      [partition({ guid: diskGuid })],
      Array.from({ length: 129 }, (_, index) => partition({ guid: deriveGuid('s', `${index}`) })),
    ];
    for (const partitions of bad) {
      assert.throws(() => planGpt({ diskGuid, partitions }), { code: 'DISK_GPT_INVALID' });
    }
  });

  test('is written as two tables that agree, without touching the space between', async () => {
    const layout = planGpt({ diskGuid, partitions: [partition({ name: 'data' })] });
    const disk = Buffer.alloc(layout.sizeBytes);
    await writeGpt(layout, { write: async (offset, bytes) => void disk.set(bytes, offset) });
    const lastLba = layout.sizeBytes / 512 - 1;
    assert.equal(disk.readUInt16LE(510), 0xaa55);
    assert.equal(disk.readUInt8(450), 0xee);
    assert.equal(disk.toString('latin1', 512, 520), 'EFI PART');
    assert.equal(disk.readBigUInt64LE(512 + 32), BigInt(lastLba));
    assert.equal(disk.readBigUInt64LE(lastLba * 512 + 24), BigInt(lastLba));
    assert.deepEqual(disk.subarray(1024, 1024 + 16384), disk.subarray((lastLba - 32) * 512, lastLba * 512));
    assert.ok(disk.subarray(34 * 512, (lastLba - 32) * 512).every((byte) => byte === 0));
  });
});

test('derived GUIDs depend on seed and role, are stable, and are version 8', () => {
  assert.equal(deriveGuid('slipway', 'root'), deriveGuid('slipway', 'root'));
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (seed, role, other) => {
      const guid = deriveGuid(seed, role);
      assert.match(guid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.equal(deriveGuid(seed, other) === guid, other === role);
    }),
  );
});

test('partition types are those of systemd', { skip: unlessInJudgeTree('usr/bin/systemd-id128') }, async () => {
  const { stdout } = await runInJudgeTree({ files: [], command: ['systemd-id128', 'show', '--uuid'] });
  const known = new Map(
    [...stdout.toString().matchAll(/^(\S+) +([0-9a-f-]{36})$/gm)].map(([, name, id]) => [name, id]),
  );
  const { 'bios-boot': _, ...discoverable } = partitionTypes; // GRUB's, not of the specification
  for (const [name, guid] of Object.entries(discoverable)) {
    assert.equal(known.get(name), guid, name);
  }
});
