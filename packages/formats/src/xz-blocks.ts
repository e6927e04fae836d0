import { SlipwayError } from '@slipway/core';
import type { Walk, WalkStep } from './byte-walk.ts';
import { damagedInput } from './decoder-error.ts';

/** xz -9 takes 64 MiB; what is larger only exhausts memory. rpm stops at 100 MiB for the decoder as a whole. */
const maxDictionaryBytes = 99 << 20;
const lzma2Filter = 0x21;
const streamHeaderBytes = 12;
const streamFooterBytes = 12;
/** Bytes of the check after each block, by check id (xz-file-format.txt section 2.1.1.2). */
const checkBytes = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

export function checkDictionary(format: 'xz' | 'lzma', sizeBytes: number): void {
  if (sizeBytes > maxDictionaryBytes) {
    throw new SlipwayError('FORMATS_UNSUPPORTED', `Cannot decompress ${format}: it needs a dictionary over 99 MiB`);
  }
}

/** Walks the blocks of all streams of an .xz file (xz-file-format.txt section 2) and checks their dictionaries. */
export function* walkXz(): Walk {
  for (let start = yield { look: streamHeaderBytes }; ; ) {
    if (start.toString('hex', 0, 7) !== 'fd377a585a0000') {
      throw damagedInput('xz', 'a stream does not begin with the magic bytes');
    }
    const check = checkBytes[(start[7] as number) & 0xf] as number;
    for (let sizeByte = yield* lookByte(); sizeByte !== 0; sizeByte = yield* lookByte()) {
      checkBlockHeader(yield { look: (sizeByte + 1) * 4 - 1 });
      const dataBytes = yield* walkLzma2();
      yield { pass: padding(dataBytes) + check };
    }
    yield* walkIndex();
    yield { pass: streamFooterBytes };
    // padding between streams is zeros in groups of four
    let next = yield { look: 4 };
    while (next.readUInt32LE(0) === 0) {
      next = yield { look: 4 };
    }
    start = Buffer.concat([next, yield { look: streamHeaderBytes - 4 }]);
  }
}

type Step<T> = Generator<WalkStep, T, Buffer>;

function* lookByte(): Step<number> {
  return (yield { look: 1 }).readUInt8(0);
}

/** Everything of a block header after its size byte: flags, optional sizes, filters (section 3.1). */
function checkBlockHeader(header: Buffer): void {
  const fields = new BlockHeader(header);
  const flags = fields.byte();
  for (const sizeFlag of [0x40, 0x80]) {
    if ((flags & sizeFlag) !== 0) {
      fields.integer();
    }
  }
  const filterCount = (flags & 3) + 1;
  for (let filter = 1; filter <= filterCount; filter++) {
    const id = fields.integer();
    const properties = fields.bytes(fields.integer());
    if (filter === filterCount) {
      checkLzma2(id, properties);
    }
  }
}

/** The dictionary size is 2 or 3 times a power of two (section 5.3.1). */
function checkLzma2(id: number, properties: Buffer): void {
  const bits = properties[0];
  if (id !== lzma2Filter || properties.length !== 1 || bits === undefined || bits > 40) {
    throw damagedInput('xz', 'the last filter of a block is not LZMA2');
  }
  checkDictionary('xz', (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11));
}

class BlockHeader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.bytes(1).readUInt8(0);
  }

  bytes(count: number): Buffer {
    this.#at += count;
    if (this.#at > this.#bytes.length) {
      throw damagedInput('xz', 'a block header is too short');
    }
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** Seven bits per byte, lowest first (section 1.2). */
  integer(): number {
    let value = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        return value;
      }
    }
    throw damagedInput('xz', 'an integer is too long');
  }
}

/** The chunks of one block to the end mark; their size in bytes. */
function* walkLzma2(): Step<number> {
  let total = 0;
  for (;;) {
    const control = yield* lookByte();
    total += 1;
    if (control === 0) {
      return total;
    }
    if (control < 0x80) {
      // stored: 1 and 2 only, size minus one in two bytes
      const size = (yield { look: 2 }).readUInt16BE(0) + 1;
      yield { pass: size };
      total += 2 + size;
    } else {
      const properties = control >= 0xc0 ? 1 : 0;
      const size = (yield { look: 4 }).readUInt16BE(2) + 1 + properties;
      yield { pass: size };
      total += 4 + size;
    }
  }
}

/** Number of records, two integers each, padding, CRC32 (section 4); the indicator byte was read. */
function* walkIndex(): Step<void> {
  const counter = { bytes: 1 };
  const records = yield* lookInteger(counter);
  for (let record = 0; record < records; record++) {
    yield* lookInteger(counter);
    yield* lookInteger(counter);
  }
  yield { pass: padding(counter.bytes) + 4 };
}

function* lookInteger(counter: { bytes: number }): Step<number> {
  let value = 0;
  for (let shift = 0; shift < 63; shift += 7) {
    const byte = yield* lookByte();
    counter.bytes += 1;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) {
      return value;
    }
  }
  throw damagedInput('xz', 'an integer is too long');
}

function padding(sizeBytes: number): number {
  return (4 - (sizeBytes % 4)) % 4;
}
