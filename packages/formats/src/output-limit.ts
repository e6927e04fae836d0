import { SlipwayError } from '@slipway/core';

export interface DecompressionLimits {
  /** Refuse (`CORE_LIMIT`) more than this many bytes of output. */
  readonly maxBytes?: number;
  /** Refuse (`CORE_LIMIT`) output of more than this many times the input, once the output passes 64 MiB. */
  readonly maxRatio?: number;
}

/** Below this size an extreme ratio costs nothing worth refusing: images hold large files of zeros. */
const ratioGraceBytes = 64 << 20;

/** Counts what goes in and out of a decoder and stops it at the limits. */
export class OutputLimit {
  readonly #limits: DecompressionLimits;
  #inBytes = 0;
  #outBytes = 0;

  constructor(limits: DecompressionLimits) {
    this.#limits = limits;
  }

  get inBytes(): number {
    return this.#inBytes;
  }

  takeIn(sizeBytes: number): void {
    this.#inBytes += sizeBytes;
  }

  giveOut(sizeBytes: number): void {
    this.#outBytes += sizeBytes;
    const { maxBytes, maxRatio } = this.#limits;
    if (maxBytes !== undefined && this.#outBytes > maxBytes) {
      throw new SlipwayError('CORE_LIMIT', `Cannot decompress: the content is larger than ${maxBytes} bytes`);
    }
    if (maxRatio !== undefined && this.#outBytes > ratioGraceBytes && this.#outBytes > this.#inBytes * maxRatio) {
      throw new SlipwayError(
        'CORE_LIMIT',
        `Cannot decompress: the content is over ${maxRatio} times its compressed size`,
      );
    }
  }

  async *countIn(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      this.takeIn(chunk.length);
      yield chunk;
    }
  }

  async *countOut(output: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of output) {
      this.giveOut(chunk.length);
      yield chunk;
    }
  }
}
