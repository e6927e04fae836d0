import {
  constants,
  createZstdCompress,
  createZstdDecompress,
  type ZstdOptions,
  zstdCompressSync,
  zstdDecompressSync,
} from 'node:zlib';
import type { Chunks } from '@slipway/core';
import { ByteWalk } from './byte-walk.ts';
import { asBuffer, ChunkReader } from './chunk-reader.ts';
import { damagedInput, decoderError, truncatedInput } from './decoder-error.ts';
import { type DecompressionLimits, OutputLimit } from './output-limit.ts';
import { bufferFor, chunkBytes, inputBytes, rechunk } from './rechunk.ts';
import { transformChunks } from './transform-chunks.ts';
import { isSkippableMagic, isZstdMagic, walkZstdFrame } from './zstd-frame.ts';

export interface ZstdCompression {
  /** 1 to 22; zstd's own default is 3. */
  readonly level: number;
  /** Written into the frame header when given; another amount of input is an error. */
  readonly contentSizeBytes?: number;
  /** Whether the frame ends with an XXH64 of the content; on by default. */
  readonly checksum?: boolean;
}

/** For small inputs in memory: what is larger belongs into a stream. */
const defaultSyncMaxBytes = 1 << 30;

/**
 * Decodes every frame of a zstd stream and passes over skippable frames (RFC 8878 section 3.1): node:zlib alone stops
 * after the first. Throws `FORMATS_TRUNCATED`, `FORMATS_BAD_COMPRESSION`, `FORMATS_UNSUPPORTED` (window over 128 MiB)
 * and `CORE_LIMIT`.
 */
export async function* decompressZstd(source: Chunks, limits: DecompressionLimits = {}): AsyncGenerator<Uint8Array> {
  const limit = new OutputLimit(limits);
  const reader = new ChunkReader(rechunk(limit.countIn(source), inputBytes), 'zstd');
  try {
    let magic = await peekMagic(reader);
    if (magic === undefined) {
      throw truncatedInput('zstd');
    }
    for (; magic !== undefined; magic = await peekMagic(reader)) {
      if (isSkippableMagic(magic.readUInt32LE(0))) {
        await drain(frameBytes(reader, magic));
      } else {
        yield* limit.countOut(decodeFrame(frameBytes(reader, magic), limits.maxBytes));
      }
    }
  } finally {
    await reader.close();
  }
}

/** As `decompressZstd`, for bytes in memory; 1 GiB of output unless `maxBytes` says otherwise. */
export function decompressZstdSync(bytes: Uint8Array, limits: DecompressionLimits = {}): Buffer {
  const limit = new OutputLimit(limits);
  const parts: Buffer[] = [];
  let left = limits.maxBytes ?? defaultSyncMaxBytes;
  for (const frame of splitFrames(asBuffer(bytes))) {
    limit.takeIn(frame.length);
    if (!isSkippableMagic(frame.readUInt32LE(0))) {
      const part = decodeFrameSync(frame, left);
      limit.giveOut(part.length);
      left -= part.length;
      parts.push(part);
    }
  }
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

/** One frame. The output depends on the bytes and the settings, not on how `source` cuts them. */
export async function* compressZstd(source: Chunks, settings: ZstdCompression): AsyncGenerator<Uint8Array> {
  try {
    yield* transformChunks(rechunk(source), createZstdCompress(compressionOptions(settings)));
  } catch (cause) {
    throw decoderError('zstd', cause);
  }
}

export function compressZstdSync(bytes: Uint8Array, settings: ZstdCompression): Buffer {
  return zstdCompressSync(bytes, compressionOptions({ contentSizeBytes: bytes.length, ...settings }));
}

function compressionOptions(settings: ZstdCompression): ZstdOptions {
  return {
    chunkSize: bufferFor(settings.contentSizeBytes),
    params: {
      [constants.ZSTD_c_compressionLevel]: settings.level,
      [constants.ZSTD_c_checksumFlag]: settings.checksum === false ? 0 : 1,
    },
    ...(settings.contentSizeBytes === undefined ? {} : { pledgedSrcSize: settings.contentSizeBytes }),
  };
}

async function peekMagic(reader: ChunkReader): Promise<Buffer | undefined> {
  const magic = Buffer.from(await reader.takeUpTo(4));
  if (magic.length === 0) {
    return undefined;
  }
  if (magic.length < 4) {
    throw truncatedInput('zstd');
  }
  if (!isZstdMagic(magic.readUInt32LE(0))) {
    throw damagedInput('zstd', `bytes that are no frame at offset ${reader.offset - 4}`);
  }
  return magic;
}

async function* decodeFrame(frame: AsyncIterable<Uint8Array>, maxBytes?: number): AsyncGenerator<Uint8Array> {
  const decoder = createZstdDecompress({ chunkSize: bufferFor(maxBytes), rejectGarbageAfterEnd: true });
  try {
    yield* transformChunks(frame, decoder);
  } catch (cause) {
    throw decoderError('zstd', cause);
  }
}

function decodeFrameSync(frame: Buffer, maxBytes: number): Buffer {
  try {
    return zstdDecompressSync(frame, { rejectGarbageAfterEnd: true, maxOutputLength: Math.max(maxBytes, 1) });
  } catch (cause) {
    throw decoderError('zstd', cause);
  }
}

/** The bytes of the frame that begins with `magic` (already consumed), in the pieces in which they come. */
async function* frameBytes(reader: ChunkReader, magic: Buffer): AsyncGenerator<Uint8Array> {
  yield magic;
  const walk = new ByteWalk(walkZstdFrame());
  walk.advance(magic);
  while (!walk.done) {
    const piece = await reader.some(chunkBytes);
    if (piece === undefined) {
      throw truncatedInput('zstd');
    }
    const used = walk.advance(piece);
    reader.unread(piece.length - used);
    yield piece.subarray(0, used);
  }
}

function* splitFrames(bytes: Buffer): Generator<Buffer> {
  if (bytes.length === 0) {
    throw truncatedInput('zstd');
  }
  for (let at = 0; at < bytes.length; ) {
    const walk = new ByteWalk(walkZstdFrame());
    const used = walk.advance(bytes.subarray(at));
    if (!walk.done) {
      throw truncatedInput('zstd');
    }
    yield bytes.subarray(at, at + used);
    at += used;
  }
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}
