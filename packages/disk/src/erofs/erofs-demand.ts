import { SlipwayError } from '@slipway/core';
import type { FileTree } from '@slipway/tree';
import { inContentOrder, inodeProblem } from '../inode-fields.ts';
import { type StoredAttributes, storeAttributes } from './attributes.ts';
import { type DirectoryPacking, packDirectory } from './directory-blocks.ts';
import type { ErofsSettings } from './erofs-options.ts';
import { type NumberedTree, numberTree, type TreeNode } from './numbered-tree.ts';
import {
  alignUp,
  blockSize,
  blocksOf,
  clusterHeaderBytes,
  clusterIndexBytes,
  compactInodeBytes,
  extendedInodeBytes,
} from './on-disk.ts';

/** How the content of an inode is stored. */
export type Storage =
  /** Whole blocks, none for what has no content. */
  | { readonly kind: 'plain'; readonly blocks: number }
  /** Whole blocks, and behind the inode the `tailBytes` that fill no block. */
  | { readonly kind: 'inline'; readonly blocks: number; readonly tailBytes: number }
  /** Compressed clusters of `logicalBlocks` in all, and behind the inode an index with an entry for each of those. */
  | { readonly kind: 'clusters'; readonly logicalBlocks: number };

/** What one inode needs, wherever it will lie. */
export interface InodeDemand extends TreeNode {
  readonly sizeBytes: number;
  readonly extended: boolean;
  /** Extended attributes as they follow the inode; empty for none. */
  readonly attributes: Buffer;
  readonly storage: Storage;
  /** The inode and all that follows it. */
  readonly recordBytes: number;
}

export interface ErofsDemand extends NumberedTree {
  readonly nodes: readonly InodeDemand[];
  readonly packings: ReadonlyMap<number, DirectoryPacking>;
  readonly attributes: StoredAttributes;
  /** Non-empty regular files in the order their content shall lie in. */
  readonly files: readonly InodeDemand[];
}

/** PATH_MAX includes a terminator. */
const maxTargetBytes = 4095;
/**
 * Inline tails of files are in memory until the file system is complete: beyond this much in all, tails get blocks of
 * their own.
 */
const maxInlineTailBytes = 64 << 20;

/** Throws `DISK_EROFS_UNREPRESENTABLE` for what EROFS cannot hold. */
export function demandOf(tree: FileTree, settings: ErofsSettings): ErofsDemand {
  const { nodes: numbered, directories } = numberTree(tree);
  const attributes = storeAttributes(numbered);
  const packings = new Map([...directories].map(([index, directory]) => [index, packDirectory(directory)]));
  let tailBytes = 0;
  const nodes = numbered.map((node): InodeDemand => {
    checkOwnership(node);
    const sizeBytes = packings.get(node.index)?.sizeBytes ?? contentBytes(node);
    const extended = needsExtended(node, sizeBytes, settings);
    const body = bodyBytes(extended, attributes.inline[node.index] as Buffer);
    const clusters = node.inode.type === 'file' && settings.compression !== undefined;
    const mayInline = node.inode.type !== 'file' || tailBytes < maxInlineTailBytes;
    const storage = storageOf({ sizeBytes, body, clusters, mayInline });
    tailBytes += node.inode.type === 'file' && storage.kind === 'inline' ? storage.tailBytes : 0;
    const recordBytes = recordBytesOf(body, storage);
    return { ...node, sizeBytes, extended, attributes: attributes.inline[node.index] as Buffer, storage, recordBytes };
  });
  return {
    nodes,
    directories,
    packings,
    attributes,
    files: inContentOrder(nodes, settings.order, ({ sizeBytes }) => sizeBytes > 0),
  };
}

function bodyBytes(extended: boolean, attributes: Buffer): number {
  return (extended ? extendedInodeBytes : compactInodeBytes) + attributes.length;
}

interface StorageRequest {
  readonly sizeBytes: number;
  readonly body: number;
  readonly clusters: boolean;
  readonly mayInline: boolean;
}

/** A tail is inline when the whole record fits into a block; compression saves nothing for less than two blocks. */
function storageOf({ sizeBytes, body, clusters, mayInline }: StorageRequest): Storage {
  if (clusters && sizeBytes > blockSize) {
    return { kind: 'clusters', logicalBlocks: blocksOf(sizeBytes) };
  }
  const tailBytes = sizeBytes % blockSize;
  return tailBytes > 0 && mayInline && body + tailBytes <= blockSize
    ? { kind: 'inline', blocks: Math.floor(sizeBytes / blockSize), tailBytes }
    : { kind: 'plain', blocks: blocksOf(sizeBytes) };
}

function recordBytesOf(body: number, storage: Storage): number {
  switch (storage.kind) {
    case 'plain':
      return body;
    case 'inline':
      return body + storage.tailBytes;
    case 'clusters':
      return clusterIndexOffset(body) + storage.logicalBlocks * clusterIndexBytes;
  }
}

/** Where the index of clusters begins in a record whose inode and attributes have `body` bytes. */
export function clusterIndexOffset(body: number): number {
  return alignUp(body, 8) + clusterHeaderBytes;
}

/** The small form has 16 bits for owners and links, 32 for the size, and the time of the superblock. */
function needsExtended({ inode, links }: TreeNode, sizeBytes: number, { createdAt }: ErofsSettings): boolean {
  const { uid, gid, mtime } = inode;
  return mtime !== createdAt || uid > 0xffff || gid > 0xffff || links > 0xffff || sizeBytes > 0xffff_ffff;
}

function contentBytes({ inode, path }: TreeNode): number {
  if (inode.type === 'symlink') {
    const length = Buffer.byteLength(inode.target);
    check(length > 0 && length <= maxTargetBytes && !inode.target.includes('\0'), path, 'bad symbolic link target');
    return length;
  }
  if (inode.type === 'file') {
    const { sizeBytes } = inode;
    check(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0, path, 'its size is not a number of bytes');
    return sizeBytes;
  }
  return 0;
}

function checkOwnership({ inode, path }: TreeNode): void {
  const problem = inodeProblem(inode);
  check(problem === undefined, path, problem ?? '');
  check(Number.isSafeInteger(inode.mtime), path, `its time is ${inode.mtime}`);
}

function check(condition: boolean, path: string, complaint: string): void {
  if (!condition) {
    throw new SlipwayError('DISK_EROFS_UNREPRESENTABLE', `Cannot store ${path}: ${complaint}`);
  }
}
