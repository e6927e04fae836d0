/**
 * Byte strings: one character per byte (latin1), so that text of any encoding survives an edit unchanged.
 * Overlays are Unicode and enter as the bytes of their UTF-8 form.
 */
export function toByteText(text: string): string {
  return isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}

/** For people and for readers: damaged UTF-8 becomes U+FFFD. */
export function fromByteText(byteText: string): string {
  return isAscii(byteText) ? byteText : Buffer.from(byteText, 'latin1').toString('utf8');
}

export function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}

const replacementRune = 0xfffd;

/** Code points of a byte string, and where each begins. */
export interface Runes {
  readonly codes: Int32Array;
  /** Byte offset of each code point, and the length at the end; absent when every code point is one byte. */
  readonly offsets: Int32Array | undefined;
}

/** Decodes as Go does: each byte that is not part of well-formed UTF-8 is one U+FFFD. */
export function decodeRunes(byteText: string): Runes {
  const codes = new Int32Array(byteText.length);
  if (isAscii(byteText)) {
    for (let index = 0; index < codes.length; index++) {
      codes[index] = byteText.charCodeAt(index);
    }
    return { codes, offsets: undefined };
  }
  const offsets = new Int32Array(byteText.length + 1);
  let count = 0;
  for (let at = 0; at < byteText.length; count++) {
    const [code, width] = decodeRune(byteText, at);
    codes[count] = code;
    offsets[count] = at;
    at += width;
  }
  offsets[count] = byteText.length;
  return { codes: codes.subarray(0, count), offsets };
}

export function decodedText(byteText: string): string {
  if (isAscii(byteText)) {
    return byteText;
  }
  return Array.from(decodeRunes(byteText).codes, (code) => String.fromCodePoint(code)).join('');
}

/**
 * The code point at a byte, and its size in bytes, by the Unicode Standard, table 3-7 (well-formed UTF-8 byte
 * sequences): U+FFFD of one byte for anything else, of none at the end.
 */
export function decodeRune(text: string, at: number): readonly [code: number, width: number] {
  const first = text.charCodeAt(at);
  if (first < 0x80) {
    return [first, 1];
  }
  if (at >= text.length) {
    return [replacementRune, 0];
  }
  const width =
    first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 1;
  const second = text.charCodeAt(at + 1);
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (width === 1 || !(second >= low && second <= high)) {
    return [replacementRune, 1];
  }
  let code = ((first & (0xff >> (width + 1))) << 6) | (second & 0x3f);
  for (let index = 2; index < width; index++) {
    const next = text.charCodeAt(at + index);
    if (!(next >= 0x80 && next <= 0xbf)) {
      return [replacementRune, 1];
    }
    code = (code << 6) | (next & 0x3f);
  }
  return [code, width];
}
