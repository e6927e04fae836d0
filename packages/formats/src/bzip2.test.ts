import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { decompressBzip2 } from './bzip2.ts';
import { gatherBytes } from './gather-bytes.ts';

const skip = spawnSync('bzip2', ['--help']).status === 0 ? false : 'bzip2 is not installed';

function bzip2(input: Uint8Array, level = 9): Buffer {
  const { status, stdout } = spawnSync('bzip2', [`-${level}`, '-c'], { input, maxBuffer: 1 << 28 });
  assert.equal(status, 0);
  return stdout;
}

async function decoded(...pieces: Uint8Array[]): Promise<Buffer> {
  return gatherBytes(decompressBzip2(pieces));
}

function* cut(bytes: Uint8Array, sizeBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) {
    yield bytes.subarray(at, at + sizeBytes);
  }
}

/** Text-like, with runs around the lengths 4 and 259, over several blocks of level 1. */
function sample(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0, turn = 1; at < sizeBytes; turn++) {
    const run = turn % 97 === 0 ? 250 + (turn % 20) : 1 + (turn % 6);
    bytes.fill((Math.imul(turn, 2654435761) >>> 27) + 64, at, Math.min(at + run, sizeBytes));
    at += run;
  }
  return bytes;
}

/** The empty file, and "hello, hello\n", as bzip2 1.0.8 writes them. */
const empty = Buffer.from('425a683917724538509000000000', 'hex');

test('the empty stream is empty, several streams follow one another', async () => {
  assert.equal((await decoded(empty)).length, 0);
  assert.equal((await decoded(empty, empty)).length, 0);
});

test('streams of bzip2 of every level are read, however the input is cut', { skip }, async () => {
  const content = sample(1_300_000);
  for (const level of [1, 5, 9]) {
    const stream = bzip2(content, level);
    assert.ok(content.equals(await decoded(stream)), `level ${level}`);
  }
  const stream = bzip2(content.subarray(0, 120_000), 1);
  for (const size of [1, 7, 4096]) {
    assert.ok(content.subarray(0, 120_000).equals(await gatherBytes(decompressBzip2(cut(stream, size)))));
  }
  assert.ok(Buffer.concat([content, content]).equals(await decoded(bzip2(content), bzip2(content, 2))));
});

test('any bytes survive', { skip }, async () => {
  const runs = fc
    .array(fc.tuple(fc.constantFrom(0, 1, 97, 255), fc.integer({ min: 1, max: 600 })), { maxLength: 30 })
    .map((parts) => Buffer.concat(parts.map(([byte, count]) => Buffer.alloc(count, byte))));
  await fc.assert(
    fc.asyncProperty(fc.oneof(runs, fc.uint8Array({ maxLength: 3000 })), async (bytes) => {
      assert.ok(Buffer.from(bytes).equals(await decoded(bzip2(bytes, 1))));
    }),
    { numRuns: 60 },
  );
});

test('a truncated stream is refused, a changed one too unless its content is the same', { skip }, async () => {
  const stream = bzip2(sample(5000));
  for (let length = 0; length < stream.length; length += 7) {
    await assert.rejects(decoded(stream.subarray(0, length)), { code: 'FORMATS_TRUNCATED' }, `${length} bytes`);
  }
  await assert.rejects(decoded(stream, Buffer.from('x')), { code: 'FORMATS_TRUNCATED' });
  await assert.rejects(decoded(stream, Buffer.alloc(40)), { code: 'FORMATS_BAD_COMPRESSION' });
  await fc.assert(
    fc.asyncProperty(fc.nat(stream.length * 8 - 6), async (bit) => {
      const changed = Buffer.from(stream);
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      // the level says only how large blocks may be, and a table may have codes that nobody uses
      await decoded(changed).then(
        (content) => assert.ok(content.equals(sample(5000)), `bit ${bit} changed the content`),
        (error) => assert.ok(error instanceof SlipwayError, String(error)),
      );
    }),
    { numRuns: 200 },
  );
});

test('output stops at the limit', { skip }, async () => {
  const bomb = bzip2(Buffer.alloc(40_000_000));
  await assert.rejects(gatherBytes(decompressBzip2([bomb], { maxBytes: 1 << 20 })), { code: 'CORE_LIMIT' });
});
