import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { formatSbat, parseSbat } from './sbat.ts';

const field = fc.stringMatching(/^[ -+\--~]{0,20}$/);
const entry = fc
  .tuple(
    fc.stringMatching(/^[!-+\--~]{1,20}$/),
    fc.integer({ min: 1, max: 999 }),
    fc.array(field, { minLength: 4, maxLength: 4 }),
  )
  .map(([component, generation, fields]) => [component, generation, ...fields].join(','));

test('SBAT entries come back as they were written, each once', () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const once = [...new Set(entries)].filter((line) => !line.startsWith('sbat,1,SBAT Version'));
      assert.deepEqual(parseSbat(`${formatSbat([...once, ...once])}\0\0`), once);
    }),
  );
});

test('text that is no SBAT section is refused', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        formatSbat(parseSbat(text));
      } catch (error) {
        assert.ok(error instanceof SlipwayError && error.code === 'DISK_UKI_SBAT', String(error));
      }
    }),
  );
});
