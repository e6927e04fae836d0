import { ByteWriter, SlipwayError } from '@slipway/core';
import type { HeaderEntry } from './header-entry.ts';
import { headerMagic, indexEntryBytes } from './header-intro.ts';
import { elementBytes, headerType } from './header-type.ts';
import { tag } from './tags.ts';

/** The region of a main header, or of a signature header. */
export type HeaderRegion = 'immutable' | 'signatures';

/**
 * The bytes of a header, magic included, as rpm lays it out: the region tag first, entries and data in order of
 * their tags, the region's trailer last. Throws `RPM_UNWRITABLE` for a tag that is there twice or an empty array.
 */
export function writeHeader(entries: Iterable<HeaderEntry>, region: HeaderRegion): Buffer {
  const sorted = [...entries].sort((a, b) => a.tag - b.tag);
  checkEntries(sorted);
  const regionTag = region === 'immutable' ? tag.headerImmutable : tag.headerSignatures;
  const indexBytes = (sorted.length + 1) * indexEntryBytes;
  const data = new ByteWriter(1 << 16);
  const index = new ByteWriter(indexBytes);
  const offsets = sorted.map((entry) => {
    const at = data.align(Math.max(1, elementBytes(entry.type))).length;
    data.bytes(entry.data);
    return at;
  });
  writeIndexEntry(index, { tag: regionTag, type: headerType.binary, offset: data.length, count: indexEntryBytes });
  sorted.forEach(({ tag: entryTag, type, count }, i) => {
    writeIndexEntry(index, { tag: entryTag, type, offset: offsets[i] as number, count });
  });
  writeIndexEntry(data, { tag: regionTag, type: headerType.binary, offset: -indexBytes, count: indexEntryBytes });
  const intro = new ByteWriter(16)
    .bytes(headerMagic)
    .u32be(sorted.length + 1)
    .u32be(data.length);
  return Buffer.concat([intro.finish(), index.finish(), data.finish()]);
}

interface IndexValues {
  readonly tag: number;
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

function writeIndexEntry(to: ByteWriter, { tag: entryTag, type, offset, count }: IndexValues): void {
  to.u32be(entryTag).u32be(type).u32be(offset).u32be(count);
}

function checkEntries(sorted: readonly HeaderEntry[]): void {
  sorted.forEach((entry, i) => {
    const reason =
      entry.count < 1 ? 'it has no value' : sorted[i + 1]?.tag === entry.tag ? 'it is there twice' : undefined;
    if (reason !== undefined) {
      throw new SlipwayError('RPM_UNWRITABLE', `Cannot write header tag ${entry.tag}: ${reason}`, {
        data: { tag: entry.tag },
      });
    }
  });
}
