import { open } from 'node:fs/promises';
import { fileError } from './files.ts';

export interface FileRange {
  /** First byte; default 0. */
  readonly start?: number;
}

/** Bytes of one read: a larger one gains nothing, and short files do not pay for a long buffer. */
const readBytes = 1 << 18;
/** What is not known to be short: files that grow while they are read. */
const leastBytes = 1 << 12;

/**
 * The bytes of a file, in chunks that belong to the consumer. Buffers are no longer than the rest of the file: many
 * short files cost no more memory than they have bytes. Throws `CORE_FILE_ACCESS`.
 */
export async function* readFileChunks(path: string, { start = 0 }: FileRange = {}): AsyncGenerator<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      for (let position = start; ; ) {
        const wanted = Math.min(readBytes, Math.max(size - position, leastBytes));
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, position);
        if (bytesRead === 0) {
          return;
        }
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
        if (position === size) {
          return;
        }
      }
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw fileError('read', path, cause);
  }
}
