import { ByteWriter } from '@slipway/core';

/** Magic and version of kmod's binary index files (kmod: shared/… "index" format 2.1). */
const magic = 0xb007f457;
const version = 0x00020001;
const headerBytes = 12;

const nodeFlags = { prefix: 0x80000000, values: 0x40000000, children: 0x20000000 } as const;

interface IndexNode {
  prefix: string;
  readonly children: Map<number, IndexNode>;
  values: { readonly value: string; readonly priority: number }[];
}

/**
 * A kmod index (`modules.*.bin`): a radix tree from keys to values with priorities, lowest number first.
 * Keys and values are ASCII. Nodes are written children first; the header names the root.
 */
export class ModuleIndex {
  readonly #root: IndexNode = newNode('');

  add(key: string, value: string, priority: number): void {
    let node = this.#root;
    let rest = key;
    for (;;) {
      const shared = sharedLength(node.prefix, rest);
      if (shared < node.prefix.length) {
        splitNode(node, shared);
      }
      rest = rest.slice(shared);
      if (rest === '') {
        addValue(node, value, priority);
        return;
      }
      const first = rest.charCodeAt(0);
      rest = rest.slice(1);
      const child = node.children.get(first);
      if (child === undefined) {
        const leaf = newNode(rest);
        addValue(leaf, value, priority);
        node.children.set(first, leaf);
        return;
      }
      node = child;
    }
  }

  finish(): Uint8Array {
    const out = new ByteWriter(1 << 16);
    out.u32be(magic).u32be(version).u32be(0);
    const root = writeNode(this.#root, out);
    const bytes = out.finish();
    bytes.writeUInt32BE(root >>> 0, headerBytes - 4);
    return bytes;
  }
}

function newNode(prefix: string): IndexNode {
  return { prefix, children: new Map(), values: [] };
}

/** Cuts the node's prefix at `length`; the rest becomes its only child. */
function splitNode(node: IndexNode, length: number): void {
  const rest: IndexNode = {
    prefix: node.prefix.slice(length + 1),
    children: new Map(node.children),
    values: node.values,
  };
  const branch = node.prefix.charCodeAt(length);
  node.prefix = node.prefix.slice(0, length);
  node.children.clear();
  node.children.set(branch, rest);
  node.values = [];
}

function addValue(node: IndexNode, value: string, priority: number): void {
  if (!node.values.some((known) => known.value === value)) {
    node.values.push({ value, priority });
    node.values.sort((a, b) => a.priority - b.priority);
  }
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) {
    length++;
  }
  return length;
}

/** Returns the node's offset with its flags in the upper bits, as a parent stores it. */
function writeNode(node: IndexNode, out: ByteWriter): number {
  const codes = [...node.children.keys()];
  const first = Math.min(...codes);
  const last = Math.max(...codes);
  const offsets = new Map(
    [...node.children].sort(([a], [b]) => a - b).map(([code, child]) => [code, writeNode(child, out)] as const),
  );
  let place = out.length;
  if (node.prefix !== '') {
    out.text(node.prefix, 'latin1').u8(0);
    place |= nodeFlags.prefix;
  }
  if (codes.length > 0) {
    out.u8(first).u8(last);
    for (let code = first; code <= last; code++) {
      out.u32be(offsets.get(code) ?? 0);
    }
    place |= nodeFlags.children;
  }
  if (node.values.length > 0) {
    out.u32be(node.values.length);
    node.values.forEach(({ value, priority }) => out.u32be(priority).text(value, 'latin1').u8(0));
    place |= nodeFlags.values;
  }
  return place;
}
