import { type BlockRange, blocksPerGroup, type Extent, maxExtentBlocks } from './on-disk.ts';

/**
 * Gives blocks in ascending order and leaves no gap: what is used is exactly the fixed ranges and every block before
 * `cursor`. It counts on behind the end of the file system, so that a caller learns how much is missing.
 */
export class BlockAllocator {
  readonly #fixed: readonly BlockRange[];
  #next = 0;
  #cursor = 0;

  constructor(fixed: readonly BlockRange[]) {
    this.#fixed = fixed;
    this.#skipFixed();
  }

  /** The first block that is free, unless it is behind the end. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Runs for `blocks` blocks of a file; logical numbers begin at 0. */
  take(blocks: number): Extent[] {
    const extents: Extent[] = [];
    for (let logical = 0; logical < blocks; ) {
      const room = (this.#fixed[this.#next]?.start ?? Number.MAX_SAFE_INTEGER) - this.#cursor;
      const count = Math.min(blocks - logical, room, maxExtentBlocks);
      extents.push({ logical, physical: this.#cursor, blocks: count });
      logical += count;
      this.#cursor += count;
      this.#skipFixed();
    }
    return extents;
  }

  takeOne(): number {
    return (this.take(1)[0] as Extent).physical;
  }

  #skipFixed(): void {
    for (let range = this.#fixed[this.#next]; range?.start === this.#cursor; range = this.#fixed[this.#next]) {
      this.#cursor = range.end;
      this.#next++;
    }
  }
}

/** Which blocks are used once the allocator stands at `cursor`. */
export class UsedBlocks {
  /** Ranges at or behind the cursor. */
  readonly #behind: readonly BlockRange[];
  readonly #cursor: number;
  readonly #blocks: number;

  constructor(fixed: readonly BlockRange[], cursor: number, blocks: number) {
    this.#behind = fixed.filter(({ start }) => start >= cursor);
    this.#cursor = cursor;
    this.#blocks = blocks;
  }

  get free(): number {
    const behind = this.#behind.reduce((sum, { start, end }) => sum + end - start, 0);
    return this.#blocks - this.#cursor - behind;
  }

  /** Used ranges of each group, in order; block numbers count from the start of the file system. */
  *byGroup(): Generator<BlockRange[]> {
    let next = 0;
    for (let start = 0; start < this.#blocks; start += blocksPerGroup) {
      const end = Math.min(start + blocksPerGroup, this.#blocks);
      const ranges: BlockRange[] = [];
      if (this.#cursor > start) {
        ranges.push({ start, end: Math.min(this.#cursor, end) });
      }
      for (let range = this.#behind[next]; range !== undefined && range.start < end; range = this.#behind[next]) {
        ranges.push({ start: Math.max(range.start, start), end: Math.min(range.end, end) });
        if (range.end > end) {
          break;
        }
        next++;
      }
      yield ranges;
    }
  }
}
