import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { crc32, zstdCompressSync } from 'node:zlib';
import { type Chunks, SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { decompress, detectCompression } from './decompress.ts';
import { gatherBytes } from './gather-bytes.ts';
import { compressGzip, decompressGzip } from './gzip.ts';
import { decompressLzma, decompressXz } from './xz.ts';
import { compressZstd, compressZstdSync, decompressZstd, decompressZstdSync } from './zstd.ts';

function filter(program: string, input: Uint8Array, args: string[]): Buffer {
  const result = spawnSync(program, args, { input, maxBuffer: 1 << 28 });
  assert.equal(result.status, 0, `${program}: ${result.stderr}`);
  return result.stdout;
}

function skipWithout(program: string): { skip: string | false } {
  return { skip: spawnSync(program, ['--version']).status === 0 ? false : `${program} is not installed` };
}

const nativeXz = await gatherBytes(decompressXz([Buffer.alloc(1)])).then(
  () => true,
  (error) => error.code !== 'FORMATS_XZ_MISSING',
);
const needsXz = { skip: nativeXz ? skipWithout('xz').skip : 'the native library of @napi-rs/lzma is not installed' };

function* cut(bytes: Uint8Array, sizeBytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) {
    yield bytes.subarray(at, at + sizeBytes);
  }
}

function sample(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at < sizeBytes; at++) {
    bytes[at] = (Math.imul(at, 2654435761) >>> 28) + ((at >> 13) & 31);
  }
  return bytes;
}

function fails(code: string) {
  return (error: unknown) => error instanceof SlipwayError && error.code === code;
}

const skippable = Buffer.concat([Buffer.from('532a4d1805000000', 'hex'), Buffer.from('notes')]);

test('zstd reads every frame and passes over skippable ones, however the input is cut', async () => {
  const content = sample(3_000_000);
  const frames = [skippable, zstdCompressSync(content), skippable, zstdCompressSync(Buffer.from('tail')), skippable];
  const stream = Buffer.concat(frames);
  const expected = Buffer.concat([content, Buffer.from('tail')]);
  assert.deepEqual(decompressZstdSync(stream), expected);
  for (const size of [1, 7, 4096, stream.length]) {
    assert.ok(expected.equals(await gatherBytes(decompressZstd(cut(stream, size)))), `pieces of ${size}`);
  }
});

test('zstd frames of every header form are walked to their end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.uint8Array({ maxLength: 70_000 }), fc.boolean(), fc.integer({ min: 1, max: 6 }))),
      fc.integer({ min: 1, max: 5000 }),
      async (parts, size) => {
        const frames = parts.map(([bytes, checksum, level]) => compressZstdSync(bytes, { level, checksum }));
        const stream = Buffer.concat([skippable, ...frames]);
        const expected = Buffer.concat(parts.map(([bytes]) => bytes));
        assert.deepEqual(await gatherBytes(decompressZstd(cut(stream, size))), expected);
        assert.deepEqual(decompressZstdSync(stream), expected);
      },
    ),
    { numRuns: 30 },
  );
});

test('zstd output depends on the bytes and not on the pieces they come in', async () => {
  const content = sample(2_500_000);
  const whole = await gatherBytes(compressZstd([content], { level: 3 }));
  for (const size of [999, 65_536, 1 << 20]) {
    assert.ok(whole.equals(await gatherBytes(compressZstd(cut(content, size), { level: 3 }))), `pieces of ${size}`);
  }
});

test('zstd writes the announced content size and refuses another', async () => {
  const content = sample(100_000);
  const sized = await gatherBytes(compressZstd([content], { level: 3, contentSizeBytes: content.length }));
  assert.equal(sized.readUInt32LE(4 + 1), content.length);
  await assert.rejects(
    gatherBytes(compressZstd([content], { level: 3, contentSizeBytes: 99_999 })),
    fails('FORMATS_BAD_COMPRESSION'),
  );
});

