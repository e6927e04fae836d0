import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { compress, type WritableCompression } from './compress.ts';
import { decompress } from './decompress.ts';
import { gatherBytes } from './gather-bytes.ts';
import { compressXz } from './xz.ts';

const nativeXz = await gatherBytes(compressXz([])).then(
  () => true,
  (error) => error.code !== 'FORMATS_XZ_MISSING',
);

function skipFor(program: string): string | false {
  if (program === 'xz' && !nativeXz) {
    return 'the native library of @napi-rs/lzma is not installed';
  }
  return spawnSync(program, ['--version']).status === 0 ? false : `${program} is not installed`;
}

function* cut(bytes: Uint8Array, sizeBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) {
    yield bytes.subarray(at, at + sizeBytes);
  }
}

const content = Buffer.from(Array.from({ length: 60_000 }, (_, index) => `line ${index * index}\n`).join(''));
/** The first bytes: they hold the settings that must never depend on the machine. */
const heads = { gzip: '1f8b08000000000002ff', xz: 'fd377a585a000004e6d6b446', zstd: '28b52ffd04' };

for (const [compression, head] of Object.entries(heads) as [WritableCompression, string][]) {
  const skip = skipFor(compression);

  test(`${compression}: the same bytes give the same output, however they are cut`, { skip }, async () => {
    const whole = await gatherBytes(compress([content], compression));
    assert.equal(whole.toString('hex', 0, head.length / 2), head);
    for (const size of [10_000, 333_333]) {
      assert.ok(whole.equals(await gatherBytes(compress(cut(content, size), compression))), `pieces of ${size}`);
    }
    assert.ok(content.equals(await gatherBytes(decompress([whole]))));
  });

  test(`the ${compression} program reads what is written, and nothing as nothing`, { skip }, async () => {
    for (const bytes of [content, Buffer.alloc(0)]) {
      const input = await gatherBytes(compress([bytes], compression));
      const result = spawnSync(compression, ['-dc'], { input, maxBuffer: 1 << 28 });
      assert.equal(result.status, 0, result.stderr.toString());
      assert.ok(bytes.equals(result.stdout));
    }
  });

  test(`${compression} passes a failure of its source on, and releases it when the consumer stops`, {
    skip,
  }, async () => {
    let released = 0;
    async function* source(failing: boolean): AsyncGenerator<Uint8Array> {
      try {
        for (let round = 0; round < 20; round++) {
          yield content;
        }
        if (failing) {
          throw new Error('the disk is gone');
        }
      } finally {
        released++;
      }
    }
    await assert.rejects(gatherBytes(compress(source(true), compression)), /the disk is gone/);
    for await (const chunk of compress(source(false), compression)) {
      assert.ok(chunk.length > 0);
      break;
    }
    assert.equal(released, 2);
  });
}

test('without compression the bytes are passed through', async () => {
  assert.ok(content.equals(await gatherBytes(compress(cut(content, 1000), 'none'))));
});
