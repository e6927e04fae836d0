import { SlipwayError } from '@slipway/core';
import { entrySize } from './fat-geometry.ts';

/** fatgen103, "FAT Long Directory Entries". */
const maxNameUnits = 255;
const unitsPerEntry = 13;
const longNameAttribute = 0x0f;
const lastEntryFlag = 0x40;
/** Where the 13 UTF-16 units of an entry are. */
const unitOffsets = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] as const;
/** Characters of 8.3 names; lower case needs a long name. */
const shortNamePattern = /^[A-Z0-9$%'\-_@~`!(){}^#&]{1,8}(?:\.[A-Z0-9$%'\-_@~`!(){}^#&]{1,3})?$/;
const notInShortNames = /[^A-Z0-9$%'\-_@~`!(){}^#&]/g;
const maxAliasNumber = 999_999;

/** A name in a directory: what is in the short entry, and the long name when the short one does not say it all. */
export interface FatName {
  /** 11 bytes: base and extension, each padded with spaces. */
  readonly short: Buffer;
  readonly long: string | undefined;
}

/** Gives the entries of one directory their names: unique without regard to case, aliases numbered in order. */
export class FatNames {
  readonly #longNames = new Set<string>();
  readonly #aliases = new Set<string>();
  /** By what aliases have in common, so that many similar names do not search from 1. */
  readonly #nextNumbers = new Map<string, number>();

  /** `names` are all names of the directory: an alias never takes the name of a later entry. */
  constructor(names: readonly string[]) {
    for (const name of names) {
      if (shortNamePattern.test(folded(name))) {
        this.#aliases.add(paddedName(folded(name)));
      }
    }
  }

  /** Throws `DISK_FAT_UNREPRESENTABLE`. */
  add(name: string, path: string): FatName {
    checkName(name, path);
    const upper = folded(name);
    if (this.#longNames.has(upper)) {
      throw new SlipwayError('DISK_FAT_UNREPRESENTABLE', `Cannot store ${path}: its name differs only in case`);
    }
    this.#longNames.add(upper);
    const short = shortNamePattern.test(upper) ? paddedName(upper) : this.#alias(upper, path);
    return {
      short: Buffer.from(short, 'latin1'),
      long: upper === name && shortNamePattern.test(name) ? undefined : name,
    };
  }

  /** Basis name and numeric tail (fatgen103, "The Basis-Name Generation Algorithm"). */
  #alias(upper: string, path: string): string {
    const stripped = upper.replace(/ /g, '').replace(/^\.+/, '');
    const dot = stripped.lastIndexOf('.');
    const base = (dot < 0 ? stripped : stripped.slice(0, dot)).replace(/\./g, '').replace(notInShortNames, '_');
    const extension = (dot < 0 ? '' : stripped.slice(dot + 1)).replace(notInShortNames, '_').slice(0, 3);
    const basis = `${base.slice(0, 6)}.${extension}`;
    for (let number = this.#nextNumbers.get(basis) ?? 1; number <= maxAliasNumber; number++) {
      const tail = `~${number}`;
      const alias = `${base.slice(0, 8 - tail.length)}${tail}`.padEnd(8) + extension.padEnd(3);
      if (!this.#aliases.has(alias)) {
        this.#aliases.add(alias);
        this.#nextNumbers.set(basis, number + 1);
        return alias;
      }
    }
    throw new SlipwayError('DISK_FAT_UNREPRESENTABLE', `Cannot store ${path}: too many similar names`);
  }
}

/** Entries that `name` takes in a directory. */
export function entriesFor(name: FatName): number {
  return 1 + (name.long === undefined ? 0 : Math.ceil(name.long.length / unitsPerEntry));
}

/** The entries of the long name, which come before the short entry; the last part of the name comes first. */
export function writeLongName({ short, long }: FatName): Buffer {
  if (long === undefined) {
    return Buffer.alloc(0);
  }
  const count = Math.ceil(long.length / unitsPerEntry);
  const bytes = Buffer.alloc(count * entrySize);
  for (let part = 0; part < count; part++) {
    const entry = bytes.subarray((count - 1 - part) * entrySize, (count - part) * entrySize);
    entry.writeUInt8((part + 1) | (part === count - 1 ? lastEntryFlag : 0), 0);
    entry.writeUInt8(longNameAttribute, 11);
    entry.writeUInt8(shortNameChecksum(short), 13);
    unitOffsets.forEach((offset, index) => {
      const at = part * unitsPerEntry + index;
      entry.writeUInt16LE(at < long.length ? long.charCodeAt(at) : at === long.length ? 0 : 0xffff, offset);
    });
  }
  return bytes;
}

function shortNameChecksum(short: Buffer): number {
  return short.reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0);
}

/** Upper case by character: a name keeps its length, unlike with String.toUpperCase (ß). */
function folded(name: string): string {
  return Array.from(name, (character) => {
    const upper = character.toUpperCase();
    return upper.length === character.length ? upper : character;
  }).join('');
}

function paddedName(name: string): string {
  const [base = '', extension = ''] = name.split('.');
  return base.padEnd(8) + extension.padEnd(3);
}

function checkName(name: string, path: string): void {
  const bad =
    name.length === 0 || name.length > maxNameUnits || !name.isWellFormed() || /["*/:<>?\\|]|\p{Cc}|[. ]$/u.test(name);
  if (bad) {
    throw new SlipwayError('DISK_FAT_UNREPRESENTABLE', `Cannot store ${path}: FAT has no such name`);
  }
}
