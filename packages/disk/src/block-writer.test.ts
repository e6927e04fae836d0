import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { windowOf, writeBlockFile } from './block-writer.ts';

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-block-'));
  try {
    await use(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

test('a block file holds what was written, whatever the order and the sizes', async () => {
  const piece = fc.record({
    gap: fc.oneof(fc.nat(5), fc.constantFrom(4096, 8191), fc.nat(3_000_000)),
    length: fc.oneof(fc.nat(10), fc.constantFrom(4096, 12_288), fc.nat(2_500_000)),
    fill: fc.constantFrom(0, 0, 1, 255),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 6 }), fc.boolean(), async (pieces, backwards) => {
      await inDirectory(async (directory) => {
        let end = 0;
        const writes = pieces.map(({ gap, length, fill }) => {
          const offset = end + gap;
          end = offset + length;
          return { offset, bytes: Buffer.alloc(length, fill) };
        });
        const expected = Buffer.alloc(end + 100);
        for (const { offset, bytes } of writes) {
          expected.set(bytes, offset);
        }
        const path = join(directory, 'disk');
        await writeBlockFile(path, expected.length, async (out) => {
          for (const { offset, bytes } of backwards ? writes.reverse() : writes) {
            await out.write(offset, bytes);
          }
        });
        assert.equal(Buffer.compare(await readFile(path), expected), 0);
      });
    }),
    { numRuns: 30 },
  );
});

test('blocks of zeros take no space', async () => {
  await inDirectory(async (directory) => {
    const path = join(directory, 'disk');
    await writeBlockFile(path, 64 << 20, async (out) => {
      await out.write(0, Buffer.alloc(8 << 20));
      await out.write(32 << 20, Buffer.from('data'));
    });
    assert.ok((await stat(path)).blocks * 512 <= 64 << 10);
  });
});

test('a failure leaves no file behind', async () => {
  await inDirectory(async (directory) => {
    const failing = writeBlockFile(join(directory, 'disk'), 4096, async () => {
      throw new Error('stop');
    });
    await assert.rejects(failing);
    assert.deepEqual(await readdir(directory), []);
  });
});

test('a window refuses writes outside of it', async () => {
  const seen: number[] = [];
  const window = windowOf({ write: async (offset) => void seen.push(offset) }, 1000, 10);
  await window.write(2, Buffer.alloc(8));
  assert.deepEqual(seen, [1002]);
  assert.throws(() => window.write(3, Buffer.alloc(8)), { code: 'CORE_BUG' });
});