test('the zstd program reads our frames and we read its', skipWithout('zstd'), async () => {
  const content = sample(1_500_000);
  const ours = await gatherBytes(compressZstd(cut(content, 10_000), { level: 5 }));
  assert.ok(content.equals(filter('zstd', ours, ['-dc'])));
  const theirs = filter('zstd', content, ['-c', '-9', '--long=27']);
  assert.ok(content.equals(await gatherBytes(decompressZstd([theirs]))));
});

test('gzip output has no time, names no system and is readable', skipWithout('gzip'), async () => {
  const content = sample(1_200_000);
  const ours = await gatherBytes(compressGzip(cut(content, 4321), { level: 9 }));
  assert.equal(ours.toString('hex', 0, 10), '1f8b08000000000002ff');
  assert.ok(content.equals(filter('gzip', ours, ['-dc'])));
  const members = Buffer.concat([ours, filter('gzip', Buffer.from('second'), ['-c'])]);
  assert.ok(
    Buffer.concat([content, Buffer.from('second')]).equals(await gatherBytes(decompressGzip(cut(members, 77)))),
  );
});

test('xz reads several streams, padding, BCJ filters and SHA-256 checks', needsXz, async () => {
  const content = sample(900_000);
  const one = filter('xz', content, ['-c', '--check=sha256', '--x86', '--lzma2']);
  const two = filter('xz', Buffer.from('second'), ['-c', '-0']);
  const expected = Buffer.concat([content, Buffer.from('second')]);
  const decoded = await gatherBytes(decompressXz(cut(Buffer.concat([one, Buffer.alloc(4), two]), 1000)));
  assert.ok(expected.equals(decoded));
  assert.ok(content.equals(await gatherBytes(decompressLzma([filter('xz', content, ['-c', '--format=lzma'])]))));
});

test(
  'an xz block or an lzma file that asks for gigabytes of dictionary is refused, in any block',
  needsXz,
  async () => {
    const small = filter('xz', Buffer.from('first'), ['-c', '-0', '--block-size=2']);
    const greedy = Buffer.from(filter('xz', Buffer.from('second'), ['-c', '-0']));
    const headerEnd = 12 + ((greedy[12] as number) + 1) * 4;
    // block header: size, flags, filter id, size of properties, dictionary; 40 stands for 4 GiB
    assert.deepEqual([...greedy.subarray(13, 16)], [0, 0x21, 1]);
    greedy[16] = 40;
    greedy.writeUInt32LE(crc32(greedy.subarray(12, headerEnd - 4)), headerEnd - 4);
    for (const stream of [
      greedy,
      Buffer.concat([small, greedy]),
      Buffer.concat([small, Buffer.alloc(8), small, greedy]),
    ]) {
      for (const pieces of [1, 5, stream.length]) {
        await assert.rejects(gatherBytes(decompressXz(cut(stream, pieces))), fails('FORMATS_UNSUPPORTED'));
      }
    }
    const alone = Buffer.from(filter('xz', Buffer.from('third'), ['-c', '--format=lzma']));
    alone.writeUInt32LE(0xffffffff, 1);
    await assert.rejects(gatherBytes(decompressLzma([alone])), fails('FORMATS_UNSUPPORTED'));
  },
);

test('xz files of every check, block size and chunk kind are walked to their end', needsXz, async () => {
  const content = Buffer.concat([sample(200_000), randomBytes(150_000)]);
  for (const options of [
    ['--check=none'],
    ['--check=crc32', '--block-size=50000'],
    ['--check=sha256', '-T2', '--block-size=70000'],
    ['--delta=dist=4', '--lzma2=preset=1'],
  ]) {
    const packed = filter('xz', content, ['-c', ...options]);
    assert.ok(content.equals(await gatherBytes(decompressXz(cut(Buffer.concat([packed]), 997)))), options.join(' '));
    const twice = await gatherBytes(decompressXz([Buffer.concat([packed, packed])]));
    assert.equal(twice.length, 2 * content.length);
  }
});

