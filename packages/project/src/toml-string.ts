/** A basic string of TOML. JSON and TOML agree on strings, but for U+007F. */
export function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\x7f', '\\u007f');
}
