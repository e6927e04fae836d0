import type { Header } from './header.ts';
import { type TagName, type TagType, tagTable } from './tag-table.ts';

interface ValueOfType {
  readonly string: string | undefined;
  readonly text: string | undefined;
  readonly int32: number | undefined;
  readonly int64: number | undefined;
  readonly binary: Buffer | undefined;
  readonly strings: string[];
  readonly chars: number[];
  readonly int16s: number[];
  readonly int32s: number[];
  readonly int64s: number[];
}

/** What a tag holds: undefined or an empty array when a header does not have it. */
export type TagValue<Name extends TagName> = ValueOfType[(typeof tagTable)[Name][1]];

const readers: { readonly [Type in TagType]: (header: Header, tag: number) => ValueOfType[Type] } = {
  string: (header, tag) => header.string(tag),
  text: (header, tag) => header.string(tag),
  int32: (header, tag) => header.number(tag),
  int64: (header, tag) => header.number(tag),
  binary: (header, tag) => header.bytes(tag),
  strings: (header, tag) => header.strings(tag),
  chars: (header, tag) => header.numbers(tag),
  int16s: (header, tag) => header.numbers(tag),
  int32s: (header, tag) => header.numbers(tag),
  int64s: (header, tag) => header.numbers(tag),
};

/**
 * The value of a tag in the type that rpm gives it: `tagValue(header, 'requireName')` is a string[]. Translatable texts
 * come untranslated, 64-bit numbers up to 2^53 - 1. Throws `RPM_BAD_HEADER`.
 */
export function tagValue<Name extends TagName>(header: Header, name: Name): TagValue<Name> {
  const [tag, type] = tagTable[name];
  return readers[type](header, tag) as TagValue<Name>;
}
