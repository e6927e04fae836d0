import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBuildMacros } from './build-macros.ts';

test('macros are sorted, and later layers win', () => {
  const text = formatBuildMacros({ zz: '1', _topdir: '/elsewhere' }, { zz: '2' });
  const names = [...text.matchAll(/^%(\S+) /gm)].map(([, name]) => name);
  assert.deepEqual(names, [...names].sort());
  assert.match(text, /^%zz 2$/m);
  assert.match(text, /^%_topdir \/elsewhere$/m);
  assert.match(text, /^%use_source_date_epoch_as_buildtime 1$/m);
});
