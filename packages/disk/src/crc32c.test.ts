import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { crc32c } from './crc32c.ts';

test('crc32c gives the values of RFC 3720 appendix B.4', () => {
  const checksum = (bytes: Uint8Array) => ~crc32c(bytes) >>> 0;
  assert.equal(checksum(Buffer.alloc(32)), 0x8a9136aa);
  assert.equal(checksum(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  assert.equal(checksum(Buffer.from(Array.from({ length: 32 }, (_, index) => index))), 0x46dd794e);
  assert.equal(checksum(Buffer.from('123456789')), 0xe3069283);
});

test('crc32c of parts chains to crc32c of the whole', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(100), (bytes, split) => {
      assert.equal(crc32c(bytes.subarray(split), crc32c(bytes.subarray(0, split))), crc32c(bytes));
    }),
  );
});
