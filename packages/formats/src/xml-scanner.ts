import type { Chunks } from '@slipway/core';
import { asBuffer } from './chunk-reader.ts';
import { inputBytes, rechunk } from './rechunk.ts';
import { isXmlSpace, namePattern } from './xml-characters.ts';
import { checkXmlDeclaration } from './xml-declaration.ts';
import { XmlWindow } from './xml-window.ts';

/** A start tag. Names are as written, prefix included. */
export class XmlStart {
  readonly type = 'start';
  readonly name: string;
  /** Names and values in turn, in document order. */
  readonly attributes: readonly string[];

  constructor(name: string, attributes: readonly string[]) {
    this.name = name;
    this.attributes = attributes;
  }

  attribute(name: string): string | undefined {
    for (let at = 0; at < this.attributes.length; at += 2) {
      if (this.attributes[at] === name) {
        return this.attributes[at + 1];
      }
    }
    return undefined;
  }
}

export type XmlEvent =
  | XmlStart
  /** A run of text or a CDATA section; comments, CDATA sections and processing instructions divide runs. */
  | { readonly type: 'text'; readonly text: string }
  /** Follows the start at once for `<x/>`. */
  | { readonly type: 'end'; readonly name: string };

export interface XmlScanOptions {
  /** Names the document in errors. */
  readonly file?: string;
  /** How deep elements may nest; 128 unless given (rpm-md needs 5). */
  readonly maxDepth?: number;
  /** Longest tag or run of text in bytes; 16 MiB unless given. */
  readonly maxTokenBytes?: number;
}

/** No known format has more; duplicates are looked for in pairs. */
const maxAttributes = 256;

/** Scans a document in memory or in chunks; see `XmlScanner`. */
export function* scanXml(chunks: Iterable<Uint8Array>, options: XmlScanOptions = {}): Generator<XmlEvent> {
  const scanner = new XmlScanner(options);
  for (const chunk of chunks) {
    yield* scanner.push(chunk);
  }
  scanner.finish();
}

/**
 * Scans a stream: one batch of events per 256 KiB, because waiting for every single event would cost more than scanning.
 * Each batch must be read to its end: `for await (const events of scanXmlStream(s)) for (const event of events) …`
 */
export async function* scanXmlStream(source: Chunks, options: XmlScanOptions = {}): AsyncGenerator<Iterable<XmlEvent>> {
  const scanner = new XmlScanner(options);
  for await (const chunk of rechunk(source, inputBytes)) {
    yield scanner.push(chunk);
  }
  scanner.finish();
}

/**
 * A strict scanner for XML 1.0 in UTF-8 without DOCTYPE: well-formedness (tags balance, attributes are quoted and unique,
 * references are the five entities or numeric), no namespaces, no validation. Throws `FORMATS_BAD_XML` with the byte
 * offset, `FORMATS_UNSUPPORTED` (DOCTYPE, other encodings or versions) and `CORE_LIMIT`.
 */
export class XmlScanner {
  readonly #window: XmlWindow;
  readonly #maxDepth: number;
  readonly #maxTokenBytes: number;
  /** Names of the open elements, in Latin-1 form. */
  readonly #open: string[] = [];
  #rootSeen = false;
  /** The end of an empty element: follows its start. */
  #pendingEnd: string | undefined;

  constructor(options: XmlScanOptions = {}) {
    this.#window = new XmlWindow(options.file ?? 'XML document');
    this.#maxDepth = options.maxDepth ?? 128;
    this.#maxTokenBytes = options.maxTokenBytes ?? 16 << 20;
  }

