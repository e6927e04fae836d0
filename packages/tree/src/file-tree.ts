import { SlipwayError } from '@slipway/core';
import type { DirectoryInode, Inode } from './inode.ts';
import { resolvePath } from './resolve-path.ts';
import { comparePaths, hasHighUnits, isTreePath, parentPath } from './tree-path.ts';

export interface TreeEntry {
  /** Absolute, normalised, no trailing slash; the root is `/`. */
  readonly path: string;
  readonly inode: Inode;
}

/**
 * A whole file system as values. Every entry's parent is a directory of the tree, and no entry's path leads
 * through a symbolic link: `resolve` gives the place where a path really is.
 */
export class FileTree {
  readonly #inodes = new Map<string, Inode>();
  readonly #children = new Map<string, Set<string>>();
  /** Children in order, of directories that were asked for and did not change since; the arrays are never changed. */
  readonly #sorted = new Map<string, readonly string[]>();

  constructor(root: DirectoryInode) {
    this.#inodes.set('/', root);
    this.#children.set('/', new Set());
  }

  get size(): number {
    return this.#inodes.size;
  }

  get root(): DirectoryInode {
    return this.#inodes.get('/') as DirectoryInode;
  }

  get(path: string): Inode | undefined {
    return this.#inodes.get(path);
  }

  has(path: string): boolean {
    return this.#inodes.has(path);
  }

  /**
   * Adds or replaces an entry. The parent must be a directory of the tree (`TREE_NO_PARENT`); the root stays a
   * directory, and only an empty directory becomes something else (`TREE_NOT_EMPTY`).
   */
  set(path: string, inode: Inode): void {
    checkPath(path);
    if (inode.type !== 'directory' && (path === '/' || (this.#children.get(path)?.size ?? 0) > 0)) {
      throw new SlipwayError('TREE_NOT_EMPTY', `Cannot replace ${path}: it is a directory with entries`);
    }
    if (path !== '/') {
      this.#adoptInto(parentPath(path), path);
    }
    if (inode.type !== 'directory') {
      this.#forgetChildren(path);
    } else if (!this.#children.has(path)) {
      this.#children.set(path, new Set());
    }
    this.#inodes.set(path, inode);
  }

  /** Removes an entry and everything below it; unknown paths are ignored. Of the root, everything below it. */
  delete(path: string): void {
    for (const child of this.#children.get(path) ?? []) {
      this.delete(child);
    }
    if (path === '/') {
      return;
    }
    this.#forgetChildren(path);
    if (this.#inodes.delete(path)) {
      const parent = parentPath(path);
      this.#children.get(parent)?.delete(path);
      this.#sorted.delete(parent);
    }
  }

  /** Paths of the direct entries of a directory, sorted by bytes of the name; empty for anything else. */
  children(path: string): string[] {
    return [...this.#sortedChildren(path)];
  }

  /**
   * Every entry, parents before children, siblings sorted: the order is the same for equal trees. The tree may change
   * meanwhile: entries that are removed are left out, those that are added to a directory already seen are too.
   */
  *entries(from = '/'): Generator<TreeEntry> {
    const todo = [from];
    for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
      const inode = this.#inodes.get(path);
      if (inode !== undefined) {
        yield { path, inode };
        const children = this.#sortedChildren(path);
        for (let at = children.length - 1; at >= 0; at--) {
          todo.push(children[at] as string);
        }
      }
    }
  }

  /**
   * Where `path` is after following the symbolic links of its directories (`/bin/sh` → `/usr/bin/sh` on a merged /usr);
   * the last component is followed too when `followLast`. Components that do not exist are kept as they are.
   * Throws `TREE_SYMLINK_LOOP`.
   */
  resolve(path: string, followLast = false): string {
    return resolvePath(path, { targetOf: (place) => this.#targetOf(place), followLast });
  }

  /** The entry that opening `path` would open. */
  lookup(path: string): Inode | undefined {
    return this.#inodes.get(this.resolve(path, true));
  }

  /** An independent tree with the same inodes. */
  clone(): FileTree {
    const copy = new FileTree(this.root);
    for (const { path, inode } of this.entries()) {
      copy.set(path, inode);
    }
    return copy;
  }

  #targetOf(path: string): string | undefined {
    const inode = this.#inodes.get(path);
    return inode?.type === 'symlink' ? inode.target : undefined;
  }

  #adoptInto(parent: string, path: string): void {
    const siblings = this.#children.get(parent);
    if (siblings === undefined) {
      throw new SlipwayError('TREE_NO_PARENT', `Cannot add ${path}: ${parent} is not a directory of the tree`);
    }
    if (!siblings.has(path)) {
      siblings.add(path);
      this.#sorted.delete(parent);
    }
  }

  #sortedChildren(path: string): readonly string[] {
    const known = this.#sorted.get(path);
    if (known !== undefined) {
      return known;
    }
    const sorted = sortPaths([...(this.#children.get(path) ?? [])]);
    if (sorted.length > 0) {
      this.#sorted.set(path, sorted);
    }
    return sorted;
  }

  #forgetChildren(path: string): void {
    this.#children.delete(path);
    this.#sorted.delete(path);
  }
}

/** The engine's own order is that of UTF-16 units: right, and fast, as long as there are no high ones. */
function sortPaths(paths: string[]): string[] {
  return paths.some(hasHighUnits) ? paths.sort(comparePaths) : paths.sort();
}

function checkPath(path: string): void {
  if (!isTreePath(path)) {
    throw new SlipwayError('TREE_BAD_PATH', `Cannot add ${JSON.stringify(path)}: not an absolute, normalised path`);
  }
}
