import { createHash } from 'node:crypto';
import { SlipwayError } from './slipway-error.ts';

/** Lower-case hexadecimal SHA-256 (64 characters). */
export type Digest = string & { readonly __brand: 'Digest' };

const digestPattern = /^[0-9a-f]{64}$/;

export function isDigest(text: string): text is Digest {
  return digestPattern.test(text);
}

/** Throws `CORE_BUG` for anything that is not a SHA-256 in lower-case hexadecimal. */
export function asDigest(text: string): Digest {
  if (!isDigest(text)) {
    throw new SlipwayError('CORE_BUG', `not a SHA-256 digest: ${text.slice(0, 80)}`);
  }
  return text;
}

export function sha256(bytes: Uint8Array | string): Digest {
  return createHash('sha256').update(bytes).digest('hex') as Digest;
}

/** Passes chunks through and knows their digest and size once the source has ended. */
export class DigestingStream {
  readonly #hash = createHash('sha256');
  #sizeBytes = 0;

  async *through(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      this.update(chunk);
      yield chunk;
    }
  }

  update(chunk: Uint8Array): void {
    this.#hash.update(chunk);
    this.#sizeBytes += chunk.length;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Callable once. */
  digest(): Digest {
    return this.#hash.digest('hex') as Digest;
  }
}
