import { ByteWriter } from '@slipway/core';

export interface CachedLibrary {
  readonly soname: string;
  /** Where the loader finds it. */
  readonly path: string;
  /** FLAG_* of glibc's sysdeps/generic/ldconfig.h: 0x0303 x86-64 libc6, 0x0a03 aarch64. */
  readonly flags: number;
  /** The subdirectory of `glibc-hwcaps` that it is for, or undefined for any processor. */
  readonly hwcap: string | undefined;
}

const magic = 'glibc-ld.so.cache1.1';
const headerBytes = 48;
const entryBytes = 24;
/** cache_file_new_flags_endian_little (sysdeps/generic/dl-cache.h). */
const littleEndian = 2;
const extensionMagic = 0xeaa42174;
/** cache_extension_tag_generator: a string naming the program; cache_extension_tag_glibc_hwcaps: offsets of names. */
const extensionTags = { generator: 0, hwcaps: 1 } as const;
/** DL_CACHE_HWCAP_EXTENSION: the low bits of an entry's hwcap are an index into the names. */
const hwcapExtension = 1n << 62n;

/**
 * `/etc/ld.so.cache` in glibc's new format (sysdeps/generic/dl-cache.h): header, entries sorted as the loader's
 * binary search wants them (descending by `_dl_cache_libcmp`), strings, and the extensions. Of libraries with one
 * name, those for a processor level come first; the others keep their order, and the loader takes the first.
 */
export function formatLinkerCache(libraries: readonly CachedLibrary[], generator: string): Uint8Array {
  const sorted = [...libraries].sort(
    (a, b) => -compareSonames(a.soname, b.soname) || b.flags - a.flags || compareHwcaps(a.hwcap, b.hwcap),
  );
  const hwcaps = [...new Set(sorted.flatMap(({ hwcap }) => hwcap ?? []))].sort();
  const strings = new StringTable(headerBytes + sorted.length * entryBytes);
  const entries = sorted.map((library) => ({
    flags: library.flags,
    key: strings.add(library.soname),
    value: strings.add(library.path),
    hwcap: library.hwcap === undefined ? 0n : hwcapExtension | BigInt(hwcaps.indexOf(library.hwcap)),
  }));
  const names = hwcaps.map((name) => strings.add(name));
  const stringBytes = strings.finish();
  const extensionOffset = align4(headerBytes + sorted.length * entryBytes + stringBytes.length);
  const out = new ByteWriter(extensionOffset + 64);
  out.text(magic).u32le(sorted.length).u32le(stringBytes.length);
  out.u8(littleEndian).zeros(3).u32le(extensionOffset).zeros(12);
  for (const entry of entries) {
    out.u32le(entry.flags).u32le(entry.key).u32le(entry.value).u32le(0).u64le(entry.hwcap);
  }
  out.bytes(stringBytes).align(4);
  writeExtensions(out, generator, names);
  return out.finish();
}

/** The directory of the extension sections and the sections themselves; `names` are offsets of strings. */
function writeExtensions(out: ByteWriter, generator: string, names: readonly number[]): void {
  const count = names.length === 0 ? 1 : 2;
  const namesOffset = out.length + 8 + count * 16;
  const namesBytes = names.length * 4;
  out.u32le(extensionMagic).u32le(count);
  out.u32le(extensionTags.generator).u32le(0);
  out.u32le(namesOffset + namesBytes).u32le(Buffer.byteLength(generator));
  if (names.length > 0) {
    out.u32le(extensionTags.hwcaps).u32le(0).u32le(namesOffset).u32le(namesBytes);
    names.forEach((offset) => out.u32le(offset));
  }
  out.text(generator);
}

function compareHwcaps(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) {
    return Number(a === undefined) - Number(b === undefined);
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** glibc's `_dl_cache_libcmp`: digits compare as numbers and sort after other characters. */
export function compareSonames(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length) {
    const digitA = isDigit(a, i);
    const digitB = isDigit(b, j);
    if (digitA && digitB) {
      const [valueA, endA] = numberAt(a, i);
      const [valueB, endB] = numberAt(b, j);
      if (valueA !== valueB) {
        return valueA < valueB ? -1 : 1;
      }
      i = endA;
      j = endB;
    } else if (digitA) {
      return 1;
    } else if (digitB) {
      return -1;
    } else if (a.charCodeAt(i) !== (j < b.length ? b.charCodeAt(j) : 0)) {
      return a.charCodeAt(i) - (j < b.length ? b.charCodeAt(j) : 0);
    } else {
      i++;
      j++;
    }
  }
  return j < b.length ? -b.charCodeAt(j) : 0;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function numberAt(text: string, at: number): [bigint, number] {
  let end = at;
  while (isDigit(text, end)) {
    end++;
  }
  return [BigInt(text.slice(at, end)), end];
}

function align4(value: number): number {
  return (value + 3) & ~3;
}

/** NUL-terminated strings, each once; offsets count from the start of the file. */
class StringTable {
  readonly #base: number;
  readonly #offsets = new Map<string, number>();
  readonly #out = new ByteWriter();

  constructor(base: number) {
    this.#base = base;
  }

  add(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) {
      return known;
    }
    const offset = this.#base + this.#out.length;
    this.#offsets.set(text, offset);
    this.#out.text(text).u8(0);
    return offset;
  }

  finish(): Buffer {
    return this.#out.finish();
  }
}
