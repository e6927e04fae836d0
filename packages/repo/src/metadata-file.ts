import { open, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Chunks, DigestingStream, fileError, temporaryBeside } from '@slipway/core';
import { compress, compressZstd } from '@slipway/formats';
import type { RepomdRecord } from './repomd.ts';

/** Text is handed to the compressor in pieces of about this many characters. */
const pieceLength = 1 << 20;

/** Passes pieces from a writer to a reader, one at a time: the writer waits until the reader took the last one. */
class Handover {
  #piece: Uint8Array | undefined;
  #ended = false;
  #failure: unknown;
  #wakeReader: () => void = () => {};
  #wakeWriter: () => void = () => {};

  async give(piece: Uint8Array): Promise<void> {
    while (this.#piece !== undefined && this.#failure === undefined) {
      await new Promise<void>((wake) => {
        this.#wakeWriter = wake;
      });
    }
    if (this.#failure !== undefined) {
      throw this.#failure; // oxlint-disable-line typescript/only-throw-error -- as the reader threw it
    }
    this.#piece = piece;
    this.#wakeReader();
  }

  end(): void {
    this.#ended = true;
    this.#wakeReader();
  }

  fail(failure: unknown): void {
    this.#failure = failure;
    this.#wakeWriter();
  }

  async *pieces(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = this.#piece;
      if (piece !== undefined) {
        this.#piece = undefined;
        this.#wakeWriter();
        yield piece;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((wake) => {
          this.#wakeReader = wake;
        });
      }
    }
  }
}

/** How metadata is compressed; createrepo_c's default is zstd. */
export type MetadataCompression = 'zstd' | 'gzip' | 'xz' | 'none';

const suffixes: Readonly<Record<MetadataCompression, string>> = { zstd: '.zst', gzip: '.gz', xz: '.xz', none: '' };

export interface MetadataFileOptions {
  /** The repomd type and the name behind the digest: `primary`, `primary.xml`. */
  readonly type: string;
  readonly name: string;
  readonly compression: MetadataCompression;
  /** zstd level. */
  readonly level: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** A compressed file of `repodata/` that gets its digest as its name once it is complete. */
export class MetadataFile {
  readonly #directory: string;
  readonly #options: MetadataFileOptions;
  readonly #temporary: string;
  readonly #handover = new Handover();
  readonly #plain = new DigestingStream();
  readonly #packed = new DigestingStream();
  readonly #written: Promise<void>;
  #pending: string[] = [];
  #pendingLength = 0;

  constructor(directory: string, options: MetadataFileOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#temporary = temporaryBeside(join(directory, `${options.name}${suffixes[options.compression]}`));
    this.#written = this.#pump();
    this.#written.catch((failure: unknown) => this.#handover.fail(failure));
  }

  async write(content: string | Uint8Array): Promise<void> {
    if (typeof content !== 'string') {
      return this.writeBytes(content);
    }
    await this.#writeText(content);
  }

  async #writeText(text: string): Promise<void> {
    this.#pending.push(text);
    this.#pendingLength += text.length;
    if (this.#pendingLength >= pieceLength) {
      await this.#flush();
    }
  }

  async writeBytes(bytes: Uint8Array): Promise<void> {
    await this.#flush();
    if (bytes.length > 0) {
      await this.#handover.give(bytes);
    }
  }

  async #flush(): Promise<void> {
    if (this.#pendingLength > 0) {
      const piece = Buffer.from(this.#pending.join(''));
      this.#pending = [];
      this.#pendingLength = 0;
      await this.#handover.give(piece);
    }
  }

  /** Compresses, hashes and stores what is written, until `finish`. */
  async #pump(): Promise<void> {
    const file = await open(this.#temporary, 'wx', 0o644);
    try {
      const packed = this.#compressed(this.#plain.through(this.#handover.pieces()));
      for await (const chunk of this.#packed.through(packed)) {
        for (let done = 0; done < chunk.length; ) {
          done += (await file.write(chunk, done)).bytesWritten;
        }
      }
      await file.sync();
    } finally {
      await file.close();
    }
  }

  #compressed(content: Chunks): Chunks {
    const { compression, level } = this.#options;
    return compression === 'zstd' ? compressZstd(content, { level }) : compress(content, compression);
  }

  /** Gives the file its final name and describes it for repomd.xml. */
  async finish(): Promise<RepomdRecord> {
    try {
      await this.#flush();
      this.#handover.end();
      await this.#written;
      const digest = this.#packed.digest();
      const path = join(this.#directory, `${digest}-${this.#options.name}${suffixes[this.#options.compression]}`);
      await rename(this.#temporary, path);
      return {
        type: this.#options.type,
        locationHref: `repodata/${basename(path)}`,
        checksum: { algorithm: 'sha256', value: digest },
        sizeBytes: this.#packed.sizeBytes,
        open: this.#options.compression === 'none' ? undefined : this.#openContent(),
        timestamp: this.#options.timestamp,
      };
    } catch (cause) {
      throw fileError('write', this.#temporary, cause);
    }
  }

  #openContent(): RepomdRecord['open'] {
    return { checksum: { algorithm: 'sha256', value: this.#plain.digest() }, sizeBytes: this.#plain.sizeBytes };
  }

  /** Ends everything and leaves nothing behind. */
  async discard(): Promise<void> {
    this.#handover.end();
    await this.#written.catch(() => {});
    await rm(this.#temporary, { force: true });
  }
}
