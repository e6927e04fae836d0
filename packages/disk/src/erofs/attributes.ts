import { ByteWriter, SlipwayError } from '@slipway/core';
import type { ErofsFeature } from './kernel-features.ts';
import type { TreeNode } from './numbered-tree.ts';
import { attributeHeaderBytes } from './on-disk.ts';

/** Prefixes of attribute names and EROFS_XATTR_INDEX_*, whole names before the prefixes they begin with. */
const nameIndexes: readonly (readonly [prefix: string, index: number])[] = [
  ['system.posix_acl_access', 2],
  ['system.posix_acl_default', 3],
  ['user.', 1],
  ['trusted.', 4],
  ['security.', 6],
];
const accessListIndexes = new Set([2, 3]);
const securityIndex = 6;

const maxNameBytes = 255;
const maxValueBytes = 0xffff;
/** h_shared_count has 8 bits. */
const maxSharedPerInode = 255;
/** i_xattr_icount has 16 bits: the header counts as one unit, everything else in units of 4 bytes. */
const maxInlineBytes = attributeHeaderBytes + 4 * 0xfffe;

interface Attribute {
  readonly index: number;
  /** An entry (struct erofs_xattr_entry), padded to 4 bytes, as it is both in inodes and in the shared area. */
  readonly bytes: Buffer;
  /** Entries are equal when their keys are. */
  readonly key: string;
}

/** The attributes of all inodes of a tree; what several inodes have is stored once. */
export interface StoredAttributes {
  /** What follows each inode, by node number; empty for none. */
  readonly inline: readonly Buffer[];
  /** The shared area; empty for none. */
  readonly shared: Buffer;
  readonly features: ReadonlySet<ErofsFeature>;
}

/** Throws `DISK_EROFS_UNREPRESENTABLE` for unknown name spaces and for values that are too long. */
export function storeAttributes(nodes: readonly TreeNode[]): StoredAttributes {
  const sets = nodes.map(attributesOf);
  const area = new SharedArea(sets);
  const inline = nodes.map((node, position) => writeInline(node, sets[position] as readonly Attribute[], area));
  return { inline, shared: area.finish(), features: featuresOf(sets) };
}

function attributesOf({ inode, path }: TreeNode): readonly Attribute[] {
  return [...inode.xattrs].map(([name, value]) => attributeOf(name, value, path)).sort(compareAttributes);
}

function attributeOf(fullName: string, value: Uint8Array, path: string): Attribute {
  const match = nameIndexes.find(
    ([prefix]) => fullName === prefix || (prefix.endsWith('.') && fullName.startsWith(prefix)),
  );
  const name = Buffer.from(fullName.slice(match?.[0].length));
  const isWhole = match !== undefined && accessListIndexes.has(match[1]);
  if (match === undefined || name.length > maxNameBytes || (name.length === 0 && !isWhole) || name.includes(0)) {
    throw unrepresentable(path, `attribute name ${JSON.stringify(fullName)}`);
  }
  if (value.length > maxValueBytes) {
    throw unrepresentable(path, `the value of ${fullName} has ${value.length} bytes, at most ${maxValueBytes} fit`);
  }
  const entry = new ByteWriter(4 + name.length + value.length + 3).u8(name.length).u8(match[1]).u16le(value.length);
  const bytes = entry.bytes(name).bytes(value).align(4).finish();
  return { index: match[1], bytes, key: bytes.toString('latin1') };
}

function compareAttributes(a: Attribute, b: Attribute): number {
  return a.index - b.index || (a.key < b.key ? -1 : 1);
}

/** Entries that more than one inode has, in the order in which the tree shows them. */
class SharedArea {
  /** Offsets by key. */
  readonly #offsets = new Map<string, number>();
  readonly #area = new ByteWriter();

  constructor(sets: readonly (readonly Attribute[])[]) {
    const users = new Map<string, number>();
    for (const { key } of sets.flat()) {
      users.set(key, (users.get(key) ?? 0) + 1);
    }
    for (const { key, bytes } of sets.flat()) {
      if ((users.get(key) as number) > 1 && !this.#offsets.has(key)) {
        this.#offsets.set(key, this.#area.length);
        this.#area.bytes(bytes);
      }
    }
  }

  offsetOf({ key }: Attribute): number | undefined {
    return this.#offsets.get(key);
  }

  finish(): Buffer {
    return this.#area.finish();
  }
}

function writeInline({ path }: TreeNode, attributes: readonly Attribute[], area: SharedArea): Buffer {
  if (attributes.length === 0) {
    return Buffer.alloc(0);
  }
  const shared = attributes.filter((attribute) => area.offsetOf(attribute) !== undefined).slice(0, maxSharedPerInode);
  const own = attributes.filter((attribute) => !shared.includes(attribute));
  const body = new ByteWriter(256).u32le(0).u8(shared.length).zeros(7);
  for (const attribute of shared) {
    body.u32le((area.offsetOf(attribute) as number) / 4);
  }
  for (const { bytes } of own) {
    body.bytes(bytes);
  }
  if (body.length > maxInlineBytes) {
    throw unrepresentable(path, `its extended attributes take ${body.length} bytes, at most ${maxInlineBytes} fit`);
  }
  return body.finish();
}

function featuresOf(sets: readonly (readonly Attribute[])[]): Set<ErofsFeature> {
  const needed = new Set<ErofsFeature>();
  for (const { index } of sets.flat()) {
    needed.add('attributes');
    if (accessListIndexes.has(index)) {
      needed.add('accessLists');
    } else if (index === securityIndex) {
      needed.add('labels');
    }
  }
  return needed;
}

function unrepresentable(path: string, reason: string): SlipwayError {
  return new SlipwayError('DISK_EROFS_UNREPRESENTABLE', `Cannot store ${path}: ${reason}`);
}
