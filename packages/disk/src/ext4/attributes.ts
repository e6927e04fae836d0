import { SlipwayError } from '@slipway/core';
import { crc32c } from '../crc32c.ts';
import { blockSize, inlineAttributesOffset, inodeSize } from './on-disk.ts';
import { posixAclOnDisk } from './posix-acl.ts';

/** fs/ext4/xattr.h */
const attributesMagic = 0xea020000;
const entryHeaderBytes = 16;
const blockHeaderBytes = 32;
/** Four zero bytes after the last entry. */
const terminatorBytes = 4;
const inlineHeaderBytes = 4;
/** EXT4_XATTR_REFCOUNT_MAX */
export const maxAttributeBlockUsers = 1024;

/** Prefixes of attribute names and their index, whole names before the prefixes they begin with. */
const nameIndexes: readonly (readonly [prefix: string, index: number])[] = [
  ['system.posix_acl_access', 2],
  ['system.posix_acl_default', 3],
  ['user.', 1],
  ['trusted.', 4],
  ['security.', 6],
  ['system.', 7],
];

interface Attribute {
  readonly index: number;
  readonly name: Buffer;
  readonly value: Uint8Array;
  readonly hash: number;
}

/** How the attributes of one inode are stored; both parts are ready to write but for the block's checksum. */
export interface StoredAttributes {
  /** The bytes behind the fields of the inode. */
  readonly inline: Buffer | undefined;
  /** An attribute block, which inodes with the same attributes may share; reference count and checksum are 0. */
  readonly block: Buffer | undefined;
}

const none: StoredAttributes = { inline: undefined, block: undefined };

/**
 * Packs attributes into the inode first and into one block after that.
 * Throws `DISK_EXT4_UNREPRESENTABLE` for unknown name spaces and for more than one block.
 */
export function storeAttributes(xattrs: ReadonlyMap<string, Uint8Array>, path: string): StoredAttributes {
  if (xattrs.size === 0) {
    return none;
  }
  const attributes = [...xattrs].map(([name, value]) => attributeOf(name, value, path)).sort(compareAttributes);
  const inlineBytes = inodeSize - inlineAttributesOffset;
  const inline: Attribute[] = [];
  const spilled: Attribute[] = [];
  let room = inlineBytes - inlineHeaderBytes - terminatorBytes;
  for (const attribute of attributes) {
    const fits = storedBytes(attribute) <= room;
    (fits ? inline : spilled).push(attribute);
    room -= fits ? storedBytes(attribute) : 0;
  }
  const needed = spilled.reduce((sum, attribute) => sum + storedBytes(attribute), blockHeaderBytes + terminatorBytes);
  if (needed > blockSize) {
    throw new SlipwayError('DISK_EXT4_UNREPRESENTABLE', `Cannot store ${path}: extended attributes exceed one block`);
  }
  return {
    inline: inline.length === 0 ? undefined : writeInline(inline, inlineBytes),
    block: spilled.length === 0 ? undefined : writeBlock(spilled),
  };
}

/** Completes an attribute block for its place: the checksum covers the block number (ext4_xattr_block_csum). */
export function sealAttributeBlock(block: Buffer, users: number, blockNumber: number, seed: number): Buffer {
  const sealed = Buffer.from(block);
  sealed.writeUInt32LE(users, 4);
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(BigInt(blockNumber));
  sealed.writeUInt32LE(crc32c(sealed, crc32c(number, seed)), 16);
  return sealed;
}

function attributeOf(fullName: string, value: Uint8Array, path: string): Attribute {
  const match = nameIndexes.find(
    ([prefix]) => fullName === prefix || (prefix.endsWith('.') && fullName.startsWith(prefix)),
  );
  const name = Buffer.from(fullName.slice(match?.[0].length));
  const isAcl = match?.[1] === 2 || match?.[1] === 3;
  if (match === undefined || name.length > 255 || (name.length === 0 && !isAcl)) {
    throw new SlipwayError(
      'DISK_EXT4_UNREPRESENTABLE',
      `Cannot store ${path}: attribute name ${JSON.stringify(fullName)}`,
    );
  }
  const stored = isAcl ? posixAclOnDisk(value, path) : value;
  return { index: match[1], name, value: stored, hash: hashAttribute(name, stored) };
}

/** The order that the kernel keeps entries of a block in. */
function compareAttributes(a: Attribute, b: Attribute): number {
  return a.index - b.index || a.name.length - b.name.length || Buffer.compare(a.name, b.name);
}

function storedBytes({ name, value }: Attribute): number {
  return align4(entryHeaderBytes + name.length) + align4(value.length);
}

/** ext4_xattr_hash_entry: over the name, then the value in little-endian words padded with zeros. */
function hashAttribute(name: Buffer, value: Uint8Array): number {
  let hash = 0;
  for (const byte of name) {
    hash = (hash << 5) ^ (hash >>> 27) ^ byte;
  }
  for (let at = 0; at < value.length; at += 4) {
    const word =
      (value[at] as number) | ((value[at + 1] ?? 0) << 8) | ((value[at + 2] ?? 0) << 16) | ((value[at + 3] ?? 0) << 24);
    hash = (hash << 16) ^ (hash >>> 16) ^ word;
  }
  return hash >>> 0;
}

function writeInline(attributes: readonly Attribute[], size: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(attributesMagic, 0);
  writeEntries(bytes.subarray(inlineHeaderBytes), 0, attributes);
  return bytes;
}

function writeBlock(attributes: readonly Attribute[]): Buffer {
  const bytes = Buffer.alloc(blockSize);
  bytes.writeUInt32LE(attributesMagic, 0);
  bytes.writeUInt32LE(1, 8);
  const hash = attributes.reduce((sum, entry) => (sum << 16) ^ (sum >>> 16) ^ entry.hash, 0);
  bytes.writeUInt32LE(attributes.some((entry) => entry.hash === 0) ? 0 : hash >>> 0, 12);
  writeEntries(bytes, blockHeaderBytes, attributes);
  return bytes;
}

/** Entries grow from `start`, values from the end of `area`; value offsets count from the start of `area`. */
function writeEntries(area: Buffer, start: number, attributes: readonly Attribute[]): void {
  let at = start;
  let end = area.length;
  for (const { index, name, value, hash } of attributes) {
    end -= align4(value.length);
    area.writeUInt8(name.length, at);
    area.writeUInt8(index, at + 1);
    area.writeUInt16LE(value.length === 0 ? 0 : end, at + 2);
    area.writeUInt32LE(value.length, at + 8);
    area.writeUInt32LE(hash, at + 12);
    area.set(name, at + entryHeaderBytes);
    area.set(value, end);
    at += align4(entryHeaderBytes + name.length);
  }
}

function align4(length: number): number {
  return (length + 3) & ~3;
}
