import type { FileInode, Inode } from '@slipway/tree';

/** The file type in the high bits of a mode (inode(7)). */
export const modeTypes = {
  fifo: 0x1000,
  'character-device': 0x2000,
  directory: 0x4000,
  'block-device': 0x6000,
  file: 0x8000,
  symlink: 0xa000,
} as const;

/** `file_type` of a directory entry, in ext4 as in EROFS. */
export const entryTypes = {
  file: 1,
  directory: 2,
  'character-device': 3,
  'block-device': 4,
  fifo: 5,
  symlink: 7,
} as const;

/** What Linux cannot store of an inode's mode, owner or device number; undefined when it can. */
export function inodeProblem(inode: Inode): string | undefined {
  const { mode, uid, gid } = inode;
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777) {
    return `its mode is ${mode}`;
  }
  if (!isUint32(uid) || !isUint32(gid)) {
    return `its owner is ${uid}:${gid}`;
  }
  if (inode.type === 'character-device' || inode.type === 'block-device') {
    const { major, minor } = inode;
    const fits = isUint32(major) && major < 2 ** 12 && isUint32(minor) && minor < 2 ** 20;
    return fits ? undefined : `its device number is ${major}:${minor}`;
  }
  return undefined;
}

function isUint32(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** 32;
}

/** The nodes with content in the order in which their content comes; those that `order` leaves out come last. */
export function inContentOrder<T extends { readonly inode: Inode }>(
  nodes: readonly T[],
  order: Iterable<FileInode>,
  hasContent: (node: T) => boolean,
): T[] {
  const waiting = new Map<Inode, T>();
  for (const node of nodes) {
    if (node.inode.type === 'file' && hasContent(node)) {
      waiting.set(node.inode, node);
    }
  }
  const ordered: T[] = [];
  for (const inode of order) {
    const node = waiting.get(inode);
    if (node !== undefined) {
      ordered.push(node);
      waiting.delete(inode);
    }
  }
  return [...ordered, ...waiting.values()];
}
