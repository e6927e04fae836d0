import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import {
  binaryEntry,
  type HeaderEntry,
  i18nEntry,
  int16Entry,
  int32Entry,
  int64Entry,
  stringArrayEntry,
  stringEntry,
} from './header-entry.ts';
import { readHeader } from './read-header.ts';
import { tagValue } from './tag-value.ts';
import { tag } from './tags.ts';
import { writeHeader } from './write-header.ts';

const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', ''));
/** Tags from here on are unknown to rpm, so that any type is allowed. */
const anyTag = fc.integer({ min: 20_000, max: 20_050 });
const entry: fc.Arbitrary<HeaderEntry> = fc.oneof(
  fc.tuple(anyTag, fc.uint8Array({ minLength: 1 })).map(([t, bytes]) => binaryEntry(t, bytes)),
  fc.tuple(anyTag, text).map(([t, value]) => stringEntry(t, value)),
  fc.tuple(anyTag, text).map(([t, value]) => i18nEntry(t, [value])),
  fc.tuple(anyTag, fc.array(text, { minLength: 1 })).map(([t, values]) => stringArrayEntry(t, values)),
  fc.tuple(anyTag, fc.array(fc.nat(0xffff), { minLength: 1 })).map(([t, values]) => int16Entry(t, values)),
  fc.tuple(anyTag, fc.array(fc.nat(0x7fffffff), { minLength: 1 })).map(([t, values]) => int32Entry(t, values)),
  fc.tuple(anyTag, fc.array(fc.maxSafeNat(), { minLength: 1 })).map(([t, values]) => int64Entry(t, values)),
);
const entryList = fc.uniqueArray(entry, { selector: (value) => value.tag, maxLength: 20 });

test('any entries survive writing and reading', () => {
  fc.assert(
    fc.property(entryList, fc.nat(64), (entries, offset) => {
      const bytes = writeHeader(entries, 'immutable');
      const { header, end } = readHeader(Buffer.concat([Buffer.alloc(offset, 7), bytes]), offset);
      assert.equal(end, offset + bytes.length);
      assert.deepEqual(header.blob, bytes.subarray(8));
      assert.deepEqual(
        header.entries,
        [...entries].sort((a, b) => a.tag - b.tag),
      );
    }),
  );
});

test('no change of a byte makes the reader fail with anything but a SlipwayError', () => {
  const bytes = writeHeader(
    [stringEntry(tag.name, 'x'), int32Entry(tag.fileSizes, [1, 2]), i18nEntry(1004, ['y'])],
    'immutable',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 6 }), (changes) => {
      const changed = Buffer.from(bytes);
      for (const [at, value] of changes) {
        changed.writeUInt8(value, at);
      }
      try {
        readHeader(changed);
      } catch (error) {
        assert.ok(error instanceof SlipwayError && error.code === 'RPM_BAD_HEADER', String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

test('values have their types, absent ones are empty', () => {
  const entries = [
    stringEntry(tag.name, 'bash'),
    i18nEntry(tag.summary, ['Größe']),
    stringArrayEntry(tag.baseNames, ['a', '', 'c']),
    int16Entry(tag.fileModes, [0o100644, 0xffff]),
    int64Entry(tag.longSize, [2 ** 40]),
    binaryEntry(20_000, Buffer.of(1, 2)),
  ];
  const { header } = readHeader(writeHeader(entries, 'immutable'));
  assert.equal(header.string(tag.name), 'bash');
  assert.equal(header.string(tag.summary), 'Größe');
  assert.deepEqual(header.strings(tag.baseNames), ['a', '', 'c']);
  assert.deepEqual(header.numbers(tag.fileModes), [0o100644, 0xffff]);
  assert.equal(header.number(tag.longSize), 2 ** 40);
  assert.deepEqual(header.bytes(20_000), Buffer.of(1, 2));
  assert.equal(header.string(tag.url), undefined);
  assert.deepEqual(header.numbers(tag.fileSizes), []);
  assert.throws(() => header.number(tag.name), SlipwayError);
});

test('text that is not UTF-8 is read as Latin-1', () => {
  const entries = [{ ...stringEntry(tag.vendor, 'x'), data: Buffer.from([0xe4, 0]) }];
  const { header } = readHeader(writeHeader(entries, 'immutable'));
  assert.equal(header.string(tag.vendor), 'ä');
  assert.deepEqual(header.strings(tag.vendor), ['ä']);
});

test('what no header can hold is refused when writing', () => {
  assert.throws(() => writeHeader([stringEntry(1000, 'a'), stringEntry(1000, 'b')], 'immutable'), SlipwayError);
  assert.throws(() => writeHeader([stringArrayEntry(1000, [])], 'immutable'), SlipwayError);
  assert.throws(() => stringEntry(1000, 'a\0b'), SlipwayError);
  assert.throws(() => int16Entry(1030, [0x10000]), SlipwayError);
});

test('a known tag must have its type', () => {
  const bytes = writeHeader([int32Entry(tag.fileModes, [1])], 'immutable');
  assert.throws(() => readHeader(bytes), /impossible/);
});

test('the value of a tag has the type that rpm gives it', () => {
  const bytes = writeHeader(
    [
      i18nEntry(tag.summary, ['a', 'b']),
      stringArrayEntry(tag.requireName, ['x', 'y']),
      int64Entry(tag.longSize, [2 ** 40]),
      binaryEntry(tag.icon, Buffer.from('i')),
    ],
    'immutable',
  );
  const { header } = readHeader(bytes);
  const summary: string | undefined = tagValue(header, 'summary');
  const names: string[] = tagValue(header, 'requireName');
  const size: number | undefined = tagValue(header, 'longSize');
  assert.deepEqual([summary, names, size], ['a', ['x', 'y'], 2 ** 40]);
  assert.deepEqual([tagValue(header, 'icon'), tagValue(header, 'fileSizes')], [Buffer.from('i'), []]);
});
