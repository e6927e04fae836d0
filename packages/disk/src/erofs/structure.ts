import { SlipwayError } from '@slipway/core';
import { writeDirectory } from './directory-blocks.ts';
import type { InodeDemand } from './erofs-demand.ts';
import { deviceNumber, tailOffset, writeInode } from './inode-record.ts';
import { blockSize } from './on-disk.ts';
import type { ErofsPlan } from './plan-erofs.ts';

/**
 * Everything before the content of files: inodes, attributes, directories and links. The superblock, inline tails of
 * files and inodes of compressed files are left to be filled in.
 */
export function writeStructure(plan: ErofsPlan): Buffer {
  const bytes = Buffer.alloc(plan.structureBlocks * blockSize);
  bytes.set(plan.demand.attributes.shared, plan.attributeBlock * blockSize);
  for (const node of plan.demand.nodes) {
    if (node.storage.kind !== 'clusters') {
      writeInode(recordOf(bytes, plan, node), node, { layout: node.storage.kind, value: contentField(plan, node) });
      putContent(bytes, plan, node);
    }
  }
  return bytes;
}

export function recordOf(structure: Buffer, { offsets }: ErofsPlan, { index, recordBytes }: InodeDemand): Buffer {
  const offset = offsets[index] as number;
  return structure.subarray(offset, offset + recordBytes);
}

function contentField({ starts }: ErofsPlan, { inode, index }: InodeDemand): number {
  return inode.type === 'character-device' || inode.type === 'block-device'
    ? deviceNumber(inode)
    : (starts[index] as number);
}

function putContent(structure: Buffer, plan: ErofsPlan, node: InodeDemand): void {
  const content = contentOf(plan, node);
  if (content.length === 0) {
    return;
  }
  const { storage } = node;
  const inBlocks = storage.kind === 'inline' ? storage.blocks * blockSize : content.length;
  structure.set(content.subarray(0, inBlocks), (plan.starts[node.index] as number) * blockSize);
  if (storage.kind === 'inline') {
    recordOf(structure, plan, node).set(content.subarray(inBlocks), tailOffset(node));
  }
}

/** What is known without the content of files. */
function contentOf({ demand, nids }: ErofsPlan, { inode, index }: InodeDemand): Buffer {
  switch (inode.type) {
    case 'symlink':
      return Buffer.from(inode.target);
    case 'directory': {
      const directory = demand.directories.get(index);
      const packing = demand.packings.get(index);
      if (directory === undefined || packing === undefined) {
        throw new SlipwayError('CORE_BUG', 'a directory without entries was planned');
      }
      return writeDirectory(directory, packing, nids);
    }
    default:
      return Buffer.alloc(0);
  }
}
