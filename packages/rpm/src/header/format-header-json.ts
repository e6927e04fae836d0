import type { Header } from './header.ts';
import type { HeaderEntry } from './header-entry.ts';
import { splitStrings } from './header-strings.ts';
import { elementBytes, headerType, isStringType } from './header-type.ts';
import { rpmNames } from './tag-table.ts';

/** Bytes that JSON wants escaped, by what follows the backslash. */
const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x22, '"'],
  [0x5c, '\\'],
]);

/**
 * All values of a header as `rpm -q --json` prints them, byte for byte: tags in order of their numbers, an array of one
 * as its element, binary values in base64, unknown tags as `[number]`. Bytes, because the strings of old packages are
 * in no particular encoding. For the answer of `rpm -qp`, give it `queryHeader(pkg)`.
 */
export function formatHeaderJson(header: Header): Buffer {
  const parts: Buffer[] = [];
  for (const entry of [...header.entries].sort((a, b) => a.tag - b.tag)) {
    const name = rpmNames.get(entry.tag) ?? `[${entry.tag}]`;
    parts.push(Buffer.from(`${parts.length === 0 ? '' : ',\n'}    "${name}": `), ...formatEntry(entry));
  }
  return parts.length === 0 ? Buffer.from('{\n') : Buffer.concat([Buffer.from('{\n'), ...parts, Buffer.from('\n}\n')]);
}

function formatEntry(entry: HeaderEntry): Buffer[] {
  const values = formatValues(entry);
  if (values.length === 1) {
    return [tab, values[0] as Buffer];
  }
  const lines = values.flatMap((value, i) => [tab, value, i < values.length - 1 ? comma : lineFeed]);
  return [Buffer.from('[\n'), ...lines, Buffer.from('    ]')];
}

const tab = Buffer.from('\t');
const comma = Buffer.from(',\n');
const lineFeed = Buffer.from('\n');

function formatValues(entry: HeaderEntry): Buffer[] {
  if (isStringType(entry.type)) {
    return splitStrings(entry.data).map(quote);
  }
  if (entry.type === headerType.binary) {
    return [Buffer.from(`"${entry.data.toString('base64')}"`)];
  }
  const size = elementBytes(entry.type);
  return Array.from({ length: entry.count }, (_, i) => {
    const value = size === 8 ? entry.data.readBigUInt64BE(i * 8) : entry.data.readUIntBE(i * size, size);
    return Buffer.from(String(value));
  });
}

function quote(bytes: Buffer): Buffer {
  const parts: Buffer[] = [quotationMark];
  let start = 0;
  for (const [at, byte] of bytes.entries()) {
    if (byte < 0x20 || byte === 0x22 || byte === 0x5c) {
      parts.push(bytes.subarray(start, at), Buffer.from(escape(byte)));
      start = at + 1;
    }
  }
  return Buffer.concat([...parts, bytes.subarray(start), quotationMark]);
}

const quotationMark = Buffer.from('"');

function escape(byte: number): string {
  return `\\${shortEscapes.get(byte) ?? `u${byte.toString(16).padStart(4, '0')}`}`;
}
