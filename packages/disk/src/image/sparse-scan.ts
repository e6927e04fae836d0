import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { SlipwayError } from '@slipway/core';
import type { BlockWriter } from '../block-writer.ts';
import type { ByteRange } from './extent-map.ts';

const chunkBytes = 1 << 20;
const zeros = Buffer.alloc(chunkBytes);

export interface SparseScan {
  readonly sizeBytes: number;
  /** Ascending, not overlapping; everything between them is taken as zeros without being read. */
  readonly ranges: Iterable<ByteRange>;
  /** Receives what was read, for a copy of the file. */
  readonly copyTo?: BlockWriter | undefined;
}

/** The SHA-256 state after the whole file, not yet finished: more bytes (a footer) can follow in a `copy()`. */
export async function hashSparseFile(path: string, scan: SparseScan): Promise<Hash> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    let position = 0;
    for await (const { offset, bytes } of readRanges(file, scan.ranges)) {
      hashZeros(hash, offset - position);
      hash.update(bytes);
      await scan.copyTo?.write(offset, bytes);
      position = offset + bytes.length;
    }
    hashZeros(hash, scan.sizeBytes - position);
  } finally {
    await file.close();
  }
  return hash;
}

function hashZeros(hash: Hash, count: number): void {
  for (let left = count; left > 0; left -= chunkBytes) {
    hash.update(left < chunkBytes ? zeros.subarray(0, left) : zeros);
  }
}

interface Piece {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Reads one chunk ahead, so that the kernel copies while the caller hashes. A piece is valid until the next one. */
async function* readRanges(file: FileHandle, ranges: Iterable<ByteRange>): AsyncGenerator<Piece> {
  let buffer = Buffer.allocUnsafeSlow(chunkBytes);
  let spare = Buffer.allocUnsafeSlow(chunkBytes);
  let ahead: Promise<Piece> | undefined;
  for (const { offset, sizeBytes } of chunksOf(ranges)) {
    const current = await ahead;
    ahead = readExactly(file, offset, buffer.subarray(0, sizeBytes));
    ahead.catch(() => undefined); // thrown where it is awaited
    [buffer, spare] = [spare, buffer];
    if (current !== undefined) {
      yield current;
    }
  }
  if (ahead !== undefined) {
    yield await ahead;
  }
}

function* chunksOf(ranges: Iterable<ByteRange>): Generator<ByteRange> {
  for (const { offset, sizeBytes } of ranges) {
    for (let done = 0; done < sizeBytes; done += chunkBytes) {
      yield { offset: offset + done, sizeBytes: Math.min(chunkBytes, sizeBytes - done) };
    }
  }
}

async function readExactly(file: FileHandle, offset: number, bytes: Buffer): Promise<Piece> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
    if (bytesRead === 0) {
      throw new SlipwayError('CORE_FILE_ACCESS', `Cannot read a disk image: it ends at ${offset + done}`);
    }
    done += bytesRead;
  }
  return { offset, bytes };
}
