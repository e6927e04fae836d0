import { SlipwayError } from '@slipway/core';

/** Data and hash blocks; other sizes exist, but no image needs them. */
export const verityBlockSize = 4096;
export const digestBytes = 32;
const digestsPerBlock = verityBlockSize / digestBytes;
/** VERITY_MAX_SALT_SIZE of cryptsetup; the superblock has room for as much. */
const maxSaltBytes = 256;
const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export interface VerityOptions {
  /** Of the file system or partition that is protected: a multiple of 4096. */
  readonly dataBytes: number;
  /** Hashed before every block; at most 256 bytes. */
  readonly salt: Uint8Array;
  /** Textual UUID of the hash tree. */
  readonly uuid: string;
}

/** Where the parts of a hash tree lie in its partition. */
export interface VerityLayout extends VerityOptions {
  readonly dataBlocks: number;
  /** Of the partition with the superblock and the tree. */
  readonly sizeBytes: number;
  /** The digests of the data first, the single block at the top last; none for a single data block. */
  readonly levels: readonly VerityLevel[];
}

export interface VerityLevel {
  readonly firstBlock: number;
  readonly blocks: number;
}

/** Behind the superblock the tree begins with its top. Throws `DISK_VERITY_BAD_OPTION`. */
export function planVerity(options: VerityOptions): VerityLayout {
  const { dataBytes, salt, uuid } = options;
  check(Number.isSafeInteger(dataBytes) && dataBytes > 0, `${dataBytes} is not a size`);
  check(dataBytes % verityBlockSize === 0, `the data has ${dataBytes} bytes, not a whole number of blocks of 4096`);
  check(salt.length <= maxSaltBytes, `the salt has ${salt.length} bytes, at most ${maxSaltBytes} fit`);
  check(uuidPattern.test(uuid), 'uuid is not a UUID');
  const dataBlocks = dataBytes / verityBlockSize;
  const counts: number[] = [];
  for (let blocks = dataBlocks; blocks > 1; ) {
    blocks = Math.ceil(blocks / digestsPerBlock);
    counts.push(blocks);
  }
  let end = 1 + counts.reduce((sum, blocks) => sum + blocks, 0);
  const sizeBytes = end * verityBlockSize;
  const levels = counts.map((blocks) => {
    end -= blocks;
    return { firstBlock: end, blocks };
  });
  return { ...options, dataBlocks, sizeBytes, levels };
}

function check(condition: boolean, complaint: string): void {
  if (!condition) {
    throw new SlipwayError('DISK_VERITY_BAD_OPTION', `Cannot plan a verity hash tree: ${complaint}`);
  }
}
