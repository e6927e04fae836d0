import type { Header } from '../header/header.ts';
import type { HeaderEntry } from '../header/header-entry.ts';
import { isStringType } from '../header/header-type.ts';
import { tag } from '../header/tags.ts';
import { sense } from '../sense.ts';
import { installedTag } from './installed-tags.ts';
import { richIndexNames } from './rich-index-names.ts';

/** One of rpm's index tables: which packages have a value of a tag, and where in its array. */
export interface IndexTable {
  readonly name: string;
  readonly tag: number;
  /** `TEXT` keys have an index. */
  readonly keyType: 'TEXT' | 'BLOB';
  /** Tables of array tags have an index on the package number too. */
  readonly array: boolean;
}

/** In the order in which rpm creates them (rpmdb.cc, dbiTags). */
export const indexTables: readonly IndexTable[] = [
  single('Name', tag.name),
  array('Basenames', tag.baseNames),
  single('Group', tag.group),
  array('Requirename', tag.requireName),
  array('Providename', tag.provideName),
  array('Conflictname', tag.conflictName),
  array('Obsoletename', tag.obsoleteName),
  array('Triggername', tag.triggerName),
  array('Dirnames', tag.dirNames),
  { ...single('Installtid', installedTag.installTid), keyType: 'BLOB' },
  { ...single('Sigmd5', installedTag.sigMd5), keyType: 'BLOB' },
  single('Sha1header', installedTag.sha1Header),
  array('Filetriggername', tag.fileTriggerName),
  array('Transfiletriggername', tag.transFileTriggerName),
  array('Recommendname', tag.recommendName),
  array('Suggestname', tag.suggestName),
  array('Supplementname', tag.supplementName),
  array('Enhancename', tag.enhanceName),
];

function single(name: string, tableTag: number): IndexTable {
  return { name, tag: tableTag, keyType: 'TEXT', array: false };
}

function array(name: string, tableTag: number): IndexTable {
  return { name, tag: tableTag, keyType: 'TEXT', array: true };
}

export interface IndexRow {
  /** Bytes of the text or of the value. */
  readonly key: Buffer;
  readonly idx: number;
}

/** The tables in which rpm adds the members of rich relations; obsoletes and provides cannot be rich. */
const richTables: ReadonlySet<number> = new Set([
  tag.requireName,
  tag.conflictName,
  tag.recommendName,
  tag.suggestName,
  tag.supplementName,
  tag.enhanceName,
]);

/** The rows that rpm writes for an installed header (rpmdb.cc, tag2index), in its order. */
export function* indexRows(header: Header, table: IndexTable): Generator<IndexRow> {
  const entry = header.entry(table.tag);
  if (entry === undefined) {
    if (table.tag === tag.group) {
      yield { key: Buffer.from('Unknown'), idx: 0 };
    }
    return;
  }
  const include = rowFilter(header, table.tag);
  const places = rowPlaces(header, table.tag);
  for (const [index, key] of keysOf(entry, table).entries()) {
    if (!include(index, key)) {
      continue;
    }
    const idx = places?.[index] ?? index;
    yield { key, idx };
    if (richTables.has(table.tag) && key[0] === openingParenthesis) {
      for (const name of richIndexNames(key.toString())) {
        yield { key: Buffer.from(name), idx };
      }
    }
  }
}

const openingParenthesis = 0x28;

/** Strings without their terminators; numbers in the byte order of the machine, which is little-endian; binary as it is. */
function keysOf(entry: HeaderEntry, table: IndexTable): Buffer[] {
  if (!isStringType(entry.type)) {
    return [table.tag === installedTag.installTid ? Buffer.from(entry.data.subarray(0, 4)).swap32() : entry.data];
  }
  const keys: Buffer[] = [];
  for (let at = 0; at < entry.data.length && (table.array || at === 0); ) {
    const end = entry.data.indexOf(0, at);
    keys.push(entry.data.subarray(at, end));
    at = end + 1;
  }
  return keys;
}

function rowFilter(header: Header, tableTag: number): (index: number, key: Buffer) => boolean {
  if (tableTag === tag.requireName) {
    const flags = header.numbers(tag.requireFlags);
    return (index) => !isTransient(flags[index] ?? 0);
  }
  if (tableTag === tag.triggerName) {
    const seen = new Set<string>();
    return (_, key) => seen.size < seen.add(key.toString('latin1')).size;
  }
  return () => true;
}

/** For file triggers, the index is that of the trigger and not that of the prefix. */
function rowPlaces(header: Header, tableTag: number): readonly number[] | undefined {
  switch (tableTag) {
    case tag.fileTriggerName:
      return header.numbers(tag.fileTriggerIndex);
    case tag.transFileTriggerName:
      return header.numbers(tag.transFileTriggerIndex);
    default:
      return undefined;
  }
}

/** RPMSENSE_KEYRING and RPMSENSE_META. */
const keyringBit = 1 << 26;
const metaBit = 1 << 29;
const installOnlyBits =
  sense.scriptPre | sense.scriptPost | sense.rpmlib | keyringBit | sense.pretrans | sense.posttrans;
const eraseBits = sense.scriptPreun | sense.scriptPostun | sense.preuntrans | sense.postuntrans;

/** A relation that mattered only while installing (rpmds.h, isTransientReq): nothing may be kept installed for it. */
function isTransient(flags: number): boolean {
  return (flags & installOnlyBits) !== 0 && (flags & (eraseBits | metaBit)) === 0;
}
