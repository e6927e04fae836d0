import { SlipwayError } from '@slipway/core';
import type { PackageFile } from '@slipway/rpm';
import { FileTree, type Inode, joinPath, type Ownership, parentPath, rootOwned } from '@slipway/tree';
import type { Accounts } from './accounts.ts';
import { encodeFileCapabilities } from './file-capabilities.ts';
import type { SelectedFile, SelectedPackage } from './select-files.ts';

const fileTypeMask = 0o170000;
const permissionMask = 0o7777;

/** Which package an entry of the tree came from. */
export type Provenance = ReadonlyMap<string, SelectedFile>;

export interface PackageTree {
  readonly tree: FileTree;
  readonly owners: Provenance;
}

/**
 * Lays the files of packages out as one tree. Directories and symbolic links come first, so that a path through a
 * linked directory (merged /usr) lands where it would on a running system. Two packages may bring the same
 * directory, or the same file with the same content and attributes; anything else is COMPOSE_FILE_CONFLICT.
 */
export function buildTree(packages: readonly SelectedPackage[], accounts: Accounts, time: number): PackageTree {
  const tree = new FileTree({ ...rootOwned(0o755, time), type: 'directory' });
  const owners = new Map<string, SelectedFile>();
  const builder = new TreeBuilder(tree, owners, accounts, time);
  const files = packages.flatMap((pkg) => pkg.files);
  for (const rank of [isLink, isDirectory, isOther]) {
    for (const file of files.filter(({ file }) => rank(file.mode & fileTypeMask)).sort(shallowFirst)) {
      builder.add(file);
    }
  }
  return { tree, owners };
}

const isLink = (type: number) => type === 0o120000;
const isDirectory = (type: number) => type === 0o040000;
const isOther = (type: number) => !isLink(type) && !isDirectory(type);

function shallowFirst(a: SelectedFile, b: SelectedFile): number {
  return depth(a.file.path) - depth(b.file.path);
}

function depth(path: string): number {
  return path.split('/').length;
}

class TreeBuilder {
  readonly #tree: FileTree;
  readonly #owners: Map<string, SelectedFile>;
  readonly #accounts: Accounts;
  readonly #time: number;
  /** Hard links: (package, device, inode) to the one Inode object. */
  readonly #linked = new Map<string, Inode>();

  constructor(tree: FileTree, owners: Map<string, SelectedFile>, accounts: Accounts, time: number) {
    this.#tree = tree;
    this.#owners = owners;
    this.#accounts = accounts;
    this.#time = time;
  }

  add(selected: SelectedFile): void {
    const path = this.#tree.resolve(selected.file.path);
    if (path === '/') {
      return;
    }
    const present = this.#tree.get(path);
    if (present !== undefined) {
      this.#mergeInto(path, present, selected);
      return;
    }
    this.#ensureParents(path);
    this.#tree.set(path, this.#inode(selected));
    this.#owners.set(path, selected);
  }

