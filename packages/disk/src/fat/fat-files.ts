import { SlipwayError } from '@slipway/core';
import type { ContentSource, FileInode, FileTree } from '@slipway/tree';
import type { FatFile } from './plan-fat.ts';

/**
 * The files and directories of a tree for `planFat`, each content asked from `content` on its own: for small trees, as
 * in an EFI system partition. Owners, modes and attributes are dropped. Throws `DISK_FAT_UNREPRESENTABLE` for links
 * and devices.
 */
export function fatFilesOf(tree: FileTree, content: ContentSource): { files: FatFile[]; directories: string[] } {
  const files: FatFile[] = [];
  const directories: string[] = [];
  for (const { path, inode } of tree.entries()) {
    if (inode.type === 'directory') {
      directories.push(path);
    } else if (inode.type === 'file') {
      files.push({ path, sizeBytes: inode.sizeBytes, content: () => bytesOf(inode, content) });
    } else {
      throw new SlipwayError('DISK_FAT_UNREPRESENTABLE', `Cannot store ${path}: FAT has no ${inode.type}`, {
        hint: 'put the file itself there',
      });
    }
  }
  return { files, directories };
}

async function* bytesOf(inode: FileInode, content: ContentSource): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of content.stream([inode])) {
    yield bytes;
  }
}
