import { isUtf8 } from 'node:buffer';
import { type ErrorCode, SlipwayError } from '@slipway/core';
import { isXmlSpace } from './xml-characters.ts';

const initialBytes = 1 << 16;
/** U+FFFE and U+FFFF, the only characters of UTF-8 above space that XML forbids (XML 1.0 section 2.2). */
const forbidden = [Buffer.from([0xef, 0xbf, 0xbe]), Buffer.from([0xef, 0xbf, 0xbf])];
const firstByteOfForbidden = 0xef;

/**
 * The part of a UTF-8 document that is read now, in one buffer that is used again: what was read is dropped when more
 * comes. Every byte before the last whole character is checked to be UTF-8 that XML allows.
 */
export class Utf8Window {
  /** The first `end` bytes are the window. */
  bytes: Buffer = Buffer.allocUnsafe(initialBytes);
  /** Where reading is. */
  at = 0;
  end = 0;
  readonly #file: string;
  #baseOffset = 0;
  #checkedTo = 0;
  #begun = false;
  /** Offset of the first character of the document: 3 after a byte order mark. */
  #startOffset = 0;

  constructor(file: string) {
    this.#file = file;
  }

  append(chunk: Buffer): void {
    const rest = this.end - this.at;
    if (rest + chunk.length > this.bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (rest + chunk.length));
      this.bytes.copy(larger, 0, this.at, this.end);
      this.bytes = larger;
    } else {
      this.bytes.copyWithin(0, this.at, this.end);
    }
    this.#baseOffset += this.at;
    this.#checkedTo -= this.at;
    this.at = 0;
    chunk.copy(this.bytes, rest);
    this.end = rest + chunk.length;
    if (!this.#begun && this.end >= 3) {
      this.#begin();
    }
    this.#check();
  }

  #begin(): void {
    this.#begun = true;
    const [first = 0, second = 0, third = 0] = this.bytes;
    const isOther = (first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe) || first === 0;
    if (isOther) {
      throw this.error('FORMATS_UNSUPPORTED', 'it is not UTF-8', 0);
    }
    this.#startOffset = first === 0xef && second === 0xbb && third === 0xbf ? 3 : 0;
    this.at = this.#startOffset;
  }

  /** A last character that may go on in the next chunk waits for it. */
  #check(): void {
    let end = this.end;
    while (end > this.#checkedTo && end > this.end - 4 && (this.bytes[end - 1] as number) >= 0x80) {
      end--;
      if ((this.bytes[end] as number) >= 0xc0) {
        break;
      }
    }
    const part = this.bytes.subarray(this.#checkedTo, end);
    if (!isUtf8(part)) {
      throw this.error('FORMATS_BAD_XML', 'bytes that are no UTF-8', this.#checkedTo);
    }
    if (part.includes(firstByteOfForbidden) && forbidden.some((character) => part.includes(character))) {
      throw this.error('FORMATS_BAD_XML', 'a character that XML forbids', this.#checkedTo);
    }
    this.#checkedTo = end;
  }

  /** The place of ASCII `text` at or after `start`, or -1. */
  find(text: string, start: number): number {
    const found = this.bytes.subarray(0, this.end).indexOf(text, start, 'latin1');
    return found;
  }

  get atStart(): boolean {
    return this.#baseOffset + this.at === this.#startOffset;
  }

  /** The place at or after `start` where something else than space stands, at most the end of the window. */
  skipSpace(start: number): number {
    const { bytes, end } = this;
    let at = start;
    while (at < end && isXmlSpace(bytes[at] as number)) {
      at++;
    }
    return at;
  }

  /** An error that names the document and the offset of a place of the window. */
  error(code: ErrorCode, why: string, at: number): SlipwayError {
    const position = { file: this.#file, offset: this.#baseOffset + at };
    return new SlipwayError(code, `Cannot read ${this.#file}: ${why}`, { at: position });
  }
}
