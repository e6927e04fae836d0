/**
 * White space in byte strings as Go's `unicode.IsSpace` has it: ASCII with vertical tab, U+0085, U+00A0, U+1680,
 * U+2000-200A, U+2028, U+2029, U+202F, U+205F, U+3000. No byte that begins one of them continues another character, so
 * looking at bytes is safe.
 */
const wideSpaces = new Set([
  '\xe1\x9a\x80',
  '\xe2\x80\xa8',
  '\xe2\x80\xa9',
  '\xe2\x80\xaf',
  '\xe2\x81\x9f',
  '\xe3\x80\x80',
]);
for (let last = 0x80; last <= 0x8a; last++) {
  wideSpaces.add(`\xe2\x80${String.fromCharCode(last)}`);
}

/** Bytes of the white space character that begins at `at`; 0 when none does. */
function spaceWidth(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) {
    return 1;
  }
  if (code === 0xc2) {
    const next = text.charCodeAt(at + 1);
    return next === 0x85 || next === 0xa0 ? 2 : 0;
  }
  return code >= 0xe1 && code <= 0xe3 && wideSpaces.has(text.slice(at, at + 3)) ? 3 : 0;
}

/** Bytes of the white space character that ends before `end`; 0 when none does. */
function spaceWidthBefore(text: string, end: number): number {
  for (let width = Math.min(3, end); width > 0; width--) {
    if (spaceWidth(text, end - width) === width) {
      return width;
    }
  }
  return 0;
}

/** The first place from `from` on that is no white space. */
export function spaceEnd(text: string, from = 0): number {
  let at = from;
  for (let width = spaceWidth(text, at); width > 0; width = spaceWidth(text, at)) {
    at += width;
  }
  return at;
}

/** The first place from `from` on that is white space, or the end. */
export function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && spaceWidth(text, at) === 0) {
    at++;
  }
  return at;
}

/** Without white space at both ends. */
export function trimmed(text: string): string {
  const start = spaceEnd(text);
  let end = text.length;
  for (let width = spaceWidthBefore(text, end); end > start && width > 0; width = spaceWidthBefore(text, end)) {
    end -= width;
  }
  return text.slice(start, end);
}

/** The words between white space. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (let start = spaceEnd(text); start < text.length; ) {
    const end = wordEnd(text, start);
    tokens.push(text.slice(start, end));
    start = spaceEnd(text, end);
  }
  return tokens;
}
