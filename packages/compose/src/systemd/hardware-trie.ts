import { ByteWriter } from '@slipway/core';
import type { StringTable } from './string-table.ts';

export interface TrieValue {
  readonly key: string;
  readonly keyOffset: number;
  readonly valueOffset: number;
  readonly fileOffset: number;
  readonly line: number;
  readonly priority: number;
}

interface TrieNode {
  /** The byte by which its parent knows it. */
  readonly byte: number;
  /** Bytes that all of its strings go on with. */
  prefix: string;
  prefixOffset: number;
  /** Sorted by byte. */
  children: TrieNode[];
  /** Sorted by key. */
  values: TrieValue[];
}

/** Sizes of the structures of systemd's hwdb-internal.h, in bytes. */
export const trieSizes = { header: 80, node: 24, child: 16, value: 32 } as const;

/** The tree of an hwdb.bin: match strings share their beginnings, values hang where a match ends. */
export class HardwareTrie {
  readonly #strings: StringTable;
  readonly #root: TrieNode = { byte: 0, prefix: '', prefixOffset: 0, children: [], values: [] };

  constructor(strings: StringTable) {
    this.#strings = strings;
  }

  /**
   * Sets a value for a match, in place of one with the same key. `value` is asked for once the node is there: strings
   * enter the table in that order in systemd's databases too.
   */
  set(match: string, value: () => TrieValue): void {
    let node = this.#root;
    let at = 0;
    for (;;) {
      const shared = sharedLength(node.prefix, match, at);
      if (shared < node.prefix.length) {
        this.#split(node, shared);
      }
      at += shared;
      if (at === match.length) {
        setValue(node, value());
        return;
      }
      const byte = match.charCodeAt(at++);
      const place = lowerBound(node.children, (child) => child.byte < byte);
      let child = node.children[place];
      if (child?.byte !== byte) {
        const prefix = match.slice(at);
        child = { byte, prefix, prefixOffset: this.#strings.add(prefix), children: [], values: [] };
        node.children.splice(place, 0, child);
        setValue(child, value());
        return;
      }
      node = child;
    }
  }

  /** The nodes as they are stored, children before parents, and the offset of the root. */
  write(): { nodes: Buffer; rootOffset: number } {
    const out = new ByteWriter(1 << 20);
    const stringsOffset = trieSizes.header + storedSize(this.#root);
    const rootOffset = writeNode(this.#root, stringsOffset, out);
    return { nodes: out.finish(), rootOffset };
  }

  /** Cuts the node's prefix at `length`; what it had becomes its only child. */
  #split(node: TrieNode, length: number): void {
    const rest: TrieNode = {
      byte: node.prefix.charCodeAt(length),
      prefix: node.prefix.slice(length + 1),
      prefixOffset: node.prefixOffset + length + 1,
      children: node.children,
      values: node.values,
    };
    node.prefix = node.prefix.slice(0, length);
    node.prefixOffset = this.#strings.add(node.prefix);
    node.children = [rest];
    node.values = [];
  }
}

function setValue(node: TrieNode, value: TrieValue): void {
  const place = lowerBound(node.values, (other) => other.key < value.key);
  node.values.splice(place, node.values[place]?.key === value.key ? 1 : 0, value);
}

/** Index of the first item that is not before. */
function lowerBound<T>(items: readonly T[], isBefore: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(items[middle] as T)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

function sharedLength(prefix: string, match: string, at: number): number {
  let length = 0;
  while (length < prefix.length && prefix.charCodeAt(length) === match.charCodeAt(at + length)) {
    length++;
  }
  return length;
}

function storedSize(node: TrieNode): number {
  const own = trieSizes.node + node.children.length * trieSizes.child + node.values.length * trieSizes.value;
  return node.children.reduce((sum, child) => sum + storedSize(child), own);
}

function writeNode(node: TrieNode, stringsOffset: number, out: ByteWriter): number {
  const childOffsets = node.children.map((child) => writeNode(child, stringsOffset, out));
  const offset = trieSizes.header + out.length;
  out
    .u64le(stringsOffset + node.prefixOffset)
    .u8(node.children.length)
    .zeros(7)
    .u64le(node.values.length);
  node.children.forEach((child, index) =>
    out
      .u8(child.byte)
      .zeros(7)
      .u64le(childOffsets[index] as number),
  );
  for (const value of node.values) {
    out.u64le(stringsOffset + value.keyOffset).u64le(stringsOffset + value.valueOffset);
    out
      .u64le(stringsOffset + value.fileOffset)
      .u32le(value.line)
      .u16le(value.priority)
      .zeros(2);
  }
  return offset;
}
