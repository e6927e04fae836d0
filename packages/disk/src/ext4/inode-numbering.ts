import { SlipwayError } from '@slipway/core';
import { baseName, type FileTree, type Inode, parentPath, rootOwned } from '@slipway/tree';
import { entryTypes } from '../inode-fields.ts';
import { inodeNumbers, maxLinks } from './on-disk.ts';

export interface DirectoryEntry {
  readonly name: Buffer;
  readonly number: number;
  /** `file_type` of the entry. */
  readonly type: number;
}

/** An inode of the tree with its number; `path` is the first of its paths. */
export interface NumberedInode {
  readonly number: number;
  readonly path: string;
  readonly inode: Inode;
  links: number;
}

export interface NumberedDirectory extends NumberedInode {
  readonly parent: number;
  /** Without `.` and `..`. */
  readonly entries: DirectoryEntry[];
}

export interface NumberedTree {
  /** Every inode but the root by ascending number without gaps, from `inodeNumbers.first`. */
  readonly inodes: readonly NumberedInode[];
  /** Root first, parents before children. */
  readonly directories: readonly NumberedDirectory[];
}

export const lostAndFoundPath = '/lost+found';

/**
 * Numbers the inodes in tree order, lost+found (added when the tree has none) first; paths with one Inode object are
 * hard links. Throws `DISK_EXT4_UNREPRESENTABLE` for too many hard links and for a lost+found that is no directory.
 */
export function numberInodes(tree: FileTree, createdAt: number): NumberedTree {
  const numbering = new Numbering(tree);
  numbering.addLostAndFound(tree.get(lostAndFoundPath) ?? { type: 'directory', ...rootOwned(0o700, createdAt) });
  for (const { path, inode } of tree.entries()) {
    if (path !== '/' && path !== lostAndFoundPath) {
      numbering.add(path, inode);
    }
  }
  return numbering;
}

class Numbering implements NumberedTree {
  readonly inodes: NumberedInode[] = [];
  readonly directories: NumberedDirectory[];
  readonly #byPath: Map<string, NumberedDirectory>;
  readonly #byInode = new Map<Inode, NumberedInode>();

  constructor(tree: FileTree) {
    const { root } = inodeNumbers;
    const entry: NumberedDirectory = { number: root, path: '/', inode: tree.root, links: 2, parent: root, entries: [] };
    this.directories = [entry];
    this.#byPath = new Map([['/', entry]]);
  }

  addLostAndFound(inode: Inode): void {
    if (inode.type !== 'directory') {
      throw new SlipwayError('DISK_EXT4_UNREPRESENTABLE', 'Cannot store /lost+found: ext4 needs it as a directory');
    }
    this.add(lostAndFoundPath, inode);
  }

  add(path: string, inode: Inode): void {
    const parent = this.#byPath.get(parentPath(path)) as NumberedDirectory;
    const numbered = inode.type === 'directory' ? this.#addDirectory(path, inode, parent) : this.#addLink(path, inode);
    parent.entries.push({ name: Buffer.from(baseName(path)), number: numbered.number, type: entryTypes[inode.type] });
  }

  /** A directory has one path, so that one DirectoryInode object at two paths is two directories. */
  #addDirectory(path: string, inode: Inode, parent: NumberedDirectory): NumberedDirectory {
    const { number } = parent;
    const numbered = { number: this.#nextNumber(), path, inode, links: 2, parent: number, entries: [] };
    parent.links++;
    this.inodes.push(numbered);
    this.directories.push(numbered);
    this.#byPath.set(path, numbered);
    return numbered;
  }

  #addLink(path: string, inode: Inode): NumberedInode {
    const known = this.#byInode.get(inode);
    if (known !== undefined) {
      known.links++;
      if (known.links > maxLinks) {
        throw new SlipwayError('DISK_EXT4_UNREPRESENTABLE', `Cannot store ${path}: more than ${maxLinks} hard links`);
      }
      return known;
    }
    const numbered = { number: this.#nextNumber(), path, inode, links: 1 };
    this.inodes.push(numbered);
    this.#byInode.set(inode, numbered);
    return numbered;
  }

  #nextNumber(): number {
    return inodeNumbers.first + this.inodes.length;
  }
}
