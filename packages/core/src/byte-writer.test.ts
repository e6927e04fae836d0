import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteWriter } from './byte-writer.ts';

test('numbers are written in their width and order, however small the buffer was', () => {
  const out = new ByteWriter(1).u8(1).u16le(0x203).u32le(0x4050607).u64le(0x8090a0b0c0d0e0fn);
  out.u16be(0x203).u32be(-1).u64be(5).zeros(1).align(8);
  assert.equal(
    out.finish().toString('hex'),
    '010302070605040f0e0d0c0b0a0908' + '0203ffffffff0000000000000005' + '000000',
  );
  assert.equal(out.length, 32);
});

test('bytes come out as they went in', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), (parts) => {
      const out = new ByteWriter(1);
      parts.forEach((part) => out.bytes(part));
      assert.ok(out.finish().equals(Buffer.concat(parts)));
    }),
  );
});
