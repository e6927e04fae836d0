/** What a byte means to the scanner: bits, so that a run of bytes can be judged by the OR of them all. */
export const byteClass = {
  ampersand: 1,
  carriageReturn: 2,
  /** 0x80 and above: part of a UTF-8 sequence. */
  high: 4,
  /** Not allowed in XML 1.0 (section 2.2). */
  illegal: 8,
  bracket: 16,
  /** Tab and line feed: become spaces in attribute values (section 3.3.3). */
  blank: 32,
  lessThan: 64,
} as const;

export const byteClasses = new Uint8Array(256);
byteClasses.fill(byteClass.illegal, 0, 0x20);
byteClasses.fill(byteClass.high, 0x80);
byteClasses[0x09] = byteClass.blank;
byteClasses[0x0a] = byteClass.blank;
byteClasses[0x0d] = byteClass.carriageReturn;
byteClasses[0x26] = byteClass.ampersand;
byteClasses[0x3c] = byteClass.lessThan;
byteClasses[0x5d] = byteClass.bracket;

/** 1 for bytes that can stand in a name; bytes of UTF-8 sequences are judged after decoding. */
export const nameBytes = new Uint8Array(256);
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:_-.')) {
  nameBytes[byte] = 1;
}
nameBytes.fill(1, 0x80);

const nameStart =
  ':A-Z_a-z\\xC0-\\xD6\\xD8-\\xF6\\xF8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C-\\u200D' +
  '\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';

/** XML 1.0 (fifth edition) section 2.3. */
export const namePattern = new RegExp(`^[${nameStart}][${nameStart}\\-.0-9\\xB7\\u0300-\\u036F\\u203F-\\u2040]*$`, 'u');

/** What may not stand in a document, as text or by reference (XML 1.0 section 2.2). */
export const illegalCharacter = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export function isXmlSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const reference = /&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,10})|([a-z]{2,4}));|&/g;

/** Resolves the five entities and numeric references; undefined when there is any other `&`. */
export function resolveReferences(text: string): string | undefined {
  let wrong = false;
  const resolved = text.replace(reference, (_, hex?: string, decimal?: string, name?: string) => {
    const character = name === undefined ? numbered(hex, decimal) : Object.hasOwn(entities, name) && entities[name];
    wrong ||= typeof character !== 'string';
    return character || '';
  });
  return wrong ? undefined : resolved;
}

/**
 * A text or a value as readers get it, from what stands in the document: line ends, the spaces of attribute values,
 * references (XML 1.0 sections 2.11, 3.3.3, 4.1). `marks` is the OR of the `byteClass` of its bytes. Undefined when an
 * `&` begins no known reference.
 */
export function resolveXmlText(raw: string, marks: number, isAttribute: boolean): string | undefined {
  const changed = byteClass.ampersand | byteClass.carriageReturn | (isAttribute ? byteClass.blank : 0);
  if ((marks & changed) === 0) {
    return raw;
  }
  const lines = (marks & byteClass.carriageReturn) === 0 ? raw : raw.replace(/\r\n?/g, '\n');
  const spaced = isAttribute ? lines.replace(/[\t\n]/g, ' ') : lines;
  return (marks & byteClass.ampersand) === 0 ? spaced : resolveReferences(spaced);
}

function numbered(hex: string | undefined, decimal: string | undefined): string | undefined {
  const code = hex === undefined ? Number.parseInt(decimal ?? '', 10) : Number.parseInt(hex, 16);
  if (!(code <= 0x10ffff)) {
    return undefined;
  }
  const character = String.fromCodePoint(code);
  return illegalCharacter.test(character) ? undefined : character;
}
