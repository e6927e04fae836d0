import type { OverlayFields } from './lint-input.ts';

/** In the order in which people write them. */
const order: readonly (keyof OverlayFields)[] = [
  'type',
  'section',
  'package',
  'tag',
  'value',
  'regex',
  'replacement',
  'lines',
  'archive',
  'file',
  'source',
];

/** Fields of an overlay as lines of TOML, without a table header: `regex = '%\{name\}'`. */
export function formatOverlayToml(fields: OverlayFields): string {
  return order.flatMap((key) => (fields[key] === undefined ? [] : [`${key} = ${formatValue(fields[key])}`])).join('\n');
}

function formatValue(value: string | readonly string[]): string {
  return typeof value === 'string' ? formatString(value) : `[${value.map(formatString).join(', ')}]`;
}

/** Literal where backslashes or quotes would need others; TOML's basic strings have the escapes of JSON, and DEL. */
function formatString(text: string): string {
  const isLiteral = /[\\"]/.test(text) && !/['\p{Cc}]/u.test(text);
  return isLiteral ? `'${text}'` : JSON.stringify(text).replaceAll('\x7f', '\\u007f');
}
