import { isUtf8 } from 'node:buffer';
import { SlipwayError } from '@slipway/core';
import type { HeaderEntry } from './header-entry.ts';
import { splitStrings } from './header-strings.ts';
import { elementBytes, headerType, isStringType } from './header-type.ts';

/** The values of one header; getters decode on demand and throw `RPM_BAD_HEADER` for a value of another type. */
export class Header {
  /** Without region tags, in order of their data. */
  readonly entries: readonly HeaderEntry[];
  /** 62 signatures, 63 immutable, 61 image; undefined for headers of rpm 3, which have no region. */
  readonly regionTag: number | undefined;
  /** The whole header as it was read, from the index count on: what a header digest covers after the 8-byte magic. */
  readonly blob: Buffer;
  readonly #byTag: ReadonlyMap<number, HeaderEntry>;

  constructor(entries: readonly HeaderEntry[], regionTag: number | undefined, blob: Buffer) {
    this.entries = entries;
    this.regionTag = regionTag;
    this.blob = blob;
    this.#byTag = new Map(entries.map((entry) => [entry.tag, entry]));
  }

  has(tag: number): boolean {
    return this.#byTag.has(tag);
  }

  entry(tag: number): HeaderEntry | undefined {
    return this.#byTag.get(tag);
  }

  /** The string, or the first one of an array (of translations: the untranslated one); undefined when absent. */
  string(tag: number): string | undefined {
    const entry = this.#byTag.get(tag);
    if (entry === undefined) {
      return undefined;
    }
    expectType(entry, isStringType(entry.type), 'a string');
    return decodeText(entry.data.subarray(0, entry.data.indexOf(0)));
  }

  /** All strings of an array; empty when absent. */
  strings(tag: number): string[] {
    const entry = this.#byTag.get(tag);
    if (entry === undefined) {
      return [];
    }
    expectType(entry, isStringType(entry.type), 'a string array');
    return isUtf8(entry.data) ? splitText(entry.data.toString('utf8')) : splitStrings(entry.data).map(decodeText);
  }

  /** The first number; undefined when absent. */
  number(tag: number): number | undefined {
    return this.numbers(tag)[0];
  }

  /** All integers of any width, unsigned; empty when absent. 64-bit values beyond 2^53 - 1 are refused. */
  numbers(tag: number): number[] {
    const entry = this.#byTag.get(tag);
    if (entry === undefined) {
      return [];
    }
    expectType(entry, entry.type <= headerType.int64, 'an integer array');
    return decodeIntegers(entry);
  }

  bytes(tag: number): Buffer | undefined {
    const entry = this.#byTag.get(tag);
    if (entry === undefined) {
      return undefined;
    }
    expectType(entry, entry.type === headerType.binary, 'binary');
    return entry.data;
  }
}

function expectType(entry: HeaderEntry, holds: boolean, wanted: string): void {
  if (!holds) {
    throw new SlipwayError('RPM_BAD_HEADER', `Cannot use header tag ${entry.tag}: it is not ${wanted}`, {
      data: { tag: entry.tag, type: entry.type },
    });
  }
}

function decodeIntegers(entry: HeaderEntry): number[] {
  const { data, count } = entry;
  const size = elementBytes(entry.type);
  const values = new Array<number>(count);
  for (let index = 0; index < count; index++) {
    values[index] = size === 8 ? readSafe64(entry, index * 8) : data.readUIntBE(index * size, size);
  }
  return values;
}

function readSafe64(entry: HeaderEntry, offset: number): number {
  const value = entry.data.readBigUInt64BE(offset);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new SlipwayError('RPM_BAD_HEADER', `Cannot use header tag ${entry.tag}: ${value} is too large`);
  }
  return Number(value);
}

/** Old packages hold Latin-1 text: what is not UTF-8 is read as that (as createrepo_c does). */
function decodeText(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

function splitText(text: string): string[] {
  const values = text.split('\0');
  values.pop();
  return values;
}
