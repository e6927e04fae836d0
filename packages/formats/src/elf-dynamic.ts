import { type ElfImage, segmentType } from './elf-image.ts';

/** What the dynamic section says (gABI "Dynamic Section"; versions: LSB core "Symbol Versioning"). */
export interface ElfDynamic {
  readonly soname: string | undefined;
  readonly needed: readonly string[];
  readonly rpath: readonly string[];
  readonly runpath: readonly string[];
  /** DT_FLAGS_1 has DF_1_PIE: a shared object that is an executable. */
  readonly pie: boolean;
  /** Versions that it defines, without the base version, which names the file itself. */
  readonly definedVersions: readonly string[];
  readonly neededVersions: readonly { readonly file: string; readonly versions: readonly string[] }[];
}

const tag = {
  needed: 1,
  stringTable: 5,
  soname: 14,
  rpath: 15,
  runpath: 29,
  flags1: 0x6ffffffb,
  verdef: 0x6ffffffc,
  verdefCount: 0x6ffffffd,
  verneed: 0x6ffffffe,
  verneedCount: 0x6fffffff,
} as const;

const pieFlag = 0x08000000;
const baseVersionFlag = 1;
/** Of entries in one dynamic section and of versions in one table: glibc has below 100. */
const maxEntries = 65_536;

export const noDynamic: ElfDynamic = {
  soname: undefined,
  needed: [],
  rpath: [],
  runpath: [],
  pie: false,
  definedVersions: [],
  neededVersions: [],
};

export function readElfDynamic(image: ElfImage): ElfDynamic {
  const entries = readEntries(image);
  const table = entries.find(([key]) => key === tag.stringTable)?.[1];
  if (table === undefined) {
    return noDynamic;
  }
  const strings = image.offsetOf(table);
  const values = (key: number) => entries.filter(([found]) => found === key).map(([, value]) => value);
  const texts = (key: number) => values(key).map((offset) => image.text(strings + offset));
  const paths = (key: number) => texts(key).flatMap((text) => text.split(':'));
  const chain = (key: number, countKey: number) => ({
    at: values(key)[0] === undefined ? undefined : image.offsetOf(values(key)[0] as number),
    count: values(countKey)[0] ?? 0,
    strings,
  });
  return {
    soname: texts(tag.soname)[0],
    needed: texts(tag.needed),
    rpath: paths(tag.rpath),
    runpath: paths(tag.runpath),
    pie: ((values(tag.flags1)[0] ?? 0) & pieFlag) !== 0,
    definedVersions: readDefinitions(image, chain(tag.verdef, tag.verdefCount)),
    neededVersions: readNeeds(image, chain(tag.verneed, tag.verneedCount)),
  };
}

/** [tag, value] pairs up to DT_NULL. */
function readEntries(image: ElfImage): [number, number][] {
  const segment = image.segmentsOf(segmentType.dynamic)[0];
  const entries: [number, number][] = [];
  const count = Math.min(maxEntries, Math.floor((segment?.fileBytes ?? 0) / 16));
  for (let index = 0; index < count; index++) {
    const at = (segment?.offset ?? 0) + index * 16;
    const key = image.u64(at);
    if (key === 0) {
      break;
    }
    entries.push([key, image.u64(at + 8)]);
  }
  return entries;
}

interface Chain {
  readonly at: number | undefined;
  readonly count: number;
  readonly strings: number;
}

/** Elf64_Verdef: version, flags, index, count of names (16 bits each), hash, first name, next (32 bits each). */
function readDefinitions(image: ElfImage, { at, count, strings }: Chain): string[] {
  const versions: string[] = [];
  for (const definition of walk(image, at, count, 16)) {
    if ((image.u16(definition + 2) & baseVersionFlag) === 0) {
      versions.push(image.text(strings + image.u32(definition + image.u32(definition + 12))));
    }
  }
  return versions;
}

/** Elf64_Verneed: version, count (16 bits each), file, first version, next (32 bits each). */
function readNeeds(image: ElfImage, { at, count, strings }: Chain): { file: string; versions: string[] }[] {
  const needs: { file: string; versions: string[] }[] = [];
  let total = 0;
  for (const need of walk(image, at, count, 12)) {
    const versionCount = image.u16(need + 2);
    total += versionCount;
    if (total > maxEntries) {
      throw image.bad('it needs too many versions', need);
    }
    // Elf64_Vernaux: hash (32), flags, other (16 each), name, next (32 each)
    const names = walk(image, need + image.u32(need + 8), versionCount, 12);
    const versions = Array.from(names, (aux) => image.text(strings + image.u32(aux + 8)));
    needs.push({ file: image.text(strings + image.u32(need + 4)), versions });
  }
  return needs;
}

/** Offsets of the records of a chain; `next`, at `nextField`, counts from the record and is 0 in the last. */
function* walk(image: ElfImage, start: number | undefined, count: number, nextField: number): Generator<number> {
  if (count > maxEntries) {
    throw image.bad('it has too many versions', start ?? 0);
  }
  for (let at = start, left = count; at !== undefined && left > 0; left--) {
    yield at;
    const next = image.u32(at + nextField);
    at = next === 0 ? undefined : at + next;
  }
}
