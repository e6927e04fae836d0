import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError, SlipwayError, temporaryBeside } from '@slipway/core';

/** Where a file's content lies in the spool. */
export interface SpoolRange {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** Writes are gathered to, and reads made in, windows of this size: most packages fit into a few. */
const windowBytes = 1 << 18;

/**
 * The uncompressed contents of one package's files, end to end in a temporary file: the payload is decompressed
 * once and read in any order afterwards, with memory for two windows.
 */
export class PayloadSpool {
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #pending = Buffer.allocUnsafe(windowBytes);
  #pendingBytes = 0;
  #writtenBytes = 0;
  #windowBuffer: Buffer | undefined;
  #window: { readonly offset: number; readonly bytes: Buffer } = { offset: 0, bytes: Buffer.alloc(0) };

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** `beside` names the place; the file gets a temporary name there. */
  static async create(beside: string): Promise<PayloadSpool> {
    const path = temporaryBeside(beside);
    try {
      await mkdir(dirname(path), { recursive: true });
      return new PayloadSpool(await open(path, 'wx+', 0o600), path);
    } catch (cause) {
      throw fileError('write', path, cause);
    }
  }

  async append(content: AsyncIterable<Uint8Array>): Promise<SpoolRange> {
    const offset = this.#writtenBytes + this.#pendingBytes;
    let sizeBytes = 0;
    for await (const chunk of content) {
      sizeBytes += chunk.length;
      await this.#keep(chunk);
    }
    return { offset, sizeBytes };
  }

  /** The bytes of a range in chunks of at most 256 KiB, each valid until the next one is asked for. */
  async *stream({ offset, sizeBytes }: SpoolRange): AsyncGenerator<Uint8Array> {
    for (let done = 0; done < sizeBytes; ) {
      const chunk = await this.#view(offset + done, Math.min(windowBytes, sizeBytes - done));
      done += chunk.length;
      yield chunk;
    }
  }

  /** A copy of a range, or of its first `limit` bytes. */
  async read(range: SpoolRange, limit = range.sizeBytes): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.stream({ ...range, sizeBytes: Math.min(limit, range.sizeBytes) })) {
      chunks.push(Buffer.from(chunk));
    }
    return Buffer.concat(chunks);
  }

  async close(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }

  async #keep(chunk: Uint8Array): Promise<void> {
    for (let from = 0; from < chunk.length; ) {
      const piece = chunk.subarray(from, from + windowBytes - this.#pendingBytes);
      this.#pending.set(piece, this.#pendingBytes);
      this.#pendingBytes += piece.length;
      from += piece.length;
      if (this.#pendingBytes === windowBytes) {
        await this.#flush();
      }
    }
  }

  async #flush(): Promise<void> {
    try {
      for (let done = 0; done < this.#pendingBytes; ) {
        const { bytesWritten } = await this.#file.write(
          this.#pending,
          done,
          this.#pendingBytes - done,
          this.#writtenBytes + done,
        );
        done += bytesWritten;
      }
    } catch (cause) {
      throw fileError('write', this.#path, cause);
    }
    this.#writtenBytes += this.#pendingBytes;
    this.#pendingBytes = 0;
  }

  async #view(offset: number, sizeBytes: number): Promise<Buffer> {
    if (this.#pendingBytes > 0) {
      await this.#flush();
    }
    const start = offset - this.#window.offset;
    if (start < 0 || start + sizeBytes > this.#window.bytes.length) {
      await this.#load(offset);
      return this.#window.bytes.subarray(0, sizeBytes);
    }
    return this.#window.bytes.subarray(start, start + sizeBytes);
  }

  async #load(offset: number): Promise<void> {
    const wanted = Math.min(windowBytes, this.#writtenBytes - offset);
    this.#windowBuffer ??= Buffer.allocUnsafe(windowBytes);
    const bytes = this.#windowBuffer.subarray(0, wanted);
    for (let done = 0; done < wanted; ) {
      const { bytesRead } = await this.#file.read(bytes, done, wanted - done, offset + done);
      if (bytesRead === 0) {
        throw new SlipwayError('CORE_BUG', `the spool ${this.#path} is shorter than what was written`);
      }
      done += bytesRead;
    }
    this.#window = { offset, bytes };
  }
}
