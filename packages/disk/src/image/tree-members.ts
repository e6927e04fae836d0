import { SlipwayError } from '@slipway/core';
import type { ContentChunk, ContentSource, DirectoryInode, FileInode, FileTree, Inode } from '@slipway/tree';

type SpecialInode = Exclude<Inode, FileInode | DirectoryInode>;

/** An entry of an archive. The paths of a file are its hard links, sorted. */
export type TreeMember =
  | { readonly kind: 'directory'; readonly path: string; readonly inode: DirectoryInode }
  | { readonly kind: 'special'; readonly path: string; readonly inode: SpecialInode }
  | {
      readonly kind: 'file';
      readonly paths: readonly [string, ...string[]];
      readonly inode: FileInode;
      /** To be read to its end before the next member is asked for; a chunk is valid until the next one. */
      readonly content: AsyncIterable<Uint8Array>;
    };

/**
 * A tree in the order in which archives hold it: first the directories, sorted, parents before children; then links,
 * devices and empty files, sorted; then the files with content in the order of the source, so that every payload is
 * read once, front to back. Equal trees and sources give the same order.
 * Hard links of files are kept together; other entries that share an inode are entries of their own.
 * Throws `DISK_CONTENT_SIZE` when the source leaves a file out or has other bytes than the tree announces.
 */
export async function* treeMembers(tree: FileTree, source: ContentSource): AsyncGenerator<TreeMember> {
  const files = new Map<FileInode, [string, ...string[]]>();
  const small: TreeMember[] = [];
  for (const { path, inode } of tree.entries()) {
    if (inode.type === 'directory') {
      yield { kind: 'directory', path, inode };
    } else if (inode.type !== 'file') {
      small.push({ kind: 'special', path, inode });
    } else if (!addLink(files, inode, path) && inode.sizeBytes === 0) {
      small.push({ kind: 'file', paths: files.get(inode) as [string], inode, content: nothing() });
    }
  }
  yield* small;
  yield* filesWithContent(files, source);
}

/** True when the file has another path already. */
function addLink(files: Map<FileInode, [string, ...string[]]>, inode: FileInode, path: string): boolean {
  const paths = files.get(inode);
  if (paths === undefined) {
    files.set(inode, [path]);
    return false;
  }
  paths.push(path);
  return true;
}

async function* filesWithContent(
  files: ReadonlyMap<FileInode, readonly [string, ...string[]]>,
  source: ContentSource,
): AsyncGenerator<TreeMember> {
  const left = new Map([...files].filter(([inode]) => inode.sizeBytes > 0));
  const cursor = new ContentCursor(source.stream([...left.keys()])[Symbol.asyncIterator]());
  try {
    for (let inode = await cursor.nextFile(); inode !== undefined; inode = await cursor.nextFile()) {
      const paths = left.get(inode);
      if (paths === undefined) {
        throw wrongContent(files.get(inode)?.[0] ?? 'a file', 'comes twice or was not asked for');
      }
      left.delete(inode);
      yield { kind: 'file', paths, inode, content: cursor.contentOf(inode, paths[0]) };
    }
  } finally {
    await cursor.close();
  }
  for (const [path] of left.values()) {
    throw wrongContent(path, 'is missing');
  }
}

/** Cuts the one stream of chunks into files. */
class ContentCursor {
  readonly #chunks: AsyncIterator<ContentChunk>;
  #chunk: ContentChunk | undefined;

  constructor(chunks: AsyncIterator<ContentChunk>) {
    this.#chunks = chunks;
  }

  /** The file that the next chunk belongs to. */
  async nextFile(): Promise<FileInode | undefined> {
    await this.#fill();
    return this.#chunk?.inode;
  }

  async *contentOf(inode: FileInode, path: string): AsyncGenerator<Uint8Array> {
    let position = 0;
    for (; this.#chunk?.inode === inode; await this.#fill()) {
      const { offset, bytes } = this.#chunk;
      if (offset !== position || offset + bytes.length > inode.sizeBytes) {
        throw wrongContent(path, `has bytes at ${offset} where ${position} of ${inode.sizeBytes} was expected`);
      }
      position += bytes.length;
      this.#chunk = undefined;
      yield bytes;
    }
    if (position !== inode.sizeBytes) {
      throw wrongContent(path, `has ${position} bytes instead of ${inode.sizeBytes}`);
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #fill(): Promise<void> {
    if (this.#chunk === undefined) {
      const next = await this.#chunks.next();
      this.#chunk = next.done ? undefined : next.value;
    }
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function wrongContent(path: string, reason: string): SlipwayError {
  return new SlipwayError('DISK_CONTENT_SIZE', `Cannot write ${path}: its content ${reason}`);
}
