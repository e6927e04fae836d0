import type { FileHandle } from 'node:fs/promises';
import { type Chunks, fileError } from '@slipway/core';

/** Where content lies in a scratch file. */
export interface Region {
  readonly at: number;
  readonly sizeBytes: number;
}

/** Many members are small: they are written together, and read together when they lie together. */
const windowBytes = 1 << 20;

/** Content of any size outside of memory: added at the end, read in any order. Throws `CORE_DISK_FULL`. */
export class ScratchFile {
  readonly #file: FileHandle;
  readonly #what: string;
  #written = 0;
  readonly #pending: Buffer = Buffer.allocUnsafe(windowBytes);
  #pendingBytes = 0;
  readonly #readBuffer: Buffer = Buffer.allocUnsafe(windowBytes);
  #window: { readonly at: number; readonly bytes: Buffer } = { at: 0, bytes: Buffer.alloc(0) };

  /** `what` is for error messages. */
  constructor(file: FileHandle, what: string) {
    this.#file = file;
    this.#what = what;
  }

  async append(content: Chunks): Promise<Region> {
    const at = this.#written + this.#pendingBytes;
    for await (const chunk of content) {
      for (let done = 0; done < chunk.length; ) {
        const piece = chunk.subarray(done, done + windowBytes - this.#pendingBytes);
        this.#pending.set(piece, this.#pendingBytes);
        this.#pendingBytes += piece.length;
        done += piece.length;
        if (this.#pendingBytes === windowBytes) {
          await this.#flush();
        }
      }
    }
    return { at, sizeBytes: this.#written + this.#pendingBytes - at };
  }

  /** The bytes of a region; a chunk is valid until the next read, of any region. */
  async *read({ at, sizeBytes }: Region): AsyncGenerator<Uint8Array> {
    await this.#flush();
    for (let done = 0; done < sizeBytes; ) {
      const piece = (await this.#windowAt(at + done)).subarray(0, sizeBytes - done);
      done += piece.length;
      yield piece;
    }
  }

  /** A whole region; for regions that are known to be small. */
  async readWhole(region: Region): Promise<Buffer> {
    const whole = Buffer.allocUnsafe(region.sizeBytes);
    let done = 0;
    for await (const piece of this.read(region)) {
      whole.set(piece, done);
      done += piece.length;
    }
    return whole;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #flush(): Promise<void> {
    for (let done = 0; done < this.#pendingBytes; ) {
      const written = await this.#file
        .write(this.#pending, done, this.#pendingBytes - done, this.#written)
        .catch((cause: unknown) => Promise.reject(fileError('write', this.#what, cause)));
      done += written.bytesWritten;
      this.#written += written.bytesWritten;
    }
    this.#pendingBytes = 0;
  }

  /** What the file has from `at` on: at least one byte, at most a window. */
  async #windowAt(at: number): Promise<Buffer> {
    const { at: start, bytes } = this.#window;
    if (at >= start && at < start + bytes.length) {
      return bytes.subarray(at - start);
    }
    const { bytesRead } = await this.#file
      .read(this.#readBuffer, 0, Math.min(windowBytes, this.#written - at), at)
      .catch((cause: unknown) => Promise.reject(fileError('read', this.#what, cause)));
    if (bytesRead === 0) {
      throw fileError('read', this.#what, new Error('the file is shorter than what was written'));
    }
    this.#window = { at, bytes: this.#readBuffer.subarray(0, bytesRead) };
    return this.#window.bytes;
  }
}
