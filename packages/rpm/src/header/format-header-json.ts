import type { Header } from './header.ts';
import type { HeaderEntry } from './header-entry.ts';
import { elementBytes, headerType, isStringType } from './header-type.ts';
import { rpmNames } from './tag-table.ts';

/**
 * All values of a header as `rpm -q --json` prints them, byte for byte: tags in order of their numbers, an array of one
 * as its element, binary values in base64, unknown tags as `[number]`. Bytes, because the strings of old packages are
 * in no particular encoding. For the answer of `rpm -qp`, give it `queryHeader(pkg)`.
 */
export function formatHeaderJson(header: Header): Buffer {
  const entries = [...header.entries].sort((a, b) => a.tag - b.tag);
  const lines = entries.map((entry) => {
    const name = rpmNames.get(entry.tag) ?? `[${entry.tag}]`;
    return `    "${name}": ${formatEntry(entry)}`;
  });
  // a character stands for a byte up to here
  return Buffer.from(lines.length === 0 ? '{\n' : `{\n${lines.join(',\n')}\n}\n`, 'latin1');
}

function formatEntry(entry: HeaderEntry): string {
  const values = formatValues(entry);
  return values.length === 1 ? `\t${values[0]}` : `[\n\t${values.join(',\n\t')}\n    ]`;
}

function formatValues(entry: HeaderEntry): (string | number | bigint)[] {
  const { type, data, count } = entry;
  if (isStringType(type)) {
    return data
      .toString('latin1', 0, data.length - 1)
      .split('\0')
      .map(quote);
  }
  if (type === headerType.binary) {
    return [`"${data.toString('base64')}"`];
  }
  const size = elementBytes(type);
  return Array.from({ length: count }, (_, i) =>
    size === 8 ? data.readBigUInt64BE(i * 8) : data.readUIntBE(i * size, size),
  );
}

/** What follows the backslash of an escaped character. */
const shortEscapes: Readonly<Record<string, string>> = {
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\f': 'f',
  '\r': 'r',
  '"': '"',
  '\\': '\\',
};

function quote(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped
  return `"${text.replace(/[\x01-\x1f"\\]/g, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  return `\\${shortEscapes[character] ?? `u${character.charCodeAt(0).toString(16).padStart(4, '0')}`}`;
}
