import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { scanXml, scanXmlStream, type XmlEvent, type XmlScanOptions } from './xml-scanner.ts';
import { escapeXmlAttribute, escapeXmlText, XmlWriter } from './xml-writer.ts';

type Flat = readonly unknown[];

function flatten(events: Iterable<XmlEvent>): Flat[] {
  const flat: Flat[] = [];
  for (const event of events) {
    if (event.type === 'text') {
      addText(flat, event.text);
    } else {
      flat.push(event.type === 'start' ? ['start', event.name, ...event.attributes] : ['end', event.name]);
    }
  }
  return flat;
}

function addText(flat: Flat[], text: string): void {
  const last = flat.at(-1);
  if (last?.[0] === 'text') {
    flat[flat.length - 1] = ['text', `${last[1]}${text}`];
  } else if (text !== '') {
    flat.push(['text', text]);
  }
}

function scan(document: string | Uint8Array, pieces = Infinity, options: XmlScanOptions = {}): Flat[] {
  const bytes = Buffer.from(document as string);
  function* cut() {
    for (let at = 0; at < bytes.length; at += pieces) {
      yield bytes.subarray(at, at + pieces);
    }
  }
  return flatten(scanXml(cut(), options));
}

/** What saxes makes of it; undefined when it finds the document malformed. */
function saxes(document: string): Flat[] | undefined {
  const flat: Flat[] = [];
  let depth = 0;
  const parser = new SaxesParser();
  parser.on('opentag', (tag) => {
    depth++;
    flat.push(['start', tag.name, ...Object.entries(tag.attributes).flat()]);
  });
  parser.on('closetag', (tag) => {
    depth--;
    flat.push(['end', tag.name]);
  });
  parser.on('text', (text) => depth > 0 && addText(flat, text));
  parser.on('cdata', (text) => addText(flat, text));
  try {
    parser.write(document).close();
    return flat;
  } catch {
    return undefined;
  }
}

function fails(code: string, offset?: number) {
  return (error: unknown) =>
    error instanceof SlipwayError && error.code === code && (offset === undefined || error.at?.offset === offset);
}

const specimen = `\ufeff<?xml version="1.0" encoding="UTF-8"?>
<!-- a - comment -->
<metadata xmlns:rpm="urn:x" packages='2'>
  <package type="rpm"><name>größe</name><x/><y ></y >
    <rpm:entry name="a&lt;b&#x41;&#66;" flags='"'  ver="1	2"/>
    <text>a &amp; b\r\nc<![CDATA[<raw> & ]] ]]>d<!-- x -->e ] ]] ></text><?pi some thing?>
  </package>
</metadata>
<?end?>
`;

test('elements, attributes, references and sections are understood, in pieces of any size', () => {
  const expected = saxes(specimen.replace('\ufeff', ''));
  assert.ok(expected !== undefined && expected.length > 20);
  for (const pieces of [1, 2, 3, 17, Infinity]) {
    assert.deepEqual(scan(specimen, pieces), expected, `pieces of ${pieces}`);
  }
});

test('a stream is scanned in batches, and attributes are found by name', async () => {
  async function* source() {
    yield Buffer.from('<a x="1" y="ü"');
    yield Buffer.from('>t</a>');
  }
  const found: string[] = [];
  for await (const events of scanXmlStream(source())) {
    for (const event of events) {
      found.push(event.type === 'start' ? `${event.attribute('y')} ${event.attribute('z')}` : event.type);
    }
  }
  assert.deepEqual(found, ['ü undefined', 'text', 'end']);
});

test('malformed documents are refused with the offset', () => {
  const cases: [string | Buffer, string, number?][] = [
    ['', 'FORMATS_BAD_XML', 0],
    ['<a>', 'FORMATS_BAD_XML', 3],
    ['<a></b>', 'FORMATS_BAD_XML', 3],
    ['<a></a', 'FORMATS_BAD_XML'],
    ['<a/><b/>', 'FORMATS_BAD_XML', 4],
    ['<a/>text', 'FORMATS_BAD_XML'],
    ['text<a/>', 'FORMATS_BAD_XML', 0],
    ['</a>', 'FORMATS_BAD_XML', 0],
    ['<a b=1/>', 'FORMATS_BAD_XML', 3],
    ['<a b/>', 'FORMATS_BAD_XML', 3],
    ['<a b="1"c="2"/>', 'FORMATS_BAD_XML', 8],
    ['<a b="1" b="2"/>', 'FORMATS_BAD_XML'],
    ['<a b="<"/>', 'FORMATS_BAD_XML', 6],
    ['<a>&nbsp;</a>', 'FORMATS_BAD_XML', 3],
    ['<a>&</a>', 'FORMATS_BAD_XML', 3],
    ['<a>&#0;</a>', 'FORMATS_BAD_XML', 3],
    ['<a>&#xD800;</a>', 'FORMATS_BAD_XML', 3],
    ['<a>&#x110000;</a>', 'FORMATS_BAD_XML', 3],
    ['<a>\x01</a>', 'FORMATS_BAD_XML', 3],
    ['<a>]]></a>', 'FORMATS_BAD_XML', 3],
    ['<a><!-- -- --></a>', 'FORMATS_BAD_XML', 8],
    ['<1a/>', 'FORMATS_BAD_XML', 1],
    ['< a/>', 'FORMATS_BAD_XML', 1],
    ['<a>\ufffe</a>', 'FORMATS_BAD_XML', 3],
    [Buffer.from('<a>\xff</a>', 'latin1'), 'FORMATS_BAD_XML', 3],
    [Buffer.from('<a>\xc0\x80</a>', 'latin1'), 'FORMATS_BAD_XML', 3],
    [' <?xml version="1.0"?><a/>', 'FORMATS_BAD_XML', 1],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a/>', 'FORMATS_UNSUPPORTED', 0],
    ['<?xml version="1.0" encoding="ISO-8859-1"?><a/>', 'FORMATS_UNSUPPORTED', 0],
    ['<?xml version="1.1"?><a/>', 'FORMATS_UNSUPPORTED', 0],
    [Buffer.from('\ufeff<a/>', 'utf16le'), 'FORMATS_UNSUPPORTED', 0],
  ];
  for (const [document, code, offset] of cases) {
    assert.throws(() => scan(document), fails(code, offset), JSON.stringify(String(document)));
  }
});

