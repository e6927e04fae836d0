import { ByteWriter } from '@slipway/core';
import type { FileTree } from '@slipway/tree';
import type { ConfigFile } from '../accounts.ts';
import type { ConfigContents } from '../config-contents.ts';
import { addGenerated } from '../system-files.ts';
import { type CatalogEntry, parseCatalogSource } from './catalog-source.ts';
import { dropInFiles } from './drop-in-files.ts';
import { StringTable } from './string-table.ts';

const signature = 'RHHHKSLP';
const headerBytes = 40;
const languageBytes = 32;
const itemBytes = 16 + languageBytes + 8;

const sourceDirectories = ['/usr/local/lib/systemd/catalog', '/usr/lib/systemd/catalog'] as const;

/**
 * The journal's database of message explanations for catalog files, in order: an entry of a later file adds its
 * headers before, and puts its text in place of, an earlier one with the same id and language. The bytes are those of
 * `journalctl --update-catalog`. Source: systemd, sd-journal's catalog.c. Throws COMPOSE_BAD_CONFIG.
 */
export function formatMessageCatalog(files: readonly ConfigFile[]): Uint8Array {
  const entries = new Map<string, CatalogEntry>();
  for (const entry of files.flatMap((file) => parseCatalogSource(file))) {
    const key = `${entry.id} ${entry.language}`;
    const earlier = entries.get(key);
    const text = earlier === undefined ? entry.text : combineTexts(entry.text, earlier.text);
    entries.set(key, { ...entry, text });
  }
  const strings = new StringTable();
  const items = [...entries.values()].map((entry) => ({ ...entry, offset: strings.add(entry.text) }));
  items.sort((a, b) => compareText(a.id, b.id) || compareText(a.language, b.language));
  const out = new ByteWriter(headerBytes + items.length * itemBytes);
  out.text(signature).u32le(0).u32le(0).u64le(headerBytes).u64le(items.length).u64le(itemBytes);
  for (const { id, language, offset } of items) {
    out
      .text(id, 'hex')
      .text(language, 'latin1')
      .zeros(languageBytes - language.length)
      .u64le(offset);
  }
  return out.bytes(strings.finish()).finish();
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Headers of both, those of `later` first (the first of a name counts), and the body of `later` unless it has none. */
function combineTexts(later: string, earlier: string): string {
  const laterBody = bodyOffset(later);
  const earlierBody = bodyOffset(earlier);
  const headers = later.slice(0, laterBody) + earlier.slice(0, earlierBody);
  return headers + (laterBody < later.length ? later.slice(laterBody) : earlier.slice(earlierBody));
}

/** Headers are the lines up to the first empty one. */
function bodyOffset(text: string): number {
  if (text.startsWith('\n')) {
    return 0;
  }
  const end = text.indexOf('\n\n');
  return end < 0 ? text.lastIndexOf('\n') + 1 : end + 1;
}

/** Writes /var/lib/systemd/catalog/database, as `journalctl --update-catalog` would; nothing without entries. */
export function addMessageCatalog(tree: FileTree, configs: ConfigContents, time: number): void {
  const files = dropInFiles(tree, configs, sourceDirectories, '.catalog');
  if (files.length > 0) {
    addGenerated(tree, '/var/lib/systemd/catalog/database', formatMessageCatalog(files), { mode: 0o644, time });
  }
}
