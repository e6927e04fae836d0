import { SlipwayError } from '@slipway/core';
import { illegalCharacter, namePattern } from './xml-characters.ts';

/** Attributes in the order of their keys; undefined ones are left out. */
export type XmlAttributes = Readonly<Record<string, string | number | undefined>>;

/** Text with `&`, `<`, `>` and carriage returns escaped; throws `FORMATS_NOT_WRITABLE` for what XML 1.0 cannot hold. */
export function escapeXmlText(text: string): string {
  if (!uncommonInText.test(text)) {
    return text;
  }
  checkCharacters(text);
  return /[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (character) => escapes[character] as string) : text;
}

/** As `escapeXmlText`, and `"`, tabs and line feeds, which readers would turn into spaces. */
export function escapeXmlAttribute(text: string): string {
  if (!uncommonInAttribute.test(text)) {
    return text;
  }
  checkCharacters(text);
  return /[&<>"\r\n\t]/.test(text) ? text.replace(/[&<>"\r\n\t]/g, (character) => escapes[character] as string) : text;
}

/** Most texts have none of these: one quick look is enough for them. */
const uncommonInText = /[&<>]|[^\t\n\x20-\x7e]/;
const uncommonInAttribute = /[&<>"]|[^\x20-\x7e]/;

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Writes a document with two spaces of indentation per level, in the form of libxml2 (which createrepo_c uses). */
export class XmlWriter {
  readonly #open: string[] = [];
  #parts: string[] = ['<?xml version="1.0" encoding="UTF-8"?>\n'];
  #done = false;

  /** A start tag; what follows until `close` stands inside it. */
  open(name: string, attributes: XmlAttributes = {}): this {
    this.#place(`<${this.#checkName(name)}${formatAttributes(attributes)}>`);
    this.#open.push(name);
    return this;
  }

  close(): this {
    const name = this.#open.pop();
    if (name === undefined) {
      throw new SlipwayError('CORE_BUG', 'no element is open');
    }
    this.#done = this.#open.length === 0;
    this.#parts.push(`${'  '.repeat(this.#open.length)}</${name}>\n`);
    return this;
  }

  /** An element without element content: `<name/>`, or `<name>text</name>` when text is given, even empty text. */
  leaf(name: string, attributes: XmlAttributes = {}, text?: string | number): this {
    const start = `<${this.#checkName(name)}${formatAttributes(attributes)}`;
    this.#place(text === undefined ? `${start}/>` : `${start}>${escapeXmlText(String(text))}</${name}>`);
    this.#done = this.#open.length === 0;
    return this;
  }

  /** What was written since the last call. */
  take(): string {
    const text = this.#parts.join('');
    this.#parts = [];
    return text;
  }

  /** As `take`, at the end of the document. */
  finish(): string {
    if (!this.#done) {
      throw new SlipwayError('CORE_BUG', 'the XML document is not complete');
    }
    return this.take();
  }

  #place(line: string): void {
    if (this.#done) {
      throw new SlipwayError('CORE_BUG', 'a second root element');
    }
    this.#parts.push(`${'  '.repeat(this.#open.length)}${line}\n`);
  }

  #checkName(name: string): string {
    if (!namePattern.test(name)) {
      throw new SlipwayError('FORMATS_NOT_WRITABLE', `Cannot write XML: ${JSON.stringify(name)} is no name`);
    }
    return name;
  }
}

function formatAttributes(attributes: XmlAttributes): string {
  let text = '';
  for (const name in attributes) {
    const value = attributes[name];
    if (value !== undefined) {
      text += ` ${name}="${escapeXmlAttribute(String(value))}"`;
    }
  }
  return text;
}

function checkCharacters(text: string): void {
  // control characters and lone surrogates have no form in XML 1.0, not even as references
  if (illegalCharacter.test(text)) {
    throw new SlipwayError('FORMATS_NOT_WRITABLE', 'Cannot write XML: a text has characters that XML 1.0 forbids', {
      hint: 'remove control characters from the text',
    });
  }
}
