import { modeTypes } from '../inode-fields.ts';
import { backupGroups, groupStart } from './geometry.ts';
import type { InodeRecord } from './inode-record.ts';
import { addressesPerBlock, blockSize } from './on-disk.ts';
import type { Ext4Plan } from './plan-ext4.ts';

/** i_block[13]: the double-indirect block. */
const doubleIndirectSlot = 13;
/** As if all direct, indirect and double-indirect blocks were there (ext2fs_create_resize_inode). */
const sizeBytes = (12 + addressesPerBlock + addressesPerBlock ** 2) * blockSize;

/**
 * Inode 7 owns the reserved descriptor blocks, so that online growth finds them: the double-indirect block lists the
 * primary ones, each of which lists its copies in the other groups.
 */
export function resizeInodeRecord({ geometry, resizeBlock, settings }: Ext4Plan): InodeRecord {
  const block = Buffer.alloc(60);
  block.writeUInt32LE(resizeBlock, doubleIndirectSlot * 4);
  const copies = 1 + backupGroups(geometry.groupCount).length;
  return {
    mode: modeTypes.file | 0o600,
    uid: 0,
    gid: 0,
    sizeBytes,
    time: settings.createdAt,
    links: 1,
    flags: 0,
    blocks: 1 + geometry.reservedDescriptorBlocks * copies,
    block,
    attributeBlock: 0,
    inlineAttributes: undefined,
  };
}

export function* writeResizeBlocks({ geometry, resizeBlock }: Ext4Plan): Generator<{ block: number; bytes: Buffer }> {
  const { descriptorBlocks, reservedDescriptorBlocks } = geometry;
  const backups = backupGroups(geometry.groupCount);
  const list = Buffer.alloc(blockSize);
  for (let index = 0; index < reservedDescriptorBlocks; index++) {
    const block = 1 + descriptorBlocks + index;
    list.writeUInt32LE(block, ((descriptorBlocks + index) % addressesPerBlock) * 4);
    const bytes = Buffer.alloc(blockSize);
    backups.forEach((group, slot) => {
      bytes.writeUInt32LE(groupStart(group) + block, slot * 4);
    });
    yield { block, bytes };
  }
  yield { block: resizeBlock, bytes: list };
}