  #mergeInto(path: string, present: Inode, selected: SelectedFile): void {
    const { file } = selected;
    if (present.type === 'directory' && isDirectory(file.mode & fileTypeMask)) {
      if (!this.#owners.has(path)) {
        this.#tree.set(path, this.#inode(selected)); // was made as somebody's parent
        this.#owners.set(path, selected);
      }
      return;
    }
    const other = this.#owners.get(path);
    if (other === undefined || !sameEntry(other.file, file)) {
      throw new SlipwayError(
        'COMPOSE_FILE_CONFLICT',
        `Cannot install ${path}: ${nameOf(other)} and ${nameOf(selected)} both bring it, and differ`,
        { hint: 'remove one of the packages, or the file from one of them with an overlay' },
      );
    }
  }

  #ensureParents(path: string): void {
    const parent = parentPath(path);
    const present = this.#tree.get(parent);
    if (present === undefined) {
      this.#ensureParents(parent);
      this.#tree.set(parent, { ...rootOwned(0o755, this.#time), type: 'directory' });
    } else if (present.type !== 'directory') {
      throw new SlipwayError('COMPOSE_FILE_CONFLICT', `Cannot install ${path}: ${parent} is a ${present.type}`, {
        hint: 'two packages disagree about a directory; correct one of them with an overlay',
      });
    }
  }

  #inode(selected: SelectedFile): Inode {
    const { file } = selected;
    const attributes = this.#attributes(selected);
    switch (file.mode & fileTypeMask) {
      case 0o040000:
        return { ...attributes, type: 'directory' };
      case 0o120000:
        return { ...attributes, mode: 0o777, type: 'symlink', target: file.linkTarget };
      case 0o020000:
        return { ...attributes, type: 'character-device', ...deviceNumbers(file.rdev) };
      case 0o060000:
        return { ...attributes, type: 'block-device', ...deviceNumbers(file.rdev) };
      case 0o010000:
        return { ...attributes, type: 'fifo' };
      default:
        return this.#regular(selected, attributes);
    }
  }

  #regular(selected: SelectedFile, attributes: Ownership): Inode {
    const { file, index, package: pkg } = selected;
    const linkKey = `${pkg.digest} ${file.device} ${file.inode}`;
    const known = this.#linked.get(linkKey);
    if (known !== undefined) {
      return known;
    }
    const content = { kind: 'payload', package: pkg.digest, index } as const;
    const inode: Inode = { ...attributes, type: 'file', sizeBytes: file.sizeBytes, content, digest: file.digest };
    this.#linked.set(linkKey, inode);
    return inode;
  }

  #attributes(selected: SelectedFile): Ownership {
    const { file } = selected;
    const user = this.#accounts.users.get(file.user);
    const group = this.#accounts.groups.get(file.group);
    if (user === undefined || group === undefined) {
      throw unknownOwner(selected, user === undefined ? `user ${file.user}` : `group ${file.group}`);
    }
    const xattrs = new Map(
      file.caps === '' ? [] : [['security.capability', encodeFileCapabilities(file.caps, file.path)] as const],
    );
    return {
      mode: file.mode & permissionMask,
      uid: user.uid,
      gid: group.gid,
      mtime: Math.min(file.mtime, this.#time),
      xattrs,
    };
  }
}

/** rpm lets packages share an entry when type, permissions, owner and content agree. */
function sameEntry(a: PackageFile, b: PackageFile): boolean {
  return (
    a.mode === b.mode &&
    a.user === b.user &&
    a.group === b.group &&
    a.digest === b.digest &&
    a.linkTarget === b.linkTarget
  );
}

/** The header keeps device numbers as rpm's 16-bit value: major in the high byte, minor in the low byte. */
function deviceNumbers(rdev: number): { major: number; minor: number } {
  return { major: (rdev >> 8) & 0xff, minor: rdev & 0xff };
}

function nameOf(selected: SelectedFile | undefined): string {
  return selected?.package.metadata.name ?? 'the image definition';
}

function unknownOwner(selected: SelectedFile, missing: string): SlipwayError {
  return new SlipwayError(
    'COMPOSE_UNKNOWN_OWNER',
    `Cannot install ${selected.file.path} of ${nameOf(selected)}: there is no ${missing}`,
    { hint: 'a package of the image must bring a sysusers.d file that creates it' },
  );
}

export function addDirectory(tree: FileTree, path: string, attributes: Ownership): void {
  if (!tree.has(path)) {
    tree.set(path, { ...attributes, type: 'directory' });
  }
}

/** Directories from the root down to `path` that do not exist yet, owned by root. */
export function ensureDirectories(tree: FileTree, path: string, time: number): void {
  let done = '/';
  for (const name of path.split('/').filter((part) => part !== '')) {
    done = tree.resolve(joinPath(done, name), true);
    addDirectory(tree, done, rootOwned(0o755, time));
  }
}
