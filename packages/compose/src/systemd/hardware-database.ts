import { ByteWriter, SlipwayError } from '@slipway/core';
import type { FileTree } from '@slipway/tree';
import type { ConfigFile } from '../accounts.ts';
import type { ConfigContents } from '../config-contents.ts';
import { addGenerated } from '../system-files.ts';
import { dropInFiles } from './drop-in-files.ts';
import { type HardwareProperty, parseHardwareSource } from './hardware-source.ts';
import { HardwareTrie, trieSizes } from './hardware-trie.ts';
import { StringTable } from './string-table.ts';

const signature = 'KSLPHHRH';
/** Version of systemd that writes the same bytes; readers ignore it. */
const toolVersion = 262;
/** Priorities have 16 bits. */
const mostFiles = 0xffff;

const sourceDirectories = ['/etc/udev/hwdb.d', '/usr/lib/udev/hwdb.d'] as const;

/**
 * udev's hwdb.bin for hwdb.d files, in order: a later file's property replaces an earlier one's for the same match.
 * The bytes are those of `systemd-hwdb update`. Source: systemd, hwdb-internal.h. Throws CORE_LIMIT.
 */
export function formatHardwareDatabase(files: readonly ConfigFile[]): Uint8Array {
  if (files.length > mostFiles) {
    throw new SlipwayError('CORE_LIMIT', `Cannot write a hardware database of more than ${mostFiles} files`);
  }
  const strings = new StringTable();
  const trie = new HardwareTrie(strings);
  files.forEach((file, index) => addSource(trie, strings, file, index + 1));
  const { nodes, rootOffset } = trie.write();
  const texts = strings.finish();
  const size = trieSizes.header + nodes.length + texts.length;
  const out = new ByteWriter(size).text(signature).u64le(toolVersion).u64le(size);
  out.u64le(trieSizes.header).u64le(trieSizes.node).u64le(trieSizes.child).u64le(trieSizes.value);
  return out.u64le(rootOffset).u64le(nodes.length).u64le(texts.length).bytes(nodes).bytes(texts).finish();
}

function addSource(trie: HardwareTrie, strings: StringTable, file: ConfigFile, priority: number): void {
  for (const property of parseHardwareSource(file)) {
    for (const match of property.matches) {
      trie.set(match, () => storedValue(strings, property, file.path, priority));
    }
  }
}

function storedValue(strings: StringTable, property: HardwareProperty, path: string, priority: number) {
  const { key, value, line } = property;
  const keyOffset = strings.add(key);
  const valueOffset = strings.add(value);
  const fileOffset = strings.add(Buffer.from(path).toString('latin1'));
  return { key, keyOffset, valueOffset, fileOffset, line, priority };
}

/** Writes /usr/lib/udev/hwdb.bin, as `systemd-hwdb update --usr` would; nothing for an image without sources. */
export function addHardwareDatabase(tree: FileTree, configs: ConfigContents, time: number): void {
  const files = dropInFiles(tree, configs, sourceDirectories, '.hwdb');
  if (files.length > 0) {
    addGenerated(tree, '/usr/lib/udev/hwdb.bin', formatHardwareDatabase(files), { mode: 0o444, time });
  }
}