  /** The events that end in `chunk`; read them all before the next push. */
  *push(chunk: Uint8Array): Generator<XmlEvent> {
    const window = this.#window;
    window.append(asBuffer(chunk));
    while (window.at < window.text.length) {
      const before = window.at;
      const event = window.text.charCodeAt(before) === 0x3c ? this.#takeMarkup() : this.#takeText();
      if (event !== undefined) {
        yield event;
        if (this.#pendingEnd !== undefined) {
          yield { type: 'end', name: this.#pendingEnd };
          this.#pendingEnd = undefined;
        }
      } else if (window.at === before) {
        this.#checkToken();
        return;
      }
    }
  }

  /** Throws unless the document is complete. */
  finish(): void {
    const { text, at } = this.#window;
    if (this.#open.length > 0) {
      throw this.#window.bad(`it ends inside <${this.#open.at(-1)}>`, text.length);
    }
    if (!this.#rootSeen) {
      throw this.#window.bad('it has no element', text.length);
    }
    if (!/^[ \t\r\n]*$/.test(text.slice(at))) {
      throw this.#window.bad('it ends inside a tag, or text stands outside of the root element', at);
    }
  }

  #checkToken(): void {
    const { text, at } = this.#window;
    if (text.length - at > this.#maxTokenBytes) {
      throw this.#window.error('CORE_LIMIT', `a tag or a run of text is over ${this.#maxTokenBytes} bytes`, at);
    }
  }

  // Each `take` gives an event, or undefined: it then consumed something without event, or, when it consumed nothing,
  // the construct may go on in the next chunk and is scanned again with it.

