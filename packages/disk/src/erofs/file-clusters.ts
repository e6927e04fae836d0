/** The last cluster of a file takes a rest of up to half a cluster: a short one of its own would save nothing. */
export function longestClusterBytes(clusterBytes: number): number {
  return (clusterBytes * 3) / 2;
}

/**
 * Cuts the content of one file into clusters of `clusterBytes`, where they do not depend on how the content comes. The
 * pieces are valid until the next one is asked for.
 */
export class FileClusters {
  readonly #sizeBytes: number;
  readonly #clusterBytes: number;
  readonly #gathered: Buffer;
  #filled = 0;
  #done = 0;

  /** `room` holds the longest cluster; one serves many files, one after the other. */
  constructor(sizeBytes: number, clusterBytes: number, room: Buffer) {
    this.#sizeBytes = sizeBytes;
    this.#clusterBytes = clusterBytes;
    this.#gathered = room;
  }

  /** The clusters that are complete with `bytes`, which are not more than the rest of the file. */
  *add(bytes: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; ) {
      const wanted = this.#nextLength();
      const count = Math.min(bytes.length - at, wanted - this.#filled);
      const piece = bytes.subarray(at, at + count);
      at += count;
      if (count === wanted) {
        this.#done += wanted;
        yield piece;
        continue;
      }
      this.#gathered.set(piece, this.#filled);
      this.#filled += count;
      if (this.#filled === wanted) {
        this.#filled = 0;
        this.#done += wanted;
        yield this.#gathered.subarray(0, wanted);
      }
    }
  }

  #nextLength(): number {
    const left = this.#sizeBytes - this.#done;
    return left < longestClusterBytes(this.#clusterBytes) ? left : this.#clusterBytes;
  }
}
