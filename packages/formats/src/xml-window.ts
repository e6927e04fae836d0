import { isUtf8 } from 'node:buffer';
import { type ErrorCode, SlipwayError } from '@slipway/core';
import {
  byteClass,
  byteClasses,
  illegalCharacter,
  isXmlSpace,
  nameBytes,
  namePattern,
  resolveReferences,
} from './xml-characters.ts';

const maxNameBytes = 1024;
const nameSlots = 256;

/** Node's own method behind `toString('latin1', …)`: half its cost for the short strings here. */
interface SliceableBuffer extends Buffer {
  latin1Slice(start: number, end: number): string;
}

/**
 * The part of a document that is scanned now: bytes, and the same as Latin-1 text, where one character is one byte.
 * Only strings that have bytes above 0x7f are decoded.
 */
export class XmlWindow {
  /** Latin-1 form of the window. */
  text = '';
  /** Where scanning is, in the window. */
  at = 0;
  readonly #file: string;
  #bytes: SliceableBuffer = Buffer.alloc(0) as SliceableBuffer;
  #baseOffset = 0;
  #begun = false;
  /** Offset of the first character of the document: 3 after a byte order mark. */
  #startOffset = 0;
  /** What the string that was looked at last consists of: OR of `byteClass`. */
  #seen = 0;
  /** ASCII names that were met and found right: documents repeat a few names millions of times. */
  readonly #names: string[] = new Array(nameSlots);

  constructor(file: string) {
    this.#file = file;
  }

  /** Drops what was scanned and adds `chunk`. */
  append(chunk: Buffer): void {
    const rest = this.#bytes.subarray(this.at);
    this.#baseOffset += this.at;
    this.#bytes = (rest.length === 0 ? chunk : Buffer.concat([rest, chunk])) as SliceableBuffer;
    this.text = this.#bytes.toString('latin1');
    this.at = 0;
    if (!this.#begun && this.text.length >= 3) {
      this.#begin();
    }
  }

  #begin(): void {
    this.#begun = true;
    if (/^(\xfe\xff|\xff\xfe|\0)/.test(this.text)) {
      throw this.error('FORMATS_UNSUPPORTED', 'it is not UTF-8', 0);
    }
    this.#startOffset = this.text.startsWith('\xef\xbb\xbf') ? 3 : 0;
    this.at = this.#startOffset;
  }

  get atStart(): boolean {
    return this.#baseOffset + this.at === this.#startOffset;
  }

  /** The end of the name that begins at `start`; the end of the window when it may go on in the next chunk. */
  nameEnd(start: number): number {
    let at = start;
    while (at < this.text.length && nameBytes[this.text.charCodeAt(at)] === 1) {
      at++;
    }
    return at;
  }

  skipSpace(start: number): number {
    let at = start;
    while (isXmlSpace(this.text.charCodeAt(at))) {
      at++;
    }
    return at;
  }

  name(start: number, end: number): string {
    const slot = this.#nameSlot(start, end);
    const known = this.#names[slot];
    if (known !== undefined && known.length === end - start && this.text.startsWith(known, start)) {
      return known;
    }
    const name = this.#checkedName(start, end);
    if (name.length === end - start) {
      this.#names[slot] = name;
    }
    return name;
  }

  #nameSlot(start: number, end: number): number {
    const mixed = (end - start) * 31 + this.text.charCodeAt(start) * 7 + this.text.charCodeAt(end - 1);
    return mixed & (nameSlots - 1);
  }

  #checkedName(start: number, end: number): string {
    if (end - start > maxNameBytes) {
      throw this.error('CORE_LIMIT', `a name is over ${maxNameBytes} bytes`, start);
    }
    this.#look(start, end);
    const name = this.#string(start, end);
    // ASCII name characters were checked byte by byte; only the first may not be a digit, "-" or "."
    const plain = (this.#seen & byteClass.high) === 0 && name.charCodeAt(0) >= 0x3a;
    if (!plain && !namePattern.test(name)) {
      throw this.bad(`${JSON.stringify(this.text.slice(start, start + 20))} is no name`, start);
    }
    return name;
  }

  /** A run of text with its references resolved. */
  characters(start: number, end: number): string {
    const text = this.literal(start, end);
    if ((this.#seen & byteClass.bracket) !== 0 && text.includes(']]>')) {
      throw this.bad('"]]>" stands outside of a CDATA section', start);
    }
    return this.#resolve(text, start);
  }

  attributeValue(start: number, end: number): string {
    const value = this.literal(start, end);
    if ((this.#seen & byteClass.lessThan) !== 0) {
      throw this.bad('"<" stands in the value of an attribute', start);
    }
    const spaced =
      (this.#seen & (byteClass.blank | byteClass.carriageReturn)) === 0 ? value : value.replace(/[\t\n]/g, ' ');
    return this.#resolve(spaced, start);
  }

  /** Allowed characters without references; line ends become line feeds (XML 1.0 section 2.11). */
  literal(start: number, end: number): string {
    this.#look(start, end);
    if ((this.#seen & byteClass.illegal) !== 0) {
      throw this.bad('a control character', start);
    }
    const text = this.#string(start, end);
    return (this.#seen & byteClass.carriageReturn) === 0 ? text : text.replace(/\r\n?/g, '\n');
  }

  bad(why: string, at: number): SlipwayError {
    return this.error('FORMATS_BAD_XML', why, at);
  }

  error(code: ErrorCode, why: string, at: number): SlipwayError {
    const position = { file: this.#file, offset: this.#baseOffset + at };
    return new SlipwayError(code, `Cannot read ${this.#file}: ${why}`, { at: position });
  }

  #look(start: number, end: number): void {
    let seen = 0;
    for (let at = start; at < end; at++) {
      seen |= byteClasses[this.text.charCodeAt(at)] as number;
    }
    this.#seen = seen;
  }

  /** The looked-at bytes as text that does not keep the whole chunk alive (V8 shares the memory of slices over 12). */
  #string(start: number, end: number): string {
    if ((this.#seen & byteClass.high) === 0) {
      return end - start < 13 ? this.text.slice(start, end) : this.#bytes.latin1Slice(start, end);
    }
    const text = this.#bytes.toString('utf8', start, end);
    if (!isUtf8(this.#bytes.subarray(start, end)) || illegalCharacter.test(text)) {
      throw this.bad('bytes that are no UTF-8, or a character that XML forbids', start);
    }
    return text;
  }

  #resolve(text: string, start: number): string {
    if ((this.#seen & byteClass.ampersand) === 0) {
      return text;
    }
    const resolved = resolveReferences(text);
    if (resolved === undefined) {
      throw this.bad('"&" begins no known reference', start);
    }
    return resolved;
  }
}
