import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { XmlCursor, type XmlCursorOptions, xmlToken } from './xml-cursor.ts';
import { scanXml } from './xml-scanner.ts';
import { XmlVocabulary } from './xml-vocabulary.ts';

const vocabulary = new XmlVocabulary(['a', 'b', 'rpm:entry', 'name', 'flags', 'é']);
type Flat = readonly unknown[];

function run(document: Uint8Array, pieces: number, options: XmlCursorOptions = {}): Flat[] {
  const cursor = new XmlCursor(vocabulary, options);
  const flat: Flat[] = [];
  for (let at = 0; at < document.length; at += pieces) {
    cursor.push(document.subarray(at, at + pieces));
    for (let token = cursor.next(); token !== xmlToken.none; token = cursor.next()) {
      add(flat, cursor, token);
    }
  }
  cursor.finish();
  return flat;
}

function add(flat: Flat[], cursor: XmlCursor, token: number): void {
  const last = flat.at(-1);
  if (token === xmlToken.text) {
    if (last?.[0] === 'text') {
      flat[flat.length - 1] = ['text', `${last[1]}${cursor.text()}`];
    } else if (cursor.text() !== '') {
      flat.push(['text', cursor.text()]);
    }
    return;
  }
  const known = vocabulary.names.map((_, id) => (token === xmlToken.start ? cursor.attributeText(id) : undefined));
  flat.push([token === xmlToken.start ? 'start' : 'end', cursor.name, ...known, cursor.depth]);
}

/** The same from the events of `XmlScanner`, or that it refuses; several faults may be met in another order. */
function expected(document: Uint8Array): Flat[] | string {
  const flat: Flat[] = [];
  let depth = 0;
  try {
    for (const event of scanXml([document])) {
      const last = flat.at(-1);
      if (event.type === 'text') {
        if (last?.[0] === 'text') {
          flat[flat.length - 1] = ['text', `${last[1]}${event.text}`];
        } else if (event.text !== '') {
          flat.push(['text', event.text]);
        }
      } else {
        depth += event.type === 'start' ? 1 : -1;
        const attribute = (name: string) => (event.type === 'start' ? event.attribute(name) : undefined);
        flat.push([event.type, vocabulary.id(event.name), ...vocabulary.names.map(attribute), depth]);
      }
    }
    return flat;
  } catch (error) {
    assert.ok(error instanceof SlipwayError);
    return 'refused';
  }
}

function actual(document: Uint8Array, pieces: number): Flat[] | string {
  try {
    return run(document, pieces);
  } catch (error) {
    assert.ok(error instanceof SlipwayError, String(error));
    return 'refused';
  }
}

const fragment = fc.constantFrom(
  ...['<a>', '</a>', '<b x="1">', '</b>', '<rpm:entry name="a&lt;" flags=\'"\'/>', '<é name="\t\r\n&#9;ö"/>', '<c/>'],
  ...[
    'text',
    'é漢😀',
    '&amp;',
    '&#x41;',
    '&nope;',
    '&',
    ']]>',
    ']]',
    '<![CDATA[<&]] ]>]]>',
    '<!-- c -->',
    '<!-- - -- -->',
  ],
  ...['<?pi x?>', '<?xml version="1.0"?>', '<?xml version="1.0" encoding="latin1"?>', '<!DOCTYPE a>', '\r\n', '\u0001'],
  ...[
    '<a a="1" a="2">',
    '<a q="1" q="2">',
    '<a q="1" r="2">',
    '<a b=c>',
    '<a b="<">',
    '<1>',
    '<a/',
    '>',
    '<',
    '\ufffe',
  ],
);

test('the cursor reads and refuses what the scanner reads and refuses, in pieces of any size', () => {
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 12 }), fc.integer({ min: 1, max: 40 }), (inner, pieces) => {
      for (const text of [`<a>${inner.join('')}</a>`, inner.join('')]) {
        const document = Buffer.from(text);
        assert.deepEqual(actual(document, pieces), expected(document), text);
      }
    }),
    { numRuns: 3000 },
  );
});

test('bytes that were damaged anywhere never do worse than a SlipwayError', () => {
  const text =
    '<?xml version="1.0" encoding="UTF-8"?>\n<a><b name="é">x &amp; 漢</b><!-- c --><![CDATA[d]]><?p i?></a>\n';
  const document = Buffer.from(text.trimEnd());
  for (let at = 0; at < document.length; at++) {
    assert.equal(actual(document.subarray(0, at), 7), 'refused', `cut at ${at}`);
    for (const byte of [0, 0x3c, 0x80, 0xc3, 0xff]) {
      const damaged = Buffer.from(document);
      damaged[at] = byte;
      assert.deepEqual(actual(damaged, 5), expected(damaged), `${byte} at ${at}`);
    }
  }
});

test('depth, attributes and the length of a token are limited, and errors have offsets', () => {
  const fails = (text: string, code: string, offset?: number) =>
    assert.throws(
      () => run(Buffer.from(text), 1000, { maxDepth: 4, maxTokenBytes: 5000 }),
      (error) =>
        error instanceof SlipwayError && error.code === code && (offset ?? error.at?.offset) === error.at?.offset,
    );
  fails('<a><a><a><a><a>', 'CORE_LIMIT', 12);
  fails(`<a ${Array.from({ length: 257 }, (_, i) => `x${i}="1"`).join(' ')}>`, 'CORE_LIMIT');
  fails(`<a>${'x'.repeat(7000)}</a>`, 'CORE_LIMIT', 3);
  fails('<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;">]><a>&l2;</a>', 'FORMATS_UNSUPPORTED', 0);
  fails('\ufeff<a>&lol;</a>', 'FORMATS_BAD_XML', 6);
  assert.throws(() => run(Buffer.from('<a/>', 'utf16le'), 100), { code: 'FORMATS_BAD_XML' });
  assert.throws(() => run(Buffer.from('\ufeff<a/>', 'utf16le'), 100), { code: 'FORMATS_UNSUPPORTED' });
});
