import { type FileHandle, open } from 'node:fs/promises';
import { SlipwayError } from '@slipway/core';
import { type ByteRange, ExtentMap } from './extent-map.ts';
import type { DiskExtents } from './format-plan.ts';

const chunkBytes = 1 << 20;

/** A part of a file; valid until the next one is asked for. */
export interface Piece {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** The ranges of a file in pieces, one read ahead, so that the kernel copies while the caller works. */
export async function* readRanges(path: string, ranges: Iterable<ByteRange>): AsyncGenerator<Piece> {
  const file = await open(path, 'r');
  let ahead: Promise<Piece> | undefined;
  try {
    let buffer = Buffer.allocUnsafeSlow(chunkBytes);
    let spare = Buffer.allocUnsafeSlow(chunkBytes);
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
  } finally {
    await ahead?.catch(() => undefined);
    await file.close();
  }
}

/** The 4 KiB blocks of a raw disk that hold anything but zeros, found by reading all of it. */
export async function findExtents(path: string, sizeBytes: number): Promise<DiskExtents> {
  const extents = new ExtentMap(sizeBytes);
  for await (const { offset, bytes } of readRanges(path, [{ offset: 0, sizeBytes }])) {
    extents.mark(offset, bytes);
  }
  return { sizeBytes, ranges: [...extents.ranges()] };
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
