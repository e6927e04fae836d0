import type { ErrorCode, SlipwayError } from '@slipway/core';
import { asBuffer } from './chunk-reader.ts';
import { Utf8Window } from './utf8-window.ts';
import { marksOf, skipComment, skipInstruction, type XmlProblem } from './xml-asides.ts';
import { XmlAttributeColumns } from './xml-attribute-columns.ts';
import { byteClass, byteClasses, isXmlSpace, nameBytes, namePattern, resolveXmlText } from './xml-characters.ts';
import { XmlOpenElements } from './xml-open-elements.ts';
import { addToHash, type XmlVocabulary } from './xml-vocabulary.ts';

export const xmlToken = { none: 0, start: 1, end: 2, text: 3 } as const;

export interface XmlCursorOptions {
  /** Names the document in errors. */
  readonly file?: string;
  /** How deep elements may nest; 128 unless given. */
  readonly maxDepth?: number;
  /** Longest tag or run of text in bytes; 16 MiB unless given. */
  readonly maxTokenBytes?: number;
}

const maxNameBytes = 1024;
const changingMarks = byteClass.ampersand | byteClass.carriageReturn;
const [lessThan, greaterThan, slash, equals, doubleQuote, singleQuote] = [0x3c, 0x3e, 0x2f, 0x3d, 0x22, 0x27];

/**
 * `XmlScanner` for documents of hundreds of megabytes: the same language and the same refusals, but it makes no strings
 * and no events. `next()` gives the kind of the token that ends in the bytes so far, and the fields of the cursor are
 * places in `bytes` that hold until the next call. Names come as numbers of the vocabulary, unknown ones as -1.
 * Throws `FORMATS_BAD_XML` with the byte offset, `FORMATS_UNSUPPORTED`, `CORE_LIMIT`.
 */
export class XmlCursor {
  /** Name of the element that starts or ends. */
  name = -1;
  textStart = 0;
  textEnd = 0;
  textMarks = 0;
  readonly attributes = new XmlAttributeColumns();
  /** The name that `#nameEnd` found last. */
  #nameStart = 0;
  #nameStop = 0;
  #nameHash = 0;
  readonly #vocabulary: XmlVocabulary;
  readonly #maxTokenBytes: number;
  readonly #window: Utf8Window;
  readonly #open: XmlOpenElements;
  #rootSeen = false;
  #pendingEnd = false;

  constructor(vocabulary: XmlVocabulary, options: XmlCursorOptions = {}) {
    this.#vocabulary = vocabulary;
    this.#maxTokenBytes = options.maxTokenBytes ?? 16 << 20;
    this.#window = new Utf8Window(options.file ?? 'XML document');
    this.#open = new XmlOpenElements(options.maxDepth ?? 128);
  }

  get bytes(): Buffer {
    return this.#window.bytes;
  }

  /** Open elements: with the one that just started, without the one that just ended. */
  get depth(): number {
    return this.#open.depth;
  }

  /** Adds a chunk; call `next` until it gives none before the next one. */
  push(chunk: Uint8Array): void {
    this.#window.append(asBuffer(chunk));
  }

  next(): 0 | 1 | 2 | 3 {
    if (this.#pendingEnd) {
      this.#pendingEnd = false;
      this.#open.pop();
      return xmlToken.end;
    }
    const window = this.#window;
    while (window.at < window.end) {
      const before = window.at;
      const token = window.bytes[before] === lessThan ? this.#markup() : this.#text();
      if (token !== xmlToken.none) {
        return token;
      }
      if (window.at === before) {
        this.#checkToken();
        return xmlToken.none;
      }
    }
    return xmlToken.none;
  }

  /** Throws unless the document is complete. */
  finish(): void {
    const { at, end } = this.#window;
    if (this.#open.depth > 0) {
      throw this.#bad('it ends inside an element', end);
    }
    if (!this.#rootSeen) {
      throw this.#bad('it has no element', end);
    }
    this.#onlySpace(at, end, 'it ends inside a tag, or text stands outside of the root element');
  }

  /** The value of an attribute of the start tag; undefined when it has none of that name. */
  attributeText(name: number): string | undefined {
    const { starts, ends, marks } = this.attributes;
    const at = this.attributes.find(name);
    return at < 0 ? undefined : this.decode(starts[at] as number, ends[at] as number, marks[at] as number, true);
  }

  text(): string {
    return this.decode(this.textStart, this.textEnd, this.textMarks, false);
  }

  /** Whether the bytes of the text are those that readers get: no references, no carriage returns. */
  get isPlainText(): boolean {
    return (this.textMarks & changingMarks) === 0;
  }

  /** As `isPlainText`, for the attribute at a place of the columns. */
  isPlainAttribute(at: number): boolean {
    return ((this.attributes.marks[at] as number) & (changingMarks | byteClass.blank)) === 0;
  }

