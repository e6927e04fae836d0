/** In the order in which people write them; what is no string or list of strings (place, metadata) is not repeated. */
const order = [
  'type',
  'description',
  'archive',
  'file',
  'section',
  'package',
  'tag',
  'value',
  'regex',
  'replacement',
  'lines',
  'source',
] as const;

/** Fields of an overlay as TOML writes them, without a table header: `regex = '%\{name\}'`, each an item. */
export function overlayMembers(fields: object): string[] {
  const values = fields as Partial<Record<(typeof order)[number], string | readonly string[]>>;
  return order.flatMap((key) => (values[key] === undefined ? [] : [`${key} = ${formatValue(values[key])}`]));
}

/** An overlay as an inline table of TOML, on one line, to be put in the place of another. */
export function formatOverlayToml(fields: object): string {
  return `{ ${overlayMembers(fields).join(', ')} }`;
}

function formatValue(value: string | readonly string[]): string {
  return typeof value === 'string' ? formatString(value) : `[${value.map(formatString).join(', ')}]`;
}

/** Literal where backslashes or quotes would need others; TOML's basic strings have the escapes of JSON, and DEL. */
function formatString(text: string): string {
  const isLiteral = /[\\"]/.test(text) && !/['\p{Cc}]/u.test(text);
  return isLiteral ? `'${text}'` : JSON.stringify(text.toWellFormed()).replaceAll('\x7f', '\\u007f');
}
