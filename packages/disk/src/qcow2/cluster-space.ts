import { clusterBytes } from './qcow2-metadata.ts';

/**
 * The space behind the tables, given out in the way of QEMU: compressed clusters one behind the other, also across the
 * border of two neighbours; a whole cluster at the next border.
 */
export class ClusterSpace {
  readonly #uses: number[] = [];
  readonly #first: number;
  /** Where compressed bytes go on, or the end of its cluster. */
  #next: number;

  /** `start`, a multiple of the cluster's size; the clusters before it are in use once each. */
  constructor(start: number) {
    this.#first = start / clusterBytes;
    this.#next = start;
  }

  takeBytes(count: number): number {
    const room = (clusterBytes - (this.#next % clusterBytes)) % clusterBytes;
    if (room < count && this.#next + room !== this.#end) {
      this.#next = this.#end;
    }
    const offset = this.#next;
    this.#next += count;
    for (let cluster = Math.floor(offset / clusterBytes); cluster * clusterBytes < this.#next; cluster++) {
      this.#use(cluster - this.#first);
    }
    return offset;
  }

  takeCluster(): number {
    const offset = this.#end;
    this.#use(this.#uses.length);
    return offset;
  }

  /** Of every cluster from the start of the file on. */
  refcounts(): Uint16Array {
    const counts = new Uint16Array(this.#first + this.#uses.length).fill(1, 0, this.#first);
    counts.set(this.#uses, this.#first);
    return counts;
  }

  get #end(): number {
    return (this.#first + this.#uses.length) * clusterBytes;
  }

  #use(index: number): void {
    this.#uses[index] = (this.#uses[index] ?? 0) + 1;
  }
}
