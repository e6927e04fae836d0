import { createHash } from 'node:crypto';

/** The package formats that are written: 4 is what rpm 4 and later install, 6 needs rpm 6 (and 4.18 or so to be read). */
export type PackageFormat = 4 | 6;

/** What rpm can unpack and what is still written; lzma and bzip2 are formats of the past. */
export type PayloadCompression = 'zstd' | 'xz' | 'gzip' | 'none';

/** How a package is laid out, as distinct from what is in it. */
export interface PackageForm {
  readonly format: PackageFormat;
  readonly compression: PayloadCompression;
  /** What PAYLOADFLAGS says of the compression: its level, nothing for none. */
  readonly compressionLevel: number | undefined;
}

/** Hexadecimal digests of a payload; the last two exist in format 6. */
export interface PayloadDigests {
  readonly sha256: string;
  readonly sha512: string;
  readonly sha3: string;
}

const names = { sha256: 'sha256', sha512: 'sha512', sha3: 'sha3-256' } as const;

/** As long as real ones. */
export const placeholderDigests: PayloadDigests = {
  sha256: '0'.repeat(64),
  sha512: '0'.repeat(128),
  sha3: '0'.repeat(64),
};

/** Computes the digests that a format records of a payload. */
export class PayloadHashes {
  readonly #hashes;

  constructor(format: PackageFormat) {
    const isFormat6 = format === 6;
    this.#hashes = {
      sha256: createHash(names.sha256),
      sha512: isFormat6 ? createHash(names.sha512) : undefined,
      sha3: isFormat6 ? createHash(names.sha3) : undefined,
    };
  }

  update(chunk: Uint8Array): void {
    this.#hashes.sha256.update(chunk);
    this.#hashes.sha512?.update(chunk);
    this.#hashes.sha3?.update(chunk);
  }

  /** Callable once; placeholders for what the format does not record. */
  digests(): PayloadDigests {
    return {
      sha256: this.#hashes.sha256.digest('hex'),
      sha512: this.#hashes.sha512?.digest('hex') ?? placeholderDigests.sha512,
      sha3: this.#hashes.sha3?.digest('hex') ?? placeholderDigests.sha3,
    };
  }
}
