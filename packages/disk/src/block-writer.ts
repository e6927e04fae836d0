import { open } from 'node:fs/promises';
import { replaceAtomically, SlipwayError } from '@slipway/core';

/**
 * A random-access sink for one disk or partition; offsets and lengths in bytes. Regions never written read as zeros
 * (holes). A region is written once: nothing relies on the order of overlapping writes. Calls do not overlap: the bytes
 * belong to the caller again, and the next call may begin, when the promise is resolved.
 */
export interface BlockWriter {
  write(offset: number, bytes: Uint8Array): Promise<void>;
}

/** The part of `writer` that begins at `start`, for example a partition. Writing outside of it is a bug of the caller. */
export function windowOf(writer: BlockWriter, start: number, sizeBytes: number): BlockWriter {
  return {
    write(offset, bytes) {
      if (offset < 0 || offset + bytes.length > sizeBytes) {
        throw new SlipwayError('CORE_BUG', `write of ${bytes.length} bytes at ${offset} outside of ${sizeBytes} bytes`);
      }
      return writer.write(start + offset, bytes);
    },
  };
}

/**
 * Writes the sparse file `path` of exactly `sizeBytes`, whole or not at all (temporary name, fsync, rename).
 * Throws `CORE_DISK_FULL` or `CORE_FILE_ACCESS`.
 */
export async function writeBlockFile(
  path: string,
  sizeBytes: number,
  fill: (out: BlockWriter) => Promise<void>,
): Promise<void> {
  await replaceAtomically(path, async (temporary) => {
    const out = await FileBlockWriter.create(temporary, sizeBytes);
    try {
      await fill(out);
    } catch (cause) {
      await out.abandon();
      throw cause;
    }
    await out.close();
  });
}

/** Bytes of one batch: large enough that the cost of a system call is small against copying it. */
const batchBytes = 1 << 20;
/** The block of common file systems: a smaller hole saves nothing. */
const holeBytes = 4096;
const zeros = Buffer.alloc(holeBytes);

type FileHandle = Awaited<ReturnType<typeof open>>;

/**
 * A sparse file: all-zero 4 KiB blocks are not written, neighbouring writes go out together, and the next batch fills
 * while the one before is on its way to the kernel. Nothing is on disk before `close`.
 */
export class FileBlockWriter implements BlockWriter {
  readonly #file: FileHandle;
  readonly #sizeBytes: number;
  #batch = Buffer.allocUnsafeSlow(batchBytes);
  #spare = Buffer.allocUnsafeSlow(batchBytes);
  #batchOffset = 0;
  #batchLength = 0;
  #flushing: Promise<void> = Promise.resolve();

  private constructor(file: FileHandle, sizeBytes: number) {
    this.#file = file;
    this.#sizeBytes = sizeBytes;
  }

  /** A new file at exactly `path` (which must not exist): the caller renames it, or uses `writeBlockFile`. */
  static async create(path: string, sizeBytes: number): Promise<FileBlockWriter> {
    const file = await open(path, 'wx+', 0o644);
    try {
      await file.truncate(sizeBytes);
    } catch (cause) {
      await file.close();
      throw cause;
    }
    return new FileBlockWriter(file, sizeBytes);
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    if (offset < 0 || offset + bytes.length > this.#sizeBytes) {
      throw new SlipwayError('CORE_BUG', `write of ${bytes.length} bytes at ${offset} outside of the file`);
    }
    if (offset !== this.#batchOffset + this.#batchLength) {
      await this.#startFlush();
      this.#batchOffset = offset;
    }
    for (let done = 0; done < bytes.length; ) {
      if (this.#batchLength === batchBytes) {
        await this.#startFlush();
      }
      const count = Math.min(bytes.length - done, batchBytes - this.#batchLength);
      this.#batch.set(
        done === 0 && count === bytes.length ? bytes : bytes.subarray(done, done + count),
        this.#batchLength,
      );
      this.#batchLength += count;
      done += count;
    }
  }

  /** Writes what is left and waits until it is on disk; the file then has `sizeBytes`, for content that took less. */
  async close(sizeBytes = this.#sizeBytes): Promise<void> {
    try {
      await this.#startFlush();
      await this.#flushing;
      if (sizeBytes < this.#sizeBytes) {
        await this.#file.truncate(sizeBytes);
      }
      await this.#file.sync();
    } finally {
      await this.#file.close();
    }
  }

  /** Closes the file after a failure; its content is undefined. */
  async abandon(): Promise<void> {
    await this.#flushing.catch(() => undefined);
    await this.#file.close();
  }

  /** Hands the batch over once the one before has been written; its failure surfaces with the next call. */
  async #startFlush(): Promise<void> {
    await this.#flushing;
    if (this.#batchLength === 0) {
      return;
    }
    const full = this.#batch;
    this.#flushing = this.#writeNonZero(this.#batchOffset, full.subarray(0, this.#batchLength));
    // Marks the rejection as seen: it is thrown where the promise is awaited next.
    this.#flushing.catch(() => undefined);
    this.#batch = this.#spare;
    this.#spare = full;
    this.#batchOffset += this.#batchLength;
    this.#batchLength = 0;
  }

  async #writeNonZero(offset: number, bytes: Buffer): Promise<void> {
    for (const { start, end } of nonZeroRuns(offset, bytes)) {
      for (let done = start; done < end; ) {
        done += (await this.#file.write(bytes, done, end - done, offset + done)).bytesWritten;
      }
    }
  }
}

/** The parts of `bytes` between all-zero blocks; blocks are aligned in the file, where `bytes` begin at `offset`. */
function* nonZeroRuns(offset: number, bytes: Buffer): Generator<{ start: number; end: number }> {
  let start = -1;
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + holeBytes - ((offset + at) % holeBytes), bytes.length);
    if (isZero(bytes, at, end)) {
      if (start >= 0) {
        yield { start, end: at };
      }
      start = -1;
    } else if (start < 0) {
      start = at;
    }
    at = end;
  }
  if (start >= 0) {
    yield { start, end: bytes.length };
  }
}

function isZero(bytes: Buffer, start: number, end: number): boolean {
  return bytes[start] === 0 && zeros.compare(bytes, start, end, 0, end - start) === 0;
}
