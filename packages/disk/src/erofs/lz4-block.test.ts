import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Lz4Compressor } from './lz4-block.ts';

/** Straight from lz4_Block_format.md; every offset and length is checked. */
function decode(block: Uint8Array): Buffer {
  const out: number[] = [];
  let at = 0;
  const count = (nibble: number) => {
    let sum = nibble;
    for (let more = nibble === 15; more; ) {
      const byte = block[at++] as number;
      sum += byte;
      more = byte === 255;
    }
    return sum;
  };
  for (;;) {
    const token = block[at++] as number;
    for (let left = count(token >> 4); left > 0; left--) {
      out.push(block[at++] as number);
    }
    assert.ok(at <= block.length);
    if (at === block.length) {
      assert.equal(token & 15, 0);
      return Buffer.from(out);
    }
    const distance = (block[at] as number) | ((block[at + 1] as number) << 8);
    at += 2;
    assert.ok(distance > 0 && distance <= out.length);
    for (let left = count(token & 15) + 4; left > 0; left--) {
      out.push(out[out.length - distance] as number);
    }
  }
}

const pieces = fc.oneof(
  fc.tuple(fc.nat(255), fc.nat(2000)).map(([byte, length]) => Buffer.alloc(length, byte)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(3000))
    .map(([unit, length]) => Buffer.alloc(length, unit)),
);
const inputs = fc
  .tuple(fc.array(pieces, { maxLength: 30 }), fc.integer({ min: 1, max: 3 }))
  .map(([parts, times]) => Buffer.concat(Array.from({ length: times }, () => parts).flat()));

test('what was compressed is decoded to what it was, and the same bytes each time', () => {
  const lz4 = new Lz4Compressor(1 << 20);
  fc.assert(
    fc.property(inputs, (input) => {
      const block = Buffer.from(lz4.compress(input, 1 << 20) as Uint8Array);
      assert.deepEqual(decode(block), input);
      assert.deepEqual(Buffer.from(new Lz4Compressor(1 << 20).compress(input, 1 << 20) as Uint8Array), block);
    }),
  );
});

test('the last match ends five bytes before the end, and none begins in the last twelve', () => {
  const lz4 = new Lz4Compressor(1000);
  for (let length = 1; length < 60; length++) {
    const block = lz4.compress(Buffer.alloc(length, 'a'), 1000) as Uint8Array;
    const lastLiterals = length < 13 ? length : 5;
    assert.deepEqual(Buffer.from(block.subarray(block.length - lastLiterals)), Buffer.alloc(lastLiterals, 'a'));
    assert.equal(block.length > length, length < 13, `${length} bytes`);
  }
});

test('output beyond the limit is given up, within it the block is whole', () => {
  const lz4 = new Lz4Compressor(1 << 20);
  fc.assert(
    fc.property(inputs, fc.nat(4000), (input, limit) => {
      const whole = Buffer.from(lz4.compress(input, 1 << 20) as Uint8Array);
      const limited = lz4.compress(input, limit);
      if (limited === undefined) {
        assert.ok(whole.length + 4 > limit);
      } else {
        assert.ok(limited.length <= limit);
        assert.deepEqual(Buffer.from(limited), whole);
      }
    }),
  );
});
