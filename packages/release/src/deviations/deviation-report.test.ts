import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bareDeviation, hostileText, sampleDeviation, sampleReport } from '../testing/sample-deviations.ts';
import { formatDeviationJson } from './deviation-json.ts';
import { formatDeviationMarkdown } from './deviation-markdown.ts';
import { formatDeviationTable } from './deviation-table.ts';
import { diffExcerpt } from './diff-lines.ts';

const plain = { ...sampleReport, componentsChanged: 2, deviations: sampleReport.deviations.slice(0, 3) };

test('the table has one line per deviation in defined order, and the totals', () => {
  const lines = formatDeviationTable(plain).split('\n');

  assert.deepEqual(
    lines.slice(1, 4).map((line) => line.split(/ {2,}/).slice(0, 2).join(' ')),
    ['bash spec-add-tag', 'bash spec-remove-tag', 'zlib spec-add-tag'],
  );
  assert.match(lines[1] ?? '', /Skips the network tests: The build root has no network\.$/);
  assert.equal(lines[5], '2 of 1,200 components changed: 3 deviations, +32 -9 lines');
});

test('no control character of a project reaches a terminal', () => {
  assert.doesNotMatch(formatDeviationTable(sampleReport), /(?!\n)[\p{Cc}\u202e]/u);
});

test('the JSON counts, sorts, and says null where the project says nothing', () => {
  const document = JSON.parse(formatDeviationJson({ ...plain, deviations: [...plain.deviations, bareDeviation()] }));

  assert.deepEqual(document.byCategory, [
    { category: 'disable-unsupported-tests', count: 2 },
    { category: null, count: 1 },
    { category: 'upstream-backport', count: 1 },
  ]);
  assert.deepEqual(
    document.byUpstreamStatus.map((item: { upstreamStatus: string }) => item.upstreamStatus),
    ['upstreamed', 'upstreamable', null],
  );
  assert.deepEqual(document.totals, {
    componentsTotal: 1200,
    componentsChanged: 2,
    deviations: 4,
    linesAdded: 33,
    linesRemoved: 10,
  });
  assert.equal(document.deviations[0].component, 'bare');
  assert.equal(document.deviations[0].since, null);
  assert.equal(document.deviations[1].since.time, '2025-11-20T15:00:00.000Z');
});

test('the Markdown has a section per component and fences every diff', () => {
  const markdown = formatDeviationMarkdown(plain);

  assert.match(markdown, /^# Deviations of Slipway Linux 1\.0 from upstream\n\n2 of 1,200 components are changed/);
  assert.deepEqual(markdown.match(/^## .*$/gm), ['## bash', '## zlib']);
  assert.equal(markdown.match(/^```diff$/gm)?.length, 3);
  assert.match(markdown, /^- Commit: <https:\/\/example\.org\/commit\/[0-9a-f]{40}>$/m);
});

test('the Markdown keeps hostile texts inside: no markup, no links that run, no end of a fence', () => {
  const markdown = formatDeviationMarkdown(sampleReport);
  const outside = markdown.replace(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, '').replace(/(`+).*?[^`]\1(?!`)/g, '');

  assert.match(markdown, /^`````diff$/m);
  assert.doesNotMatch(outside, /(?<!\\)<(?!https:)/);
  assert.doesNotMatch(markdown, /<javascript:/);
  assert.ok(!markdown.includes(`\n${hostileText}\n## `));
});

test('the parts of a diff are told apart by where they stand, not only by how they begin', () => {
  const { lines } = diffExcerpt('--- a\n+++ b\n@@ -1,2 +1,2 @@\n--- removed\n+++ added\n same\n--- next\n');

  assert.deepEqual(
    lines.map(({ kind }) => kind),
    ['file', 'file', 'hunk', 'removed', 'added', 'context', 'file'],
  );
});

test('any text has an excerpt, bounded in lines and characters', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constant('@@ -1 +1 @@\n'.repeat(2000)), fc.constant('x'.repeat(9999))),
      (text) => {
        const { lines, omitted } = diffExcerpt(text);
        assert.ok(lines.length <= 1500 && lines.every((line) => line.text.length <= 1001));
        assert.equal(text === '' ? 0 : text.replace(/\n$/, '').split('\n').length, lines.length + omitted);
      },
    ),
  );
});

test('every output is the same whatever the order of the input', () => {
  const turned = { ...plain, deviations: plain.deviations.toReversed() };
  for (const format of [formatDeviationTable, formatDeviationJson, formatDeviationMarkdown]) {
    assert.equal(format(turned), format(plain));
  }
});

test('a report without deviations says so', () => {
  const nothing = { ...plain, componentsChanged: 0, deviations: [] };

  assert.equal(formatDeviationTable(nothing), '0 of 1,200 components changed: 0 deviations, +0 -0 lines\n');
  assert.match(formatDeviationMarkdown(nothing), /0 of 1,200 components are changed/);
});

test('a deviation without description is called after its overlay', () => {
  const untitled = sampleDeviation({ description: ' ', overlay: { index: 0, type: 'file-add' } });

  assert.match(formatDeviationMarkdown({ ...plain, deviations: [untitled] }), /^### File add$/m);
});
