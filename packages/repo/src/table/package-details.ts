import { SlipwayError } from '@slipway/core';

/** Texts of a package that solving does not need, in the order in which they are stored. */
export const detailFields = [
  'checksumType',
  'checksum',
  'locationHref',
  'locationBase',
  'summary',
  'description',
  'packager',
  'url',
  'license',
  'group',
  'buildHost',
  'sourceRpm',
] as const;
export type DetailField = (typeof detailFields)[number];

/** Numbers that solving does not need, in the order in which they are stored. */
export const detailNumbers = ['fileTime', 'archiveSize', 'headerStart', 'headerEnd'] as const;

const lengthsBytes = detailFields.length * 4;
/** Before the texts: numbers as doubles, then the lengths of the texts. */
export const recordHeadBytes = detailNumbers.length * 8 + lengthsBytes;

/** Where the records of all packages are: in memory, or in the cache file. */
export interface DetailsSource {
  /** Bytes from `start` up to `end`; valid until the next call. */
  read(start: number, end: number): Buffer;
}

export interface PackageDetails {
  readonly texts: Readonly<Record<DetailField, string>>;
  /** In the order of `detailNumbers`. */
  readonly numbers: readonly number[];
}

/** One record. Throws `REPO_BAD_CACHE` when its lengths are not those of the record. */
export function readDetails(record: Buffer): PackageDetails {
  const numbers = detailNumbers.map((_, at) => record.readDoubleLE(at * 8));
  const texts: Partial<Record<DetailField, string>> = {};
  let start = recordHeadBytes;
  detailFields.forEach((field, at) => {
    const end = start + record.readUInt32LE(detailNumbers.length * 8 + at * 4);
    texts[field] = record.toString('utf8', start, end);
    start = end;
  });
  if (start !== record.length) {
    throw new SlipwayError('REPO_BAD_CACHE', 'Cannot read the metadata cache: a record does not have its length');
  }
  return { texts: texts as Record<DetailField, string>, numbers };
}

/** Records in memory, in the blocks in which they were written. */
export class DetailsInMemory implements DetailsSource {
  readonly #blocks: Buffer[] = [];
  readonly #starts: number[] = [];
  #length = 0;

  append(block: Buffer): void {
    this.#blocks.push(Buffer.from(block));
    this.#starts.push(this.#length);
    this.#length += block.length;
  }

  /** A record never lies in two blocks. */
  read(start: number, end: number): Buffer {
    let [low, high] = [0, this.#starts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      [low, high] = (this.#starts[middle] as number) <= start ? [middle, high] : [low, middle];
    }
    const from = this.#starts[low] ?? 0;
    return (this.#blocks[low] ?? Buffer.alloc(0)).subarray(start - from, end - from);
  }
}