  #takeText(): XmlEvent | undefined {
    const start = this.#window.at;
    const end = this.#window.text.indexOf('<', start);
    if (end < 0) {
      return undefined;
    }
    const text = this.#window.characters(start, end);
    if (this.#open.length > 0) {
      this.#window.at = end;
      return { type: 'text', text };
    }
    if (!this.#onlySpace(start, end)) {
      throw this.#window.bad('text stands outside of the root element', start);
    }
    this.#window.at = end;
    return undefined;
  }

  #takeMarkup(): XmlEvent | undefined {
    switch (this.#window.text.charCodeAt(this.#window.at + 1)) {
      case 0x2f:
        return this.#takeEndTag();
      case 0x21:
        return this.#takeDeclaration();
      case 0x3f:
        return this.#takeInstruction();
      default:
        return this.#takeStartTag();
    }
  }

  #takeEndTag(): XmlEvent | undefined {
    const { text, at } = this.#window;
    const close = text.indexOf('>', at);
    if (close < 0) {
      return undefined;
    }
    const open = this.#open.at(-1);
    const nameEnd = at + 2 + (open?.length ?? 0);
    if (open === undefined || !text.startsWith(open, at + 2) || !this.#onlySpace(nameEnd, close)) {
      const found = text.slice(at + 2, Math.min(close, at + 80));
      throw this.#window.bad(`</${found}> closes ${open === undefined ? 'nothing' : `<${open}>`}`, at);
    }
    this.#open.pop();
    this.#window.at = close + 1;
    return { type: 'end', name: this.#window.name(at + 2, nameEnd) };
  }

  #onlySpace(start: number, end: number): boolean {
    for (let at = start; at < end; at++) {
      if (!isXmlSpace(this.#window.text.charCodeAt(at))) {
        return false;
      }
    }
    return true;
  }

  #takeStartTag(): XmlEvent | undefined {
    const window = this.#window;
    const nameEnd = window.nameEnd(window.at + 1);
    if (nameEnd === window.text.length) {
      return undefined;
    }
    const name = window.name(window.at + 1, nameEnd);
    const attributes: string[] = [];
    for (let at = nameEnd; at >= 0; ) {
      const next = window.skipSpace(at);
      const code = window.text.charCodeAt(next);
      if (code === 0x3e) {
        return this.#opened(nameEnd, next + 1, new XmlStart(name, attributes));
      }
      if (code === 0x2f) {
        return this.#emptyElement(nameEnd, next, new XmlStart(name, attributes));
      }
      if (next === at && next < window.text.length) {
        throw window.bad(`no space stands before an attribute of <${name}>`, next);
      }
      at = this.#takeAttribute(next, attributes);
    }
    return undefined;
  }

  #emptyElement(nameEnd: number, slash: number, event: XmlStart): XmlStart | undefined {
    if (slash + 1 === this.#window.text.length) {
      return undefined;
    }
    if (this.#window.text.charCodeAt(slash + 1) !== 0x3e) {
      throw this.#window.bad(`"/" stands in the tag <${event.name}>`, slash);
    }
    this.#opened(nameEnd, slash + 2, event);
    this.#open.pop();
    this.#pendingEnd = event.name;
    return event;
  }

  #opened(nameEnd: number, tagEnd: number, event: XmlStart): XmlStart {
    const { text, at } = this.#window;
    if (this.#open.length === 0 && this.#rootSeen) {
      throw this.#window.bad(`<${event.name}> is a second root element`, at);
    }
    if (this.#open.length >= this.#maxDepth) {
      throw this.#window.error('CORE_LIMIT', `elements nest deeper than ${this.#maxDepth}`, at);
    }
    this.#rootSeen = true;
    this.#open.push(text.slice(at + 1, nameEnd));
    this.#window.at = tagEnd;
    return event;
  }

  /** Adds a name and a value to `attributes`; the place after them, or -1 when they do not end in this chunk. */
  #takeAttribute(start: number, attributes: string[]): number {
    const window = this.#window;
    const nameEnd = window.nameEnd(start);
    const equals = window.skipSpace(nameEnd);
    const quote = window.skipSpace(equals + 1);
    if (quote >= window.text.length) {
      return -1;
    }
    const name = window.name(start, nameEnd);
    const quoteCode = window.text.charCodeAt(quote);
    if (window.text.charCodeAt(equals) !== 0x3d || (quoteCode !== 0x22 && quoteCode !== 0x27)) {
      throw window.bad(`the attribute ${name} has no quoted value`, start);
    }
    const end = window.text.indexOf(quoteCode === 0x22 ? '"' : "'", quote + 1);
    if (end < 0) {
      return -1;
    }
    this.#addAttribute(name, window.attributeValue(quote + 1, end), attributes);
    return end + 1;
  }

  #addAttribute(name: string, value: string, attributes: string[]): void {
    for (let at = 0; at < attributes.length; at += 2) {
      if (attributes[at] === name) {
        throw this.#window.bad(`the attribute ${name} stands twice in one tag`, this.#window.at);
      }
    }
    if (attributes.length >= 2 * maxAttributes) {
      throw this.#window.error('CORE_LIMIT', `a tag has more than ${maxAttributes} attributes`, this.#window.at);
    }
    attributes.push(name, value);
  }

  /** `<!…`: comments and CDATA sections. */
  #takeDeclaration(): XmlEvent | undefined {
    const { text, at } = this.#window;
    const start = text.slice(at, at + 9);
    if (start.startsWith('<!--')) {
      return this.#takeComment();
    }
    if (start === '<![CDATA[') {
      return this.#takeCdata();
    }
    if (start === '<!DOCTYPE') {
      throw this.#window.error('FORMATS_UNSUPPORTED', 'it has a DOCTYPE', at);
    }
    if (['<!--', '<![CDATA[', '<!DOCTYPE'].some((known) => known.startsWith(start))) {
      return undefined;
    }
    throw this.#window.bad('"<!" begins neither a comment nor a CDATA section', at);
  }

  #takeComment(): undefined {
    const start = this.#window.at + 4;
    const end = this.#window.text.indexOf('--', start);
    if (end < 0 || end + 2 >= this.#window.text.length) {
      return;
    }
    if (this.#window.text.charCodeAt(end + 2) !== 0x3e) {
      throw this.#window.bad('"--" stands in a comment', end);
    }
    this.#window.literal(start, end);
    this.#window.at = end + 3;
  }

  #takeCdata(): XmlEvent | undefined {
    const start = this.#window.at + 9;
    const end = this.#window.text.indexOf(']]>', start);
    if (end < 0) {
      return undefined;
    }
    if (this.#open.length === 0) {
      throw this.#window.bad('a CDATA section stands outside of the root element', this.#window.at);
    }
    const text = this.#window.literal(start, end);
    this.#window.at = end + 3;
    return { type: 'text', text };
  }

  /** `<?…?>`: passed over, but for what the XML declaration says. */
  #takeInstruction(): undefined {
    const window = this.#window;
    const end = window.text.indexOf('?>', window.at + 2);
    if (end < 0) {
      return;
    }
    const content = window.literal(window.at + 2, end);
    const target = /^[^ \t\r\n]*/.exec(content)?.[0] ?? '';
    if (target === 'xml' && window.atStart) {
      const problem = checkXmlDeclaration(content);
      if (problem !== undefined) {
        throw window.error(problem.code, problem.reason, window.at);
      }
    } else if (!namePattern.test(target) || target.toLowerCase() === 'xml') {
      throw window.bad('a processing instruction has no allowed name', window.at);
    }
    window.at = end + 2;
  }
}
