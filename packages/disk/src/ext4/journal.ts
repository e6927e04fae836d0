import { blockSize } from './on-disk.ts';

/** fs/jbd2: all fields are big-endian. */
const journalMagic = 0xc03b3998;
const superblockV2 = 4;

/** The first block of an empty journal; the others may hold anything (journal_superblock_t). */
export function writeJournalSuperblock(blocks: number, uuid: Uint8Array): Buffer {
  const bytes = Buffer.alloc(blockSize);
  bytes.writeUInt32BE(journalMagic, 0);
  bytes.writeUInt32BE(superblockV2, 4);
  bytes.writeUInt32BE(blockSize, 12);
  bytes.writeUInt32BE(blocks, 16);
  // First block of the log, first transaction expected; start 0 says that there is nothing to recover.
  bytes.writeUInt32BE(1, 20);
  bytes.writeUInt32BE(1, 24);
  bytes.set(uuid, 48);
  bytes.writeUInt32BE(1, 64);
  return bytes;
}
