import { SlipwayError } from '@slipway/core';
import { formatNevra } from '@slipway/rpm';
import type { EntryOrigin, FileTree, Inode, ManifestEntry } from '@slipway/tree';
import type { SelectedPackage } from '../select-files.ts';
import type { ImageRule } from './image-rules.ts';

/** What became of an entry, as its manifest has it. */
export type EntryHistory = Pick<ManifestEntry, 'from' | 'replaced' | 'adjusted'>;

interface KnownEntry {
  readonly inode: Inode;
  readonly history: EntryHistory;
}

/**
 * Where the entries of a tree come from. `note` is called after each pass over the tree: what is new then, or another
 * inode than before, is due to that pass. The passes themselves keep no books.
 */
export class EntryOrigins {
  readonly #tree: FileTree;
  readonly #known = new Map<string, KnownEntry>();
  readonly #removed = new Map<string, EntryOrigin>();

  /** `tree` holds the files of the packages and nothing else yet. */
  constructor(tree: FileTree, packages: readonly SelectedPackage[]) {
    this.#tree = tree;
    const bringers = bringersOf(tree, packages);
    for (const { path, inode } of tree.entries()) {
      const nevras = bringers.get(path);
      const from = nevras === undefined ? rule('parent directories') : { packages: nevras };
      this.#known.set(path, { inode, history: { from } });
    }
  }

  /** Whatever changed since the last call is the work of `name`. */
  note(name: ImageRule): void {
    for (const { path, inode } of this.#tree.entries()) {
      const known = this.#known.get(path);
      if (known?.inode !== inode) {
        this.#known.set(path, { inode, history: this.#historyAfter(name, path, { known, inode }) });
      }
    }
    if (this.#known.size > this.#tree.size) {
      this.#forgetRemoved();
    }
  }

  /** Throws `CORE_BUG` for a path that no noted pass made. */
  historyOf(path: string, inode: Inode): EntryHistory {
    const known = this.#known.get(path);
    if (known?.inode !== inode) {
      throw new SlipwayError('CORE_BUG', `nobody noted where ${path} comes from`);
    }
    return known.history;
  }

  /** What a path came from that is in the tree no longer. */
  removedOrigin(path: string): EntryOrigin | undefined {
    return this.#removed.get(path);
  }

  #historyAfter(
    name: ImageRule,
    path: string,
    { known, inode }: { readonly known: KnownEntry | undefined; readonly inode: Inode },
  ): EntryHistory {
    if (known === undefined) {
      const removed = this.#removed.get(path);
      return { from: rule(name), ...(removed === undefined ? {} : { replaced: [removed] }) };
    }
    const { from, replaced = [], adjusted = [] } = known.history;
    if (hasSameContent(known.inode, inode)) {
      return { ...known.history, adjusted: [...adjusted, name] };
    }
    return { from: rule(name), replaced: [from, ...replaced] };
  }

  #forgetRemoved(): void {
    for (const [path, { history }] of this.#known) {
      if (!this.#tree.has(path)) {
        this.#removed.set(path, history.from);
        this.#known.delete(path);
      }
    }
  }
}

function rule(name: ImageRule): EntryOrigin {
  return { rule: name };
}

/** Every package that brings a path, the one whose attributes hold first: that is the first one (`buildTree`). */
function bringersOf(tree: FileTree, packages: readonly SelectedPackage[]): Map<string, string[]> {
  const bringers = new Map<string, string[]>();
  for (const { package: pkg, files } of packages) {
    const nevra = formatNevra(pkg.metadata);
    for (const { file } of files) {
      const path = tree.resolve(file.path);
      const known = bringers.get(path);
      if (known === undefined) {
        bringers.set(path, [nevra]);
      } else if (!known.includes(nevra)) {
        known.push(nevra);
      }
    }
  }
  return bringers;
}

/** Whether only attributes can differ. */
function hasSameContent(before: Inode, after: Inode): boolean {
  if (before.type === 'file') {
    return after.type === 'file' && before.content === after.content;
  }
  if (before.type === 'symlink') {
    return after.type === 'symlink' && before.target === after.target;
  }
  const isDevice = 'major' in before || 'major' in after;
  return before.type === after.type && (!isDevice || sameDevice(before, after));
}

function sameDevice(before: Inode, after: Inode): boolean {
  return 'major' in before && 'major' in after && before.major === after.major && before.minor === after.minor;
}