const encoders: Record<string, { readonly skip: string | false; encode(bytes: Buffer): Buffer }> = {
  zstd: { skip: false, encode: (bytes) => compressZstdSync(bytes, { level: 3 }) },
  gzip: { ...skipWithout('gzip'), encode: (bytes) => filter('gzip', bytes, ['-c']) },
  xz: { ...needsXz, encode: (bytes) => filter('xz', bytes, ['-c']) },
};

for (const [format, { skip, encode }] of Object.entries(encoders)) {
  test(`${format} is detected; truncated input, garbage after the end and changed bytes are errors`, {
    skip,
  }, async () => {
    const content = sample(300_000);
    const packed = encode(content);
    assert.equal(detectCompression(packed), format);
    assert.ok(content.equals(await gatherBytes(decompress(cut(packed, 1001)))));
    for (const end of [0, 1, 5, 20, packed.length >> 1, packed.length - 1]) {
      const decoding = gatherBytes(decompress([packed.subarray(0, end)], { compression: format as 'zstd' }));
      await assert.rejects(decoding, fails('FORMATS_TRUNCATED'), `cut at ${end}`);
    }
    const garbage = Buffer.concat([packed, Buffer.from('garbage')]);
    await assert.rejects(gatherBytes(decompress([garbage])), fails('FORMATS_BAD_COMPRESSION'));
    const changed = Buffer.from(packed);
    changed[changed.length >> 1] = (changed[changed.length >> 1] as number) ^ 0x55;
    await assert.rejects(gatherBytes(decompress([changed])), (error) => error instanceof SlipwayError);
  });

  test(`${format} stops at the output limits`, { skip }, async () => {
    const packed = encode(Buffer.alloc(100_000_000));
    await assert.rejects(gatherBytes(decompress([packed], { maxBytes: 1_000_000 })), fails('CORE_LIMIT'));
    await assert.rejects(gatherBytes(decompress([packed], { maxRatio: 100 })), fails('CORE_LIMIT'));
  });

  test(`${format} passes a failure of its source on and releases it when the consumer stops`, { skip }, async () => {
    const packed = encode(sample(5_000_000));
    let released = 0;
    async function* source(failing: boolean): Chunks & AsyncGenerator<Uint8Array> {
      try {
        yield packed.subarray(0, packed.length >> 1);
        if (failing) {
          throw new Error('the disk is gone');
        }
        yield packed.subarray(packed.length >> 1);
      } finally {
        released++;
      }
    }
    await assert.rejects(gatherBytes(decompress(source(true))), /the disk is gone/);
    for await (const chunk of decompress(source(false))) {
      assert.ok(chunk.length > 0);
      break;
    }
    assert.equal(released, 2);
  });
}

test('bytes of no known compression are unsupported', async () => {
  await assert.rejects(gatherBytes(decompress([Buffer.from('plain text')])), fails('FORMATS_UNSUPPORTED'));
  const plain = await gatherBytes(decompress([Buffer.from('pl'), Buffer.from('ain')], { compression: 'none' }));
  assert.equal(plain.toString(), 'plain');
});

test('random bytes never decompress to anything but a coded error or content', async () => {
  const heads = [
    '28b52ffd',
    '502a4d18',
    '1f8b08',
    '425a6839314159265359',
    ...(nativeXz ? ['fd377a585a00', '5d00008000'] : []),
  ];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...heads), fc.uint8Array({ maxLength: 200 }), async (head, tail) => {
      const input = Buffer.concat([Buffer.from(head, 'hex'), tail]);
      await gatherBytes(decompress([input], { maxBytes: 1 << 20 })).catch((error) => {
        assert.ok(error instanceof SlipwayError, String(error));
      });
    }),
    { numRuns: 150 },
  );
});
