import { computedTagTable, type TagType, tagTable } from './tag-table.ts';

/** Data types of header entries (rpm's rpmTagType). */
export const headerType = {
  char: 1,
  int8: 2,
  int16: 3,
  int32: 4,
  int64: 5,
  string: 6,
  binary: 7,
  stringArray: 8,
  i18nString: 9,
} as const;

export type HeaderType = (typeof headerType)[keyof typeof headerType];

export function isHeaderType(value: number): value is HeaderType {
  return value >= headerType.char && value <= headerType.i18nString;
}

export function isStringType(type: HeaderType): boolean {
  return type === headerType.string || type === headerType.stringArray || type === headerType.i18nString;
}

/** Bytes of one element, which is also its alignment; 0 for strings, which have no fixed size and alignment 1. */
export function elementBytes(type: HeaderType): number {
  switch (type) {
    case headerType.int16:
      return 2;
    case headerType.int32:
      return 4;
    case headerType.int64:
      return 8;
    default:
      return isStringType(type) ? 0 : 1;
  }
}

const storedTypes: Readonly<Record<TagType, HeaderType>> = {
  string: headerType.string,
  strings: headerType.stringArray,
  text: headerType.i18nString,
  chars: headerType.char,
  int16s: headerType.int16,
  int32: headerType.int32,
  int32s: headerType.int32,
  int64: headerType.int64,
  int64s: headerType.int64,
  binary: headerType.binary,
};

const typeOfTag: ReadonlyMap<number, HeaderType> = new Map(
  [...Object.values(tagTable), ...Object.values(computedTagTable)].map(([tag, type]) => [tag, storedTypes[type]]),
);

/** Whether a main header may hold this tag with this type: unknown tags may, string tags with every string type. */
export function isTypeOfTag(tag: number, type: HeaderType): boolean {
  const known = typeOfTag.get(tag);
  return known === undefined || known === type || (isStringType(known) && isStringType(type));
}
