import { SlipwayError } from '@slipway/core';
import type { DirectoryInode, Inode } from './inode.ts';

export interface TreeEntry {
  /** Absolute, normalised, no trailing slash; the root is `/`. */
  readonly path: string;
  readonly inode: Inode;
}

/** Linux gives up after 40 (path_resolution(7)). */
const symlinkLimit = 40;

/**
 * A whole file system as values. Every entry's parent is a directory of the tree, and no entry's path leads
 * through a symbolic link: `resolve` gives the place where a path really is.
 */
export class FileTree {
  readonly #inodes = new Map<string, Inode>();
  readonly #children = new Map<string, Set<string>>();

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

  /** Adds or replaces an entry. The parent must be a directory of the tree (`TREE_NO_PARENT`). */
  set(path: string, inode: Inode): void {
    checkPath(path);
    if (path !== '/') {
      this.#adoptInto(parentPath(path), path);
    }
    if (inode.type === 'directory') {
      this.#children.set(path, this.#children.get(path) ?? new Set());
    } else if ((this.#children.get(path)?.size ?? 0) > 0) {
      throw new SlipwayError('TREE_NOT_EMPTY', `Cannot replace ${path}: it is a directory with entries`);
    } else {
      this.#children.delete(path);
    }
    this.#inodes.set(path, inode);
  }

  /** Removes an entry and everything below it; unknown paths are ignored. */
  delete(path: string): void {
    for (const child of this.#children.get(path) ?? []) {
      this.delete(child);
    }
    this.#children.delete(path);
    if (this.#inodes.delete(path) && path !== '/') {
      this.#children.get(parentPath(path))?.delete(path);
    }
  }

  /** Paths of the direct entries of a directory, sorted by bytes of the name; empty for anything else. */
  children(path: string): string[] {
    return [...(this.#children.get(path) ?? [])].sort(comparePaths);
  }

  /** Every entry, parents before children, siblings sorted: the order is the same for equal trees. */
  *entries(from = '/'): Generator<TreeEntry> {
    const inode = this.#inodes.get(from);
    if (inode === undefined) {
      return;
    }
    yield { path: from, inode };
    for (const child of this.children(from)) {
      yield* this.entries(child);
    }
  }

  /**
   * Where `path` is after following the symbolic links of its directories (`/bin/sh` → `/usr/bin/sh` on a merged /usr);
   * the last component is followed too when `followLast`. Components that do not exist are kept as they are.
   * Throws `TREE_SYMLINK_LOOP`.
   */
  resolve(path: string, followLast = false): string {
    let budget = symlinkLimit;
    let done = '/';
    const todo = path.split('/').filter((part) => part !== '' && part !== '.');
    while (todo.length > 0) {
      const part = todo.shift() as string;
      if (part === '..') {
        done = parentPath(done);
        continue;
      }
      const next = joinPath(done, part);
      const inode = this.#inodes.get(next);
      if (inode?.type !== 'symlink' || (todo.length === 0 && !followLast)) {
        done = next;
        continue;
      }
      if (budget-- === 0) {
        throw new SlipwayError('TREE_SYMLINK_LOOP', `Cannot resolve ${path}: more than ${symlinkLimit} symbolic links`);
      }
      todo.unshift(...inode.target.split('/').filter((piece) => piece !== '' && piece !== '.'));
      done = inode.target.startsWith('/') ? '/' : done;
    }
    return done;
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

  #adoptInto(parent: string, path: string): void {
    const siblings = this.#children.get(parent);
    if (siblings === undefined) {
      throw new SlipwayError('TREE_NO_PARENT', `Cannot add ${path}: ${parent} is not a directory of the tree`);
    }
    siblings.add(path);
  }
}

export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function joinPath(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`;
}

/** Byte order of the UTF-8 form, which for well-formed text is code point order. */
export function comparePaths(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Linux limits: NAME_MAX 255 bytes, PATH_MAX 4096 bytes. */
function checkPath(path: string): void {
  const parts = path.split('/');
  const bad =
    !path.startsWith('/') ||
    path.includes('\0') ||
    Buffer.byteLength(path) >= 4096 ||
    (path !== '/' &&
      parts.slice(1).some((part) => part === '' || part === '.' || part === '..' || Buffer.byteLength(part) > 255));
  if (bad) {
    throw new SlipwayError('TREE_BAD_PATH', `Cannot add ${JSON.stringify(path)}: not an absolute, normalised path`);
  }
}
