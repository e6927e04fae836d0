import type { Chunks } from '@slipway/core';
import { BitReader, BitsExhausted } from './bit-reader.ts';
import { type Bzip2Block, readBzip2Block } from './bzip2-block.ts';
import { asBuffer } from './chunk-reader.ts';
import { damagedInput, truncatedInput } from './decoder-error.ts';
import { type DecompressionLimits, OutputLimit } from './output-limit.ts';

/** "BZh" before the level, the digits of pi before a block, those of its root before the end of a stream. */
const streamMagic = 0x425a68;
const blockMark = 0x314159265359;
const endMark = 0x177245385090;
const blockBytesPerLevel = 100_000;
/** What the largest block (900,001 symbols of 20 bits, their tables) can take compressed, generously. */
const largestBlockBytes = 3 << 20;
const outputBytes = 1 << 18;

/**
 * Decodes all streams of a .bz2 file. Memory: some 10 MB. Throws `FORMATS_TRUNCATED`, `FORMATS_BAD_COMPRESSION`,
 * `FORMATS_UNSUPPORTED` (randomised blocks) and `CORE_LIMIT`.
 */
export async function* decompressBzip2(source: Chunks, limits: DecompressionLimits = {}): AsyncGenerator<Uint8Array> {
  const limit = new OutputLimit(limits);
  const input = new BlockInput(limit.countIn(source));
  try {
    yield* limit.countOut(decodeStreams(input));
  } finally {
    await input.close();
  }
}

async function* decodeStreams(input: BlockInput): AsyncGenerator<Uint8Array> {
  do {
    await input.fill();
    const sizeLimit = input.decode(readLevel) * blockBytesPerLevel;
    let combined = 0;
    for (let mark = input.decode(readMark); mark !== endMark; mark = input.decode(readMark)) {
      await input.fill();
      const expected = input.decode((bits) => bits.readUint32());
      const checksum = yield* unrun(input.decode((bits) => readBzip2Block(bits, sizeLimit)));
      if (checksum !== expected) {
        throw damagedInput('bzip2', 'a block has another checksum');
      }
      combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
      await input.fill();
    }
    if (input.decode((bits) => bits.readUint32()) !== combined) {
      throw damagedInput('bzip2', 'the stream has another checksum');
    }
    input.decode((bits) => bits.alignToByte());
  } while (!(await input.isAtEnd()));
}

function readLevel(bits: BitReader): number {
  if (bits.read(24) !== streamMagic) {
    throw damagedInput('bzip2', 'other bytes stand where a stream begins');
  }
  const level = bits.read(8) - 0x30;
  if (level < 1 || level > 9) {
    throw damagedInput('bzip2', 'a stream has an unknown level');
  }
  return level;
}

function readMark(bits: BitReader): number {
  const mark = bits.readMark();
  if (mark !== blockMark && mark !== endMark) {
    throw damagedInput('bzip2', 'other bytes stand where a block begins');
  }
  return mark;
}

/** Gathers enough input for one whole block, so that blocks are decoded without waiting. */
class BlockInput {
  readonly #source: AsyncGenerator<Uint8Array>;
  readonly #bits = new BitReader();
  #ended = false;

  constructor(source: AsyncGenerator<Uint8Array>) {
    this.#source = source;
  }

  async fill(): Promise<void> {
    const pieces: Buffer[] = [];
    for (let have = this.#bits.restBytes; have < largestBlockBytes && !this.#ended; ) {
      const next = await this.#source.next();
      if (next.done === true) {
        this.#ended = true;
      } else {
        pieces.push(asBuffer(next.value));
        have += next.value.length;
      }
    }
    if (pieces.length > 0) {
      this.#bits.add(pieces);
    }
  }

  async isAtEnd(): Promise<boolean> {
    await this.fill();
    return this.#bits.restBytes === 0;
  }

  decode<T>(read: (bits: BitReader) => T): T {
    try {
      return read(this.#bits);
    } catch (cause) {
      if (cause instanceof BitsExhausted) {
        throw this.#ended ? truncatedInput('bzip2') : damagedInput('bzip2', 'a block is longer than any can be');
      }
      throw cause;
    }
  }

  async close(): Promise<void> {
    await this.#source.return(undefined);
  }
}

/** CRC-32 with the highest bit first, polynomial 0x04c11db7. */
const checksumTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) {
    value = value < 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  }
  return value;
});

/** Yields a block's content, in which after four equal bytes a count of more of them stands; returns its checksum. */
function* unrun({ chain, start }: Bzip2Block): Generator<Uint8Array, number> {
  let output = Buffer.allocUnsafe(outputBytes);
  let filled = 0;
  let checksum = -1;
  let [link, equal, last] = [start, 0, -1];
  for (let left = chain.length; left > 0; left--) {
    const step = chain[link] as number;
    const byte = step & 0xff;
    link = step >>> 8;
    const count = equal === 4 ? byte : 1;
    const value = equal === 4 ? last : byte;
    equal = equal === 4 ? 0 : byte === last ? equal + 1 : 1;
    last = equal === 0 ? -1 : byte;
    if (filled + count > outputBytes) {
      yield output.subarray(0, filled);
      output = Buffer.allocUnsafe(outputBytes);
      filled = 0;
    }
    for (let i = 0; i < count; i++) {
      output[filled++] = value;
      checksum = (checksum << 8) ^ (checksumTable[(checksum >>> 24) ^ value] as number);
    }
  }
  yield output.subarray(0, filled);
  return ~checksum >>> 0;
}
