import type { lzma, xz } from '@napi-rs/lzma';
import { type Chunks, SlipwayError } from '@slipway/core';
import { ByteWalk } from './byte-walk.ts';
import { asBuffer, ChunkReader } from './chunk-reader.ts';
import { damagedInput, truncatedInput } from './decoder-error.ts';
import { type DecompressionLimits, OutputLimit } from './output-limit.ts';
import { inputBytes, rechunk } from './rechunk.ts';
import { checkDictionary, walkXz } from './xz-blocks.ts';

/**
 * Decodes all streams of an .xz file. Throws `FORMATS_TRUNCATED`, `FORMATS_BAD_COMPRESSION`, `FORMATS_UNSUPPORTED`
 * (a dictionary over 99 MiB), `FORMATS_XZ_MISSING` and `CORE_LIMIT`.
 */
export function decompressXz(source: Chunks, limits: DecompressionLimits = {}): AsyncGenerator<Uint8Array> {
  return decode('xz', checkXzBlocks(source), limits);
}

/** The decoder takes whatever dictionary a block asks for (up to 4 GiB): the block headers are looked at before it. */
async function* checkXzBlocks(source: Chunks): AsyncGenerator<Uint8Array> {
  const walk = new ByteWalk(walkXz());
  for await (const chunk of source) {
    walk.advance(asBuffer(chunk));
    yield chunk;
  }
}

/** Decodes the older .lzma ("lzma alone") format; errors as `decompressXz`. */
export async function* decompressLzma(source: Chunks, limits: DecompressionLimits = {}): AsyncGenerator<Uint8Array> {
  const reader = new ChunkReader(source, 'lzma');
  try {
    const header = Buffer.from(await reader.takeUpTo(lzmaHeaderBytes));
    checkLzmaHeader(header);
    yield* decode('lzma', chain(header, reader), limits);
  } finally {
    await reader.close();
  }
}

/** Properties, dictionary size (LE 32), content size (LE 64): lzma-file-format.txt section 1.1. */
const lzmaHeaderBytes = 13;

function checkLzmaHeader(header: Buffer): void {
  if (header.length < lzmaHeaderBytes) {
    throw truncatedInput('lzma');
  }
  if (header.readUInt8(0) >= 9 * 5 * 5) {
    throw damagedInput('lzma', 'properties out of range');
  }
  checkDictionary('lzma', header.readUInt32LE(1));
}

async function* chain(first: Buffer, reader: ChunkReader): AsyncGenerator<Uint8Array> {
  yield first;
  for (let piece = await reader.some(Infinity); piece !== undefined; piece = await reader.some(Infinity)) {
    yield piece;
  }
}

/**
 * One .xz stream of one block, with a CRC64. The output depends on the bytes and the preset (0 to 9), not on how
 * `source` cuts them. Throws `FORMATS_XZ_MISSING`.
 */
export async function* compressXz(source: Chunks, { preset = 6 } = {}): AsyncGenerator<Uint8Array> {
  const codec = (await loadNative()).xz;
  const input = new SourceStream(rechunk(source, inputBytes));
  try {
    yield* codec.compressStream(input.readable, { preset });
  } catch (cause) {
    throw input.failure ?? cause;
  } finally {
    await input.close();
  }
}

async function* decode(format: 'xz' | 'lzma', source: Chunks, limits: DecompressionLimits): AsyncGenerator<Uint8Array> {
  const codec = (await loadNative())[format];
  const limit = new OutputLimit(limits);
  const input = new SourceStream(limit.countIn(source));
  const output = codec.decompressStream(input.readable);
  try {
    yield* limit.countOut(output);
  } catch (cause) {
    throw input.failure ?? nativeError(format, cause);
  } finally {
    await input.close();
  }
}

interface Native {
  readonly xz: typeof xz;
  readonly lzma: typeof lzma;
}

/** Loaded when first needed: the codec is a native library, and most of Slipway works without it. */
async function loadNative(): Promise<Native> {
  try {
    return await import('@napi-rs/lzma');
  } catch (cause) {
    throw new SlipwayError('FORMATS_XZ_MISSING', 'Cannot read or write xz: the native library does not load', {
      hint: 'install the dependencies again with Node 24 (an older npm run skips the native library of @napi-rs/lzma)',
      cause,
    });
  }
}

/** The library reports every failure as `InvalidArg`; only its text tells truncated from damaged. */
function nativeError(format: string, cause: unknown): unknown {
  if (cause instanceof SlipwayError || !(cause instanceof Error)) {
    return cause;
  }
  return /fill whole buffer|unexpected end/i.test(cause.message)
    ? truncatedInput(format, cause)
    : damagedInput(format, cause.message, cause);
}

/** Chunks as the web stream that the library reads; keeps the source's own failure, which the library would reword. */
class SourceStream {
  readonly readable: ReadableStream<Uint8Array>;
  readonly #iterator: AsyncGenerator<Uint8Array>;
  failure: unknown;
  #closed = false;

  constructor(source: AsyncGenerator<Uint8Array>) {
    this.#iterator = source;
    this.readable = new ReadableStream<Uint8Array>(
      { pull: (controller) => this.#pull(controller), cancel: () => this.close() },
      { highWaterMark: 0 },
    );
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const next = await this.#iterator.next();
      if (next.done === true) {
        controller.close();
      } else {
        controller.enqueue(next.value);
      }
    } catch (cause) {
      this.failure = cause;
      controller.error(cause);
    }
  }

  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      await this.#iterator.return(undefined);
    }
  }
}
