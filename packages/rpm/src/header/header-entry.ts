import { SlipwayError } from '@slipway/core';
import { elementBytes, type HeaderType, headerType } from './header-type.ts';

/** One tag with its value as it lies in a header: big-endian integers, NUL-terminated strings. */
export interface HeaderEntry {
  readonly tag: number;
  readonly type: HeaderType;
  /** Number of elements: strings of an array, integers, bytes of a binary. */
  readonly count: number;
  readonly data: Buffer;
}

export function binaryEntry(tag: number, value: Uint8Array): HeaderEntry {
  return { tag, type: headerType.binary, count: value.length, data: Buffer.from(value) };
}

export function stringEntry(tag: number, value: string): HeaderEntry {
  return { tag, type: headerType.string, count: 1, data: encodeStrings(tag, [value]) };
}

export function stringArrayEntry(tag: number, values: readonly string[]): HeaderEntry {
  return { tag, type: headerType.stringArray, count: values.length, data: encodeStrings(tag, values) };
}

/** Strings in whatever encoding; none may hold a NUL. */
export function rawStringsEntry(tag: number, values: readonly Buffer[]): HeaderEntry {
  const data = Buffer.concat(values.flatMap((value) => [value, Buffer.alloc(1)]));
  return { tag, type: headerType.stringArray, count: values.length, data };
}

/** A text in each of the locales that entry 100 of the header names; the first is "C". */
export function i18nEntry(tag: number, values: readonly string[]): HeaderEntry {
  return { tag, type: headerType.i18nString, count: values.length, data: encodeStrings(tag, values) };
}

export function int16Entry(tag: number, values: readonly number[]): HeaderEntry {
  return integerEntry(tag, headerType.int16, values);
}

export function int32Entry(tag: number, values: readonly number[]): HeaderEntry {
  return integerEntry(tag, headerType.int32, values);
}

export function int64Entry(tag: number, values: readonly number[]): HeaderEntry {
  return integerEntry(tag, headerType.int64, values);
}

function integerEntry(tag: number, type: HeaderType, values: readonly number[]): HeaderEntry {
  const size = elementBytes(type);
  const data = Buffer.alloc(values.length * size);
  const limit = type === headerType.int64 ? Number.MAX_SAFE_INTEGER : 2 ** (8 * size) - 1;
  values.forEach((value, index) => {
    if (!Number.isInteger(value) || value < 0 || value > limit) {
      throw unwritable(tag, `${value} is not an unsigned integer of ${size} bytes`);
    }
    if (size === 8) {
      data.writeBigUInt64BE(BigInt(value), index * size);
    } else {
      data.writeUIntBE(value, index * size, size);
    }
  });
  return { tag, type, count: values.length, data };
}

function encodeStrings(tag: number, values: readonly string[]): Buffer {
  const bad = values.find((value) => value.includes('\0') || !value.isWellFormed());
  if (bad !== undefined) {
    throw unwritable(tag, `"${bad.slice(0, 80)}" has a NUL character or is not Unicode`);
  }
  return Buffer.from(values.map((value) => `${value}\0`).join(''), 'utf8');
}

function unwritable(tag: number, reason: string): SlipwayError {
  return new SlipwayError('RPM_UNWRITABLE', `Cannot write header tag ${tag}: ${reason}`, { data: { tag } });
}
