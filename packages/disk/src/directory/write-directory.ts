import { type FileHandle, link, mkdir, open, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError } from '@slipway/core';
import type { ContentSource, FileInode, FileTree } from '@slipway/tree';

/**
 * Writes a tree below an existing, empty directory of this machine, for programs that must run in it: as the
 * current user, without privileges. Owners, set-id bits, xattrs and devices are left out; modes are widened so that
 * the owner can read everything and enter every directory. Nothing is written through a symbolic link of the tree.
 */
export async function writeDirectory(tree: FileTree, content: ContentSource, target: string): Promise<void> {
  const places = new Map<FileInode, string[]>();
  const links: { path: string; target: string }[] = [];
  for (const { path, inode } of tree.entries()) {
    const place = join(target, path);
    if (inode.type === 'directory') {
      await mkdir(place, { recursive: true, mode: (inode.mode & 0o777) | 0o700 });
    } else if (inode.type === 'file') {
      places.set(inode, [...(places.get(inode) ?? []), place]);
    } else if (inode.type === 'symlink') {
      links.push({ path: place, target: inode.target });
    }
  }
  await writeFiles(places, content);
  for (const { path, target: linkTarget } of links) {
    await symlink(linkTarget, path).catch((cause) => Promise.reject(fileError('write', path, cause)));
  }
}

async function writeFiles(places: ReadonlyMap<FileInode, string[]>, content: ContentSource): Promise<void> {
  const writer = new FileSequence(places);
  try {
    for await (const { inode, bytes } of content.stream(places.keys())) {
      await writer.append(inode, bytes);
    }
  } finally {
    await writer.close();
  }
  await writer.createEmpty();
  for (const [inode, [first = '', ...others]] of places) {
    await utimes(first, inode.mtime, inode.mtime);
    for (const other of others) {
      await link(first, other);
    }
  }
}

/** Chunks come whole file after whole file: one file is open at a time. */
class FileSequence {
  readonly #places: ReadonlyMap<FileInode, string[]>;
  readonly #written = new Set<FileInode>();
  #current: FileInode | undefined;
  #handle: FileHandle | undefined;

  constructor(places: ReadonlyMap<FileInode, string[]>) {
    this.#places = places;
  }

  async append(inode: FileInode, bytes: Uint8Array): Promise<void> {
    if (inode !== this.#current) {
      await this.close();
      this.#handle = await this.#create(inode);
      this.#current = inode;
    }
    const path = this.#places.get(inode)?.[0] ?? '';
    await this.#handle?.writeFile(bytes).catch((cause) => Promise.reject(fileError('write', path, cause)));
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
    this.#current = undefined;
  }

  async createEmpty(): Promise<void> {
    for (const inode of this.#places.keys()) {
      if (!this.#written.has(inode)) {
        await (await this.#create(inode)).close();
      }
    }
  }

  async #create(inode: FileInode): Promise<FileHandle> {
    this.#written.add(inode);
    const path = this.#places.get(inode)?.[0] as string;
    try {
      return await open(path, 'wx', (inode.mode & 0o777) | 0o400);
    } catch (cause) {
      throw fileError('write', path, cause);
    }
  }
}
