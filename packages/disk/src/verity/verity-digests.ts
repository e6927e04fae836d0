import { createHash } from 'node:crypto';
import { SlipwayError } from '@slipway/core';
import type { BlockWriter } from '../block-writer.ts';
import { digestBytes, verityBlockSize } from './plan-verity.ts';

const zeroBlock = Buffer.alloc(verityBlockSize);

/** SHA-256 over the salt and a block: hash type 1 of dm-verity. */
export function blockDigest(salt: Uint8Array, block: Uint8Array): Buffer {
  return createHash('sha256').update(salt).update(block).digest();
}

interface PartialBlock {
  readonly bytes: Buffer;
  filled: number;
}

/**
 * The digests of data blocks, taken while the data is written: it needs not be read again. The writes may come in any
 * order and of any length; what is not written counts as zeros. 32 bytes are held for each block of 4096.
 */
export class VerityDigests {
  readonly salt: Uint8Array;
  readonly #zeroDigest: Buffer;
  readonly #partial = new Map<number, PartialBlock>();
  #digests = Buffer.alloc(0);
  #blocks = 0;

  constructor(salt: Uint8Array) {
    this.salt = salt;
    this.#zeroDigest = blockDigest(salt, zeroBlock);
  }

  /** Passes everything on to `out`, whose offset 0 is the first data block. */
  over(out: BlockWriter): BlockWriter {
    return {
      write: (offset, bytes) => {
        this.#add(offset, bytes);
        return out.write(offset, bytes);
      },
    };
  }

  /** The digests of `blocks` blocks from the first one on; nothing was written behind them. */
  of(blocks: number): Buffer {
    for (const [block, { bytes }] of this.#partial) {
      this.#put(block, bytes);
    }
    this.#partial.clear();
    if (this.#blocks > blocks) {
      throw new SlipwayError('CORE_BUG', `${this.#blocks} blocks were written for a hash tree over ${blocks}`);
    }
    this.#reach(blocks);
    return this.#digests.subarray(0, blocks * digestBytes);
  }

  #add(offset: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const block = Math.floor((offset + at) / verityBlockSize);
      const start = (offset + at) % verityBlockSize;
      const piece = bytes.subarray(at, at + verityBlockSize - start);
      at += piece.length;
      if (piece.length === verityBlockSize) {
        this.#put(block, piece);
      } else {
        this.#addPartial(block, start, piece);
      }
    }
  }

  #addPartial(block: number, start: number, piece: Uint8Array): void {
    const partial = this.#partial.get(block) ?? { bytes: Buffer.alloc(verityBlockSize), filled: 0 };
    partial.bytes.set(piece, start);
    partial.filled += piece.length;
    if (partial.filled === verityBlockSize) {
      this.#partial.delete(block);
      this.#put(block, partial.bytes);
    } else {
      this.#partial.set(block, partial);
    }
  }

  #put(block: number, bytes: Uint8Array): void {
    this.#reach(block + 1);
    const isZero = bytes[0] === 0 && zeroBlock.equals(bytes);
    this.#digests.set(isZero ? this.#zeroDigest : blockDigest(this.salt, bytes), block * digestBytes);
  }

  #reach(blocks: number): void {
    if (blocks * digestBytes > this.#digests.length) {
      const grown = Buffer.alloc(Math.max(blocks * digestBytes, 2 * this.#digests.length), this.#zeroDigest);
      grown.set(this.#digests);
      this.#digests = grown;
    }
    this.#blocks = Math.max(this.#blocks, blocks);
  }
}
