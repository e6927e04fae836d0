/** A directory as a tree, and its content: for comparisons with tools that begin with an unpacked tree. */
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { asDigest, sha256 } from '@slipway/core';
import { type ContentSource, type FileInode, FileTree, type Inode, joinPath } from '@slipway/tree';

const chunkBytes = 1 << 20;
const nowhere = asDigest(sha256(''));

export function directoryTree(directory: string): { readonly tree: FileTree; readonly content: ContentSource } {
  const paths: string[] = [];
  const linked = new Map<number, Inode>();
  const tree = new FileTree({ type: 'directory', ...ownership(lstatSync(directory)) });
  const todo = ['/'];
  for (let parent = todo.pop(); parent !== undefined; parent = todo.pop()) {
    for (const name of readdirSync(join(directory, parent))) {
      const path = joinPath(parent, name);
      const place = join(directory, path);
      const status = lstatSync(place);
      const inode = linked.get(status.ino) ?? inodeOf(place, status, paths);
      if (inode.type === 'directory') {
        todo.push(path);
      } else {
        linked.set(status.ino, inode);
      }
      tree.set(path, inode);
    }
  }
  return { tree, content: { stream: (files) => readFiles(files, paths) } };
}

function ownership({ mode, uid, gid, mtimeMs }: Stats) {
  return { mode: mode & 0o7777, uid, gid, mtime: Math.floor(mtimeMs / 1000), xattrs: new Map<string, Uint8Array>() };
}

/** Files are known by their index in `paths`. */
function inodeOf(place: string, status: Stats, paths: string[]): Inode {
  const owned = ownership(status);
  if (status.isDirectory()) {
    return { type: 'directory', ...owned };
  }
  if (status.isSymbolicLink()) {
    return { type: 'symlink', target: readlinkSync(place), ...owned };
  }
  if (!status.isFile()) {
    throw new Error(`not a file, directory or link: ${place}`);
  }
  const content = { kind: 'payload', package: nowhere, index: paths.push(place) - 1 } as const;
  return { type: 'file', ...owned, sizeBytes: status.size, content, digest: undefined };
}

async function* readFiles(files: Iterable<FileInode>, paths: readonly string[]) {
  const buffer = Buffer.allocUnsafeSlow(chunkBytes);
  for (const inode of files) {
    const file = openSync(inode.content.kind === 'payload' ? (paths[inode.content.index] ?? '') : '', 'r');
    for (let offset = 0; offset < inode.sizeBytes; ) {
      const bytes = buffer.subarray(0, readSync(file, buffer, 0, chunkBytes, offset));
      yield { inode, offset, bytes };
      offset += bytes.length;
    }
    closeSync(file);
  }
}
