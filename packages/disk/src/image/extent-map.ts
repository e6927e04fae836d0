export interface ByteRange {
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The unit of holes: the block of ext4 and xfs; 1 bit for each, so 32 KiB of memory for 1 GiB of disk. */
const granuleBytes = 4096;

/** Which 4 KiB blocks of a disk may hold anything but zeros. */
export class ExtentMap {
  readonly #sizeBytes: number;
  readonly #used: Uint8Array;

  constructor(sizeBytes: number) {
    this.#sizeBytes = sizeBytes;
    this.#used = new Uint8Array(Math.ceil(sizeBytes / granuleBytes / 8));
  }

  /** Marks the blocks that `bytes`, placed at `offset`, touches with anything but zeros. */
  mark(offset: number, bytes: Uint8Array): void {
    let start = 0;
    while (start < bytes.length) {
      const granule = Math.floor((offset + start) / granuleBytes);
      const end = Math.min((granule + 1) * granuleBytes - offset, bytes.length);
      if (!isZero(bytes.subarray(start, end))) {
        this.#used[granule >> 3] = (this.#used[granule >> 3] as number) | (1 << (granule & 7));
      }
      start = end;
    }
  }

  /** The marked ranges in ascending order, neighbours joined, cut at the end of the disk. */
  *ranges(): Generator<ByteRange> {
    const granules = Math.ceil(this.#sizeBytes / granuleBytes);
    for (let from = this.#next(0, true, granules); from < granules; ) {
      const to = this.#next(from, false, granules);
      const offset = from * granuleBytes;
      yield { offset, sizeBytes: Math.min(to * granuleBytes, this.#sizeBytes) - offset };
      from = this.#next(to, true, granules);
    }
  }

  /** The first granule from `from` on that is (or is not) used, or `end`. */
  #next(from: number, used: boolean, end: number): number {
    const uniform = used ? 0 : 0xff; // a byte without any granule that is looked for
    let at = from;
    while (at < end) {
      const byte = this.#used[at >> 3] as number;
      if ((at & 7) === 0 && byte === uniform) {
        at += 8;
      } else if (((byte >> (at & 7)) & 1) === (used ? 1 : 0)) {
        return at;
      } else {
        at += 1;
      }
    }
    return end;
  }
}

const zeros = Buffer.alloc(granuleBytes);

function isZero(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && zeros.compare(bytes, 0, bytes.length, 0, bytes.length) === 0;
}
