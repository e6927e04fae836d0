import { SlipwayError } from '@slipway/core';
import { baseName, comparePaths, parentPath } from '@slipway/tree';
import { entriesFor, type FatName, FatNames } from './fat-names.ts';
import type { FatFile } from './plan-fat.ts';

export interface FatTreeFile {
  readonly kind: 'file';
  readonly name: FatName;
  readonly file: FatFile;
}

export interface FatTreeDirectory {
  readonly kind: 'directory';
  /** Of the root: empty. */
  readonly name: FatName;
  /** The root has none. */
  readonly parent: FatTreeDirectory | undefined;
  /** Sorted by name. */
  readonly children: (FatTreeDirectory | FatTreeFile)[];
}

export interface FatTree {
  /** Root first, parents before children. */
  readonly directories: readonly FatTreeDirectory[];
  /** In the order that was given. */
  readonly files: readonly FatTreeFile[];
}

/** A directory has at most 2 MiB of entries (fatgen103); `.`, `..` or the label are among them. */
const maxEntries = 65_536 - 2;
const maxFileBytes = 2 ** 32 - 1;

/** Directories come from the paths of files and from `extraDirectories`. Throws `DISK_FAT_UNREPRESENTABLE`. */
export function fatTree(files: readonly FatFile[], extraDirectories: readonly string[]): FatTree {
  const byPath = new Map<string, FatFile>();
  const children = new Map<string, Set<string>>([['/', new Set()]]);
  for (const path of extraDirectories) {
    addDirectory(children, path);
  }
  for (const file of files) {
    check(/^\/./.test(file.path), file.path, 'its path is not absolute');
    check(!byPath.has(file.path), file.path, 'it is there twice');
    check(Number.isSafeInteger(file.sizeBytes) && file.sizeBytes >= 0, file.path, 'its size is not a number of bytes');
    check(file.sizeBytes <= maxFileBytes, file.path, 'it is larger than 4 GiB');
    byPath.set(file.path, file);
    addDirectory(children, parentPath(file.path));
    children.get(parentPath(file.path))?.add(file.path);
  }
  for (const path of byPath.keys()) {
    check(!children.has(path), path, 'it is a file and a directory');
  }
  return new TreeBuilding(byPath, children);
}

class TreeBuilding implements FatTree {
  readonly directories: FatTreeDirectory[] = [];
  readonly files: FatTreeFile[];
  readonly #byPath: ReadonlyMap<string, FatFile>;
  readonly #children: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #nodes = new Map<FatFile, FatTreeFile>();

  constructor(byPath: ReadonlyMap<string, FatFile>, children: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#byPath = byPath;
    this.#children = children;
    const name = { short: Buffer.alloc(0), long: undefined };
    const node: FatTreeDirectory = { kind: 'directory', name, parent: undefined, children: [] };
    this.#fill(node, '/');
    this.files = [...byPath.values()].map((file) => this.#nodes.get(file) as FatTreeFile);
  }

  #fill(directory: FatTreeDirectory, path: string): void {
    this.directories.push(directory);
    const paths = [...(this.#children.get(path) ?? [])].sort(comparePaths);
    const names = new FatNames(paths.map(baseName));
    let entries = 0;
    for (const child of paths) {
      const name = names.add(baseName(child), child);
      entries += entriesFor(name);
      check(entries <= maxEntries, path, 'it has too many entries');
      const file = this.#byPath.get(child);
      if (file === undefined) {
        const node: FatTreeDirectory = { kind: 'directory', name, parent: directory, children: [] };
        directory.children.push(node);
        this.#fill(node, child);
      } else {
        const node: FatTreeFile = { kind: 'file', name, file };
        directory.children.push(node);
        this.#nodes.set(file, node);
      }
    }
  }
}

/** Adds a directory and those above it. */
function addDirectory(children: Map<string, Set<string>>, path: string): void {
  check(
    path.startsWith('/') && (path === '/' || !/\/(?:\.{0,2})(?:\/|$)/.test(path)),
    path,
    'its path is not absolute',
  );
  for (let at = path; !children.has(at); at = parentPath(at)) {
    children.set(at, new Set());
  }
  for (let at = path; at !== '/'; at = parentPath(at)) {
    children.get(parentPath(at))?.add(at);
  }
}

function check(condition: boolean, path: string, complaint: string): void {
  if (!condition) {
    throw new SlipwayError('DISK_FAT_UNREPRESENTABLE', `Cannot store ${path}: ${complaint}`);
  }
}
