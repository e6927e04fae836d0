import { isUtf8 } from 'node:buffer';
import { SlipwayError } from '@slipway/core';
import type { HeaderEntry } from './header-entry.ts';
import { splitStrings } from './header-strings.ts';
import { elementBytes, headerType, isStringType } from './header-type.ts';

interface SourcePlace {
  readonly file: string;
  readonly offset: number;
}

/** What a header was read from. */
export type HeaderSource = Pick<Header, 'regionTag' | 'blob' | 'place'>;

/** The values of one header; getters decode on demand and throw `RPM_BAD_HEADER` for a value of another type. */
export class Header {
  /** Without region tags, in order of their data. */
  readonly entries: readonly HeaderEntry[];
  /** 62 signatures, 63 immutable, 61 image; undefined for headers of rpm 3, which have no region. */
  readonly regionTag: number | undefined;
  /** The whole header as it was read, from the index count on: what a header digest covers after the 8-byte magic. */
  readonly blob: Buffer;
  /** Where the blob lies; its offset is that of its first byte in the file. */
  readonly place: Required<SourcePlace>;
  readonly #byTag: ReadonlyMap<number, HeaderEntry>;

  constructor(entries: readonly HeaderEntry[], { regionTag, blob, place }: HeaderSource) {
    this.entries = entries;
    this.regionTag = regionTag;
    this.blob = blob;
    this.place = place;
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
    this.#expectType(entry, isStringType(entry.type), 'a string');
    return decodeText(entry.data.subarray(0, entry.data.indexOf(0)));
  }

  /** All strings of an array; empty when absent. */
  strings(tag: number): string[] {
    const entry = this.#byTag.get(tag);
    if (entry === undefined) {
      return [];
    }
    this.#expectType(entry, isStringType(entry.type), 'a string array');
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
    this.#expectType(entry, entry.type <= headerType.int64, 'an integer array');
    const values = decodeIntegers(entry);
    const tooLarge = values.find((value) => !Number.isSafeInteger(value));
    if (tooLarge !== undefined) {
      throw this.invalid(tag, `${tooLarge} is too large`);
    }
    return values;
  }

  bytes(tag: number): Buffer | undefined {
    const entry = this.#byTag.get(tag);
    if (entry === undefined) {
      return undefined;
    }
    this.#expectType(entry, entry.type === headerType.binary, 'binary');
    return entry.data;
  }

  /** The error for a value that cannot be used; its offset is that of the value, or of the header for one that is missing. */
  invalid(tag: number, reason: string): SlipwayError {
    const data = this.#byTag.get(tag)?.data;
    const isInside = data !== undefined && data.buffer === this.blob.buffer;
    const offset = this.place.offset + (isInside ? data.byteOffset - this.blob.byteOffset : 0);
    return new SlipwayError('RPM_BAD_HEADER', `Cannot use header tag ${tag} of ${this.place.file}: ${reason}`, {
      hint: 'the package is damaged or was made by a broken program: get it again, or leave it out',
      at: { file: this.place.file, offset },
      data: { tag },
    });
  }

  #expectType(entry: HeaderEntry, holds: boolean, wanted: string): void {
    if (!holds) {
      throw this.invalid(entry.tag, `it has type ${entry.type} and is not ${wanted}`);
    }
  }
}

function decodeIntegers(entry: HeaderEntry): number[] {
  const { data, count } = entry;
  const size = elementBytes(entry.type);
  const values = new Array<number>(count);
  for (let index = 0; index < count; index++) {
    values[index] = size === 8 ? Number(data.readBigUInt64BE(index * 8)) : data.readUIntBE(index * size, size);
  }
  return values;
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
