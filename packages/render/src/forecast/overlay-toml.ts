import type { Overlay } from '@slipway/spec';

/** In the order that overlays are written in; what is no string or list of strings (place, metadata) is not repeated. */
const keys = [
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

/** An overlay as an inline table of TOML, on one line, to be put in the place of another. */
export function formatOverlayToml(overlay: Overlay): string {
  const values = overlay as Partial<Record<(typeof keys)[number], string | readonly string[]>>;
  const members = keys.flatMap((key) => {
    const value = values[key];
    return value === undefined ? [] : [`${key} = ${formatValue(value)}`];
  });
  return `{ ${members.join(', ')} }`;
}

function formatValue(value: string | readonly string[]): string {
  return typeof value === 'string' ? formatString(value) : `[${value.map(formatString).join(', ')}]`;
}

/** A literal string where it can be one: expressions read better without doubled backslashes (TOML 1.0, "String"). */
function formatString(text: string): string {
  const isLiteral = text.includes('\\') && !text.includes("'") && !/[^\P{Cc}\t]/u.test(text);
  return isLiteral ? `'${text}'` : JSON.stringify(text.toWellFormed()).replaceAll('\x7f', '\\u007F');
}