  /** Bytes of the window as text, in which references and line ends are resolved. */
  decode(start: number, end: number, marks: number, isAttribute: boolean): string {
    const raw = this.bytes.toString((marks & byteClass.high) === 0 ? 'latin1' : 'utf8', start, end);
    const text = resolveXmlText(raw, marks, isAttribute);
    if (text === undefined) {
      throw this.#bad('"&" begins no known reference', start);
    }
    return text;
  }

  #checkToken(): void {
    const { at, end } = this.#window;
    if (end - at > this.#maxTokenBytes) {
      throw this.error('CORE_LIMIT', `a tag or a run of text is over ${this.#maxTokenBytes} bytes`, at);
    }
  }

  #text(): 0 | 3 {
    const { bytes, at: start, end } = this.#window;
    let marks = 0;
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === lessThan) {
        break;
      }
      marks |= byteClasses[byte] as number;
    }
    if (at === end) {
      return xmlToken.none;
    }
    this.#checkCharacters(marks, start);
    if ((marks & byteClass.bracket) !== 0 && bytes.subarray(start, at).includes(']]>')) {
      throw this.#bad('"]]>" stands outside of a CDATA section', start);
    }
    if (this.#open.depth === 0) {
      this.#onlySpace(start, at, 'text stands outside of the root element');
      this.#window.at = at;
      return xmlToken.none;
    }
    this.#window.at = at;
    return this.#tookText(start, at, marks);
  }

  #tookText(start: number, end: number, marks: number): 3 {
    if ((marks & byteClass.ampersand) !== 0) {
      this.decode(start, end, marks, false); // refuses unknown references now, wanted or not
    }
    this.textStart = start;
    this.textEnd = end;
    this.textMarks = marks;
    return xmlToken.text;
  }

  #checkCharacters(marks: number, start: number): void {
    if ((marks & byteClass.illegal) !== 0) {
      throw this.#bad('a control character', start);
    }
  }

  #onlySpace(start: number, end: number, why: string): void {
    if (this.#window.skipSpace(start) < end) {
      throw this.#bad(why, start);
    }
  }

  #markup(): 0 | 1 | 2 | 3 {
    const { bytes, at, end } = this.#window;
    if (at + 1 === end) {
      return xmlToken.none;
    }
    switch (bytes[at + 1]) {
      case slash:
        return this.#endTag();
      case 0x21:
        return this.#declaration();
      case 0x3f:
        return this.#skipped(skipInstruction(this.#window));
      default:
        return this.#startTag();
    }
  }

  #endTag(): 0 | 2 {
    const { bytes, at: start, end } = this.#window;
    let at = this.#nameEnd(start + 2);
    const nameEnd = at;
    while (at < end && isXmlSpace(bytes[at] as number)) {
      at++;
    }
    if (at === end) {
      return xmlToken.none;
    }
    const id = this.#vocabulary.find(bytes, start + 2, nameEnd, this.#nameHash);
    if (bytes[at] !== greaterThan || !this.#open.isTop(id, bytes, start + 2, nameEnd)) {
      throw this.#bad(`</${bytes.toString('latin1', start + 2, Math.min(nameEnd, start + 80))}> closes nothing`, start);
    }
    this.name = this.#open.pop();
    this.#window.at = at + 1;
    return xmlToken.end;
  }

  /** The end of a name; its hash is left in `#span`. */
  #nameEnd(start: number): number {
    const { bytes, end } = this.#window;
    let hash = 0;
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (nameBytes[byte] !== 1) {
        break;
      }
      hash = addToHash(hash, byte);
    }
    this.#nameStart = start;
    this.#nameStop = at;
    this.#nameHash = hash;
    return at;
  }

  /** The number of the name that `#nameEnd` found; unknown ones are checked to be names. */
  #foundName(): number {
    const [start, end] = [this.#nameStart, this.#nameStop];
    const id = this.#vocabulary.find(this.#window.bytes, start, end, this.#nameHash);
    if (id === -1) {
      if (end - start > maxNameBytes) {
        throw this.error('CORE_LIMIT', `a name is over ${maxNameBytes} bytes`, start);
      }
      const name = this.#window.bytes.toString('utf8', start, end);
      if (!namePattern.test(name)) {
        throw this.#bad(`${JSON.stringify(name.slice(0, 20))} is no name`, start);
      }
    }
    return id;
  }

  #startTag(): 0 | 1 {
    const { bytes, at: start, end } = this.#window;
    const nameEnd = this.#nameEnd(start + 1);
    if (nameEnd === end) {
      return xmlToken.none;
    }
    const name = this.#foundName();
    this.attributes.count = 0;
    for (let at = nameEnd; at >= 0; ) {
      const next = this.#window.skipSpace(at);
      if (next === end) {
        return xmlToken.none;
      }
      if (bytes[next] === greaterThan || bytes[next] === slash) {
        return this.#opened(name, nameEnd, next);
      }
      if (next === at) {
        throw this.#bad('no space stands before an attribute', next);
      }
      at = this.#takeAttribute(next);
    }
    return xmlToken.none;
  }

  #opened(name: number, nameEnd: number, close: number): 0 | 1 {
    const { bytes, at, end } = this.#window;
    const isEmpty = bytes[close] === slash;
    if (isEmpty && close + 1 === end) {
      return xmlToken.none;
    }
    if (isEmpty && bytes[close + 1] !== greaterThan) {
      throw this.#bad('"/" stands in a tag', close);
    }
    if (this.#open.depth === 0 && this.#rootSeen) {
      throw this.#bad('a second root element', at);
    }
    if (!this.#open.push(name, bytes, at + 1, nameEnd)) {
      throw this.error('CORE_LIMIT', 'elements nest too deep', at);
    }
    this.#rootSeen = true;
    this.#pendingEnd = isEmpty;
    this.name = name;
    this.#window.at = close + (isEmpty ? 2 : 1);
    return xmlToken.start;
  }

  /** The place after the attribute; -1 when it does not end in these bytes. */
  #takeAttribute(start: number): number {
    const { bytes, end } = this.#window;
    const nameEnd = this.#nameEnd(start);
    const equalsAt = this.#window.skipSpace(nameEnd);
    const quoteAt = this.#window.skipSpace(equalsAt + 1);
    if (quoteAt >= end) {
      return -1;
    }
    this.attributes.announce(this.#foundName(), start, nameEnd);
    const quote = bytes[quoteAt] as number;
    if (bytes[equalsAt] !== equals || (quote !== doubleQuote && quote !== singleQuote)) {
      throw this.#bad('an attribute has no quoted value', start);
    }
    let marks = 0;
    let at = quoteAt + 1;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === quote) {
        this.#addAttribute(quoteAt + 1, at, marks);
        return at + 1;
      }
      marks |= byteClasses[byte] as number;
    }
    return -1;
  }

  #addAttribute(start: number, end: number, marks: number): void {
    this.#checkCharacters(marks, start);
    if ((marks & byteClass.lessThan) !== 0 && this.bytes.subarray(start, end).includes(lessThan)) {
      throw this.#bad('"<" stands in the value of an attribute', start);
    }
    if (this.attributes.isFull) {
      throw this.error('CORE_LIMIT', 'a tag has too many attributes', start);
    }
    if (!this.attributes.add(this.bytes, start, end, marks)) {
      throw this.#bad('an attribute stands twice in one tag', start);
    }
    if ((marks & byteClass.ampersand) !== 0) {
      this.decode(start, end, marks, true); // refuses unknown references now, wanted or not
    }
  }

  /** `<!…`: comments and CDATA sections. */
  #declaration(): 0 | 3 {
    const { bytes, at, end } = this.#window;
    const start = bytes.toString('latin1', at, Math.min(at + 9, end));
    if (start.startsWith('<!--')) {
      return this.#skipped(skipComment(this.#window));
    }
    if (start === '<![CDATA[') {
      return this.#cdata();
    }
    if (start === '<!DOCTYPE') {
      throw this.error('FORMATS_UNSUPPORTED', 'it has a DOCTYPE', at);
    }
    if (['<!--', '<![CDATA[', '<!DOCTYPE'].some((known) => known.startsWith(start))) {
      return xmlToken.none;
    }
    throw this.#bad('"<!" begins neither a comment nor a CDATA section', at);
  }

  #skipped(problem: XmlProblem | undefined): 0 {
    if (problem !== undefined) {
      throw this.error(problem.code, problem.reason, problem.at);
    }
    return xmlToken.none;
  }

  #cdata(): 0 | 3 {
    const window = this.#window;
    const start = window.at + 9;
    const close = window.find(']]>', start);
    if (close < 0) {
      return xmlToken.none;
    }
    if (this.#open.depth === 0) {
      throw this.#bad('a CDATA section stands outside of the root element', window.at);
    }
    const marks = marksOf(window.bytes, start, close);
    this.#checkCharacters(marks, start);
    window.at = close + 3;
    return this.#tookText(start, close, marks & ~byteClass.ampersand);
  }

  #bad(why: string, at: number): SlipwayError {
    return this.error('FORMATS_BAD_XML', why, at);
  }

  /** An error that names the document and the offset of a place in `bytes`. */
  error(code: ErrorCode, why: string, at = this.#window.at): SlipwayError {
    return this.#window.error(code, why, at);
  }
}
