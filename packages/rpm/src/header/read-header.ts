import { asBuffer } from './as-buffer.ts';
import { Header } from './header.ts';
import type { HeaderEntry } from './header-entry.ts';
import { type HeaderKind, type HeaderPlace, headerError, indexEntryBytes, readHeaderIntro } from './header-intro.ts';
import { elementBytes, type HeaderType, headerType, isHeaderType, isStringType, isTypeOfTag } from './header-type.ts';
import { tag } from './tags.ts';

/** Elements per array except binary data: no package has a million files (rpm's HEADER_ARRAY_MAX). */
const maxArrayCount = 0xfffff;
/** Length of a region tag's data: one index entry, the trailer. */
const trailerBytes = indexEntryBytes;

export interface ReadHeaderOptions {
  /** Default `main`. */
  readonly kind?: HeaderKind;
  /** Name for error messages. */
  readonly file?: string;
}

export interface ReadHeader {
  readonly header: Header;
  /** Offset after the last byte of the header's data. */
  readonly end: number;
}

interface IndexEntry {
  readonly tag: number;
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

interface Region {
  readonly tag: number;
  /** Index entries in the region, its own tag included. */
  readonly entryCount: number;
  /** Bytes of the region's data, its trailer included. */
  readonly dataBytes: number;
}

/**
 * Reads the header that begins at `offset`, with every check that rpm 6.1 makes (header.cc): limits, region tag and
 * trailer, ascending data without overlap, alignment, types, terminated strings. Throws `RPM_BAD_HEADER`.
 */
export function readHeader(bytes: Uint8Array, offset = 0, options: ReadHeaderOptions = {}): ReadHeader {
  const place: HeaderPlace = { kind: options.kind ?? 'main', file: options.file ?? 'header', offset };
  const whole = asBuffer(bytes).subarray(offset);
  const intro = readHeaderIntro(whole, place);
  if (whole.length < intro.totalBytes) {
    throw headerError(place, `it has ${intro.totalBytes} bytes, but only ${whole.length} are there`);
  }
  const indexStart = place.kind === 'installed' ? 8 : 16;
  const dataStart = indexStart + intro.entryCount * indexEntryBytes;
  const parts: HeaderParts = {
    place,
    dataStart,
    index: readIndex(whole.subarray(indexStart, dataStart)),
    data: whole.subarray(dataStart, intro.totalBytes),
  };
  const region = readRegion(parts);
  const entries = readEntries(parts, region);
  checkDataIsDense(parts, entries, region);
  const blob = whole.subarray(indexStart - 8, intro.totalBytes);
  const header = new Header(withoutReplaced(parts, entries, region), {
    regionTag: region?.tag,
    blob,
    place: { file: place.file, offset: offset + indexStart - 8 },
  });
  return { header, end: offset + intro.totalBytes };
}

interface HeaderParts {
  readonly place: HeaderPlace;
  readonly dataStart: number;
  readonly index: readonly IndexEntry[];
  readonly data: Buffer;
}

function readIndex(bytes: Buffer): IndexEntry[] {
  return Array.from({ length: bytes.length / indexEntryBytes }, (_, i) => readIndexEntry(bytes, i * indexEntryBytes));
}

function readIndexEntry(bytes: Buffer, at: number): IndexEntry {
  return {
    tag: bytes.readUInt32BE(at),
    type: bytes.readUInt32BE(at + 4),
    offset: bytes.readInt32BE(at + 8),
    count: bytes.readUInt32BE(at + 12),
  };
}

/** The region of the header, or undefined for one of rpm 3, whose first entry is no region tag. */
function readRegion({ place, index, data }: HeaderParts): Region | undefined {
  const first = index[0] as IndexEntry;
  if (!isRegionTagOf(place.kind, first.tag)) {
    return undefined;
  }
  if (first.type !== headerType.binary || first.count !== trailerBytes) {
    throw headerError(place, 'its region tag is not a trailer of 16 bytes');
  }
  const dataBytes = first.offset + trailerBytes;
  if (first.offset < 0 || dataBytes > data.length) {
    throw headerError(place, 'its region ends outside the data');
  }
  const trailer = readIndexEntry(data, first.offset);
  const isOldSignatureTrailer = place.kind === 'signature' && trailer.tag === tag.headerImage;
  const tagAgrees = trailer.tag === first.tag || isOldSignatureTrailer;
  if (!tagAgrees || trailer.type !== headerType.binary || trailer.count !== trailerBytes) {
    throw headerError(place, 'its region has no trailer of its own');
  }
  const entryCount = -trailer.offset / indexEntryBytes;
  if (!Number.isInteger(entryCount) || entryCount < 0 || entryCount > index.length) {
    throw headerError(place, 'its region covers entries that are not there');
  }
  if (place.kind === 'main' && (entryCount !== index.length || dataBytes !== data.length)) {
    throw headerError(place, 'its region does not cover all of it');
  }
  return { tag: first.tag, entryCount: first.offset === 0 ? index.length : entryCount, dataBytes };
}

function isRegionTagOf(kind: HeaderKind, first: number): boolean {
  switch (kind) {
    case 'signature':
      return first === tag.headerSignatures;
    case 'main':
      return first === tag.headerImmutable;
    default:
      return first >= tag.headerImage && first <= tag.headerImmutable;
  }
}

function readEntries(parts: HeaderParts, region: Region | undefined): HeaderEntry[] {
  const entries: HeaderEntry[] = [];
  let end = 0;
  for (const [number, item] of parts.index.entries()) {
    if (region !== undefined && number === 0) {
      continue;
    }
    const entry = item.offset < end ? undefined : readEntry(parts, item, region);
    if (entry === undefined) {
      const { tag: entryTag, type, offset, count } = item;
      const text = `tag ${entryTag} type ${type} offset ${offset} count ${count}`;
      throw headerError(
        parts.place,
        `its entry ${number} is impossible (${text})`,
        parts.dataStart + Math.max(0, offset),
      );
    }
    end = item.offset + entry.data.length;
    entries.push(entry);
  }
  return entries;
}

/** The entry with its data, or undefined when it breaks a rule. */
function readEntry(
  { place, data }: HeaderParts,
  item: IndexEntry,
  region: Region | undefined,
): HeaderEntry | undefined {
  const { type, offset, count } = item;
  if (item.tag < tag.i18nTable || !isHeaderType(type) || count < 1 || count > data.length || offset > data.length) {
    return undefined;
  }
  if (type !== headerType.binary && count > maxArrayCount) {
    return undefined;
  }
  if (offset % Math.max(1, elementBytes(type)) !== 0) {
    return undefined;
  }
  if (place.kind !== 'signature' && region !== undefined && !isTypeOfTag(item.tag, type)) {
    return undefined;
  }
  const length = dataLength(data, type, offset, count);
  const end = offset + (length ?? 0);
  if (length === undefined || length < 1 || end > data.length) {
    return undefined;
  }
  if (region !== undefined && end > region.dataBytes - trailerBytes && offset < region.dataBytes) {
    return undefined; // it would reach into the trailer
  }
  return { tag: item.tag, type, count, data: data.subarray(offset, end) };
}

/** Bytes of a value, terminators included; undefined when it is not complete. */
function dataLength(data: Buffer, type: HeaderType, offset: number, count: number): number | undefined {
  if (!isStringType(type)) {
    return elementBytes(type) * count;
  }
  if (type === headerType.string && count !== 1) {
    return undefined;
  }
  let at = offset;
  for (let strings = 0; strings < count; strings++) {
    const terminator = data.indexOf(0, at);
    if (terminator < 0) {
      return undefined;
    }
    at = terminator + 1;
  }
  return at - offset;
}

/** Values follow one another with nothing but alignment between them: nothing can hide in a header. */
function checkDataIsDense(
  { place, data }: HeaderParts,
  entries: readonly HeaderEntry[],
  region: Region | undefined,
): void {
  let end = 0;
  for (const { type, data: value } of entries) {
    const alignment = Math.max(1, elementBytes(type));
    end = Math.ceil(end / alignment) * alignment + value.length;
  }
  if (end + (region === undefined ? 0 : trailerBytes) !== data.length) {
    throw headerError(place, 'its data has gaps');
  }
}

/** In a database, entries added after the region ("dribbles") replace equal ones of it; elsewhere a tag is there once. */
function withoutReplaced(parts: HeaderParts, entries: HeaderEntry[], region: Region | undefined): HeaderEntry[] {
  const last = new Map(entries.map((entry) => [entry.tag, entry]));
  if (last.size === entries.length) {
    return entries;
  }
  if (parts.place.kind !== 'installed' || region === undefined) {
    throw headerError(parts.place, 'it has a tag twice');
  }
  return entries.filter((entry) => last.get(entry.tag) === entry);
}
