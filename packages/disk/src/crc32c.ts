/** The Castagnoli polynomial, reflected (RFC 3720 appendix B.4). */
const polynomial = 0x82f63b78;

/** Table k gives the effect of a byte that is followed by k zero bytes, so that eight bytes go in one step. */
const tables = Array.from({ length: 8 }, () => new Uint32Array(256));
const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
  Uint32Array,
];

for (let byte = 0; byte < 256; byte++) {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) {
    crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  }
  t0[byte] = crc;
}
for (let table = 1; table < 8; table++) {
  for (let byte = 0; byte < 256; byte++) {
    const before = (tables[table - 1] as Uint32Array)[byte] as number;
    (tables[table] as Uint32Array)[byte] = (before >>> 8) ^ (t0[before & 0xff] as number);
  }
}

/**
 * The CRC register after `bytes`, begun at `crc`, without the final inversion: ext4 chains values this way. The
 * checksum of RFC 3720 is `~crc32c(bytes) >>> 0`.
 */
export function crc32c(bytes: Uint8Array, crc = 0xffffffff): number {
  let register = crc;
  let at = 0;
  for (const end = bytes.length - 7; at < end; at += 8) {
    register =
      (t7[(register ^ (bytes[at] as number)) & 0xff] as number) ^
      (t6[((register >>> 8) ^ (bytes[at + 1] as number)) & 0xff] as number) ^
      (t5[((register >>> 16) ^ (bytes[at + 2] as number)) & 0xff] as number) ^
      (t4[(register >>> 24) ^ (bytes[at + 3] as number)] as number) ^
      (t3[bytes[at + 4] as number] as number) ^
      (t2[bytes[at + 5] as number] as number) ^
      (t1[bytes[at + 6] as number] as number) ^
      (t0[bytes[at + 7] as number] as number);
  }
  for (; at < bytes.length; at++) {
    register = (register >>> 8) ^ (t0[(register ^ (bytes[at] as number)) & 0xff] as number);
  }
  return register >>> 0;
}
