import { alignUp, blockSize, slotBytes } from './on-disk.ts';

const slotsPerBlock = blockSize / slotBytes;

/**
 * Gives inode records their places. A record of up to a block lies in one block, because inline data must not cross a
 * border; it goes where it leaves the least room, and of such blocks into the last one that was used.
 */
export class RecordPacking {
  /** Blocks by the number of their free slots, which are at their end. */
  readonly #byFreeSlots: number[][] = Array.from({ length: slotsPerBlock + 1 }, () => []);
  #blocks = 0;

  /** `reservedBytes` at the start of the first block are taken. */
  constructor(reservedBytes: number) {
    this.#open(alignUp(reservedBytes, slotBytes) / slotBytes);
  }

  get blocks(): number {
    return this.#blocks;
  }

  /** The offset of a record in bytes. */
  place(sizeBytes: number): number {
    const slots = Math.ceil(sizeBytes / slotBytes);
    return slots > slotsPerBlock ? this.#placeLong(slots) : this.#placeShort(slots);
  }

  #placeShort(slots: number): number {
    for (let free = slots; free <= slotsPerBlock; free++) {
      const block = this.#byFreeSlots[free]?.pop();
      if (block !== undefined) {
        this.#byFreeSlots[free - slots]?.push(block);
        return (block + 1) * blockSize - free * slotBytes;
      }
    }
    return this.#open(slots);
  }

  /** Inodes with long indexes: nothing in them minds a border of blocks that is a multiple of 8 bytes away. */
  #placeLong(slots: number): number {
    const start = this.#blocks * blockSize;
    this.#blocks += Math.floor(slots / slotsPerBlock);
    if (slots % slotsPerBlock > 0) {
      this.#open(slots % slotsPerBlock);
    }
    return start;
  }

  /** A new block whose first slots are taken. */
  #open(slots: number): number {
    const block = this.#blocks++;
    this.#byFreeSlots[slotsPerBlock - slots]?.push(block);
    return block * blockSize;
  }
}