test('depth, attributes, names and texts are bounded', () => {
  assert.throws(() => scan('<a>'.repeat(129)), fails('CORE_LIMIT'));
  assert.throws(() => scan('<a><a>', Infinity, { maxDepth: 1 }), fails('CORE_LIMIT', 3));
  const attributes = Array.from({ length: 257 }, (_, at) => `a${at}="1"`).join(' ');
  assert.throws(() => scan(`<a ${attributes}/>`), fails('CORE_LIMIT'));
  assert.throws(() => scan(`<${'a'.repeat(2000)}/>`), fails('CORE_LIMIT'));
  assert.throws(() => scan(`<a>${'x'.repeat(500)}`, 100, { maxTokenBytes: 300 }), fails('CORE_LIMIT'));
  assert.throws(() => scan(`<a b="${'x'.repeat(500)}`, 100, { maxTokenBytes: 300 }), fails('CORE_LIMIT'));
});

const fragments = [
  '<a>',
  '</a>',
  '<b>',
  '</b>',
  '<a/>',
  '<c x="1">',
  '</c>',
  '<c x="1" y=\'2\'/>',
  '<é>',
  '</é>',
  '<d\n\tx = "a\r\nb"\n/>',
  'text',
  ' ',
  '\n',
  '\r\n',
  '\r',
  '&amp;',
  '&#65;',
  '&#x1F600;',
  '&lt',
  '&foo;',
  '&',
  '<![CDATA[',
  ']]>',
  '<![CDATA[x<y]]>',
  '<!--',
  '-->',
  '<!-- c -->',
  '--',
  '<?pi?>',
  '<?pi x?>',
  '<?xml?>',
  '<',
  '>',
  '"',
  "'",
  '=',
  'x="&quot;"',
  'ü',
  '日本',
  '😀',
  '\u0301',
  '-',
  '.',
  '1',
  ':',
  '/',
  '<a:b>',
  '</a:b>',
  '\u00a0',
  '\u0085',
];

test('saxes accepts and refuses the same documents, with the same events', () => {
  const prolog = fc.constantFrom(
    '',
    '<?xml version="1.0"?>',
    '<?xml version="1.0" encoding="utf-8" standalone="no" ?>\n',
  );
  const inner = fc.array(fc.constantFrom(...fragments), { maxLength: 12 }).map((parts) => parts.join(''));
  const document = fc
    .tuple(prolog, fc.boolean(), inner)
    .map(([start, wrapped, body]) => `${start}${wrapped ? `<r>${body}</r>` : body}`);
  let accepted = 0;
  fc.assert(
    fc.property(document, fc.integer({ min: 1, max: 9 }), (text, pieces) => {
      const expected = saxes(text);
      if (expected === undefined) {
        assert.throws(() => scan(text, pieces), SlipwayError);
      } else {
        accepted++;
        assert.deepEqual(scan(text, pieces), expected);
      }
    }),
    { numRuns: 5000 },
  );
  assert.ok(accepted > 200, `only ${accepted} well-formed documents`);
});

test('random bytes and changed documents never fail with anything but a coded error', () => {
  const survives = (bytes: Uint8Array) => {
    try {
      scan(bytes);
    } catch (error) {
      assert.ok(error instanceof SlipwayError, String(error));
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), survives));
  const whole = Buffer.from(specimen);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, value) => {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      survives(bytes);
    }),
    { numRuns: 1000 },
  );
});

test('the writer gives a stable form that reads back', () => {
  const writer = new XmlWriter();
  writer.open('metadata', { 'xmlns:rpm': 'urn:x', packages: 1, none: undefined }).open('package');
  writer.leaf('name', {}, 'a<b & "c"').leaf('rpm:entry', { name: 'x"y\n&' }).leaf('empty', {}, '').close().close();
  const text = writer.finish();
  assert.equal(
    text,
    `<?xml version="1.0" encoding="UTF-8"?>
<metadata xmlns:rpm="urn:x" packages="1">
  <package>
    <name>a&lt;b &amp; "c"</name>
    <rpm:entry name="x&quot;y&#10;&amp;"/>
    <empty></empty>
  </package>
</metadata>
`,
  );
  assert.deepEqual(scan(text), saxes(text));
});

test('any text that XML can hold survives as text and as attribute; the rest is refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (value) => {
      let document: string;
      try {
        document = `<a b="${escapeXmlAttribute(value)}">${escapeXmlText(value)}</a>`;
      } catch (error) {
        assert.ok(fails('FORMATS_NOT_WRITABLE')(error));
        assert.match(value, /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/);
        return;
      }
      assert.deepEqual(scan(document).slice(0, 1), [['start', 'a', 'b', value]]);
      assert.equal(scan(document)[1]?.[1], value === '' ? 'a' : value);
    }),
  );
});
