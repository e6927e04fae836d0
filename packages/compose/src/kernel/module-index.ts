import { ByteWriter } from '@slipway/core';

/** Magic and version of kmod's binary index files (kmod: shared/… "index" format 2.1). */
const magic = 0xb007f457;
const version = 0x00020001;
/** Byte offset of the header's last word. */
const rootPlace = 8;

const nodeFlags = { prefix: 0x80000000, values: 0x40000000, children: 0x20000000 } as const;

/** kmod's keys are 7-bit; its programs cannot ask for others, nor for ones longer than PATH_MAX. */
const searchableKey = /^[\x01-\x7f]{0,4095}$/;

interface IndexNode {
  prefix: string;
  readonly children: Map<number, IndexNode>;
  values: { readonly value: string; readonly priority: number }[];
}

/**
 * A kmod index (`modules.*.bin`): a radix tree from keys to values with priorities, lowest number first.
 * Keys and values are ASCII. Nodes are written parents first, as kmod 34 does.
 */
export class ModuleIndex {
  readonly #root: IndexNode = newNode('');

  /** Adds a value; keys that no program can ask for are left out. */
  add(key: string, value: string, priority: number): void {
    if (!searchableKey.test(key)) {
      return;
    }
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
    const places: ChildPlace[] = [];
    out.u32be(magic).u32be(version).u32be(0);
    places.push({ at: rootPlace, offset: writeNode(this.#root, out, places) });
    const bytes = out.finish();
    places.forEach(({ at, offset }) => bytes.writeUInt32BE(offset >>> 0, at));
    return bytes;
  }
}

/** Where a node's offset is stored in its parent, and the offset with its flags. */
interface ChildPlace {
  readonly at: number;
  readonly offset: number;
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

/** By priority; of equal ones, the last that was added comes first, as in kmod's own indexes. */
function addValue(node: IndexNode, value: string, priority: number): void {
  const place = node.values.findIndex((other) => other.priority >= priority);
  node.values.splice(place < 0 ? node.values.length : place, 0, { value, priority });
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) {
    length++;
  }
  return length;
}

/** Writes the node and all below it. Returns its offset with its flags in the upper bits. */
function writeNode(node: IndexNode, out: ByteWriter, places: ChildPlace[]): number {
  let offset = out.length;
  if (node.prefix !== '') {
    out.text(node.prefix, 'latin1').u8(0);
    offset |= nodeFlags.prefix;
  }
  const children = [...node.children].sort(([a], [b]) => a - b);
  const first = children[0]?.[0] ?? 0;
  const childOffsets = out.length + 2;
  if (children.length > 0) {
    const last = children.at(-1)?.[0] ?? 0;
    out.u8(first).u8(last);
    out.zeros((last - first + 1) * 4);
    offset |= nodeFlags.children;
  }
  if (node.values.length > 0) {
    out.u32be(node.values.length);
    node.values.forEach(({ value, priority }) => out.u32be(priority).text(value, 'latin1').u8(0));
    offset |= nodeFlags.values;
  }
  for (const [code, child] of children) {
    places.push({ at: childOffsets + (code - first) * 4, offset: writeNode(child, out, places) });
  }
  return offset;
}
