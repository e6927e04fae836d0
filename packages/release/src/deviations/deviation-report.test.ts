import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bareDeviation,
  hostileText,
  sampleChange,
  sampleDeviation,
  sampleReport,
  sampleSetting,
} from '../testing/sample-deviations.ts';
import type { DeviationReport } from './deviation.ts';
import { deviationJsonSchema, parseDeviationDocument } from './deviation-document.ts';
import { formatDeviationJson } from './deviation-json.ts';
import { formatDeviationMarkdown } from './deviation-markdown.ts';
import { formatDeviationTable } from './deviation-table.ts';
import { diffExcerpt } from './diff-lines.ts';

const plain: DeviationReport = {
  ...sampleReport,
  deviations: sampleReport.deviations.slice(0, 3),
  settings: sampleReport.settings.slice(0, 2),
};
const declared: DeviationReport = { ...plain, basis: 'declared', deviations: [bareDeviation()], settings: [] };

test('the table groups by category and upstream status, then by component, and ends with the totals', () => {
  assert.equal(
    formatDeviationTable({ ...plain, deviations: [...plain.deviations, bareDeviation()] }),
    `COMPONENT     CHANGE             LINES  SINCE       DECLARED                                  WHAT AND WHY

Disable unsupported tests, upstream: upstreamable (2 overlays of 1 component)
bash          spec-add-tag       +1 −1  2025-11-20  components/bash.toml:12                   Skips the network tests: The build root has no network.
bash          spec-remove-tag    +1 −7  2025-11-20  components/bash.toml:12                   Spec remove tag: The build root has no network.

Upstream backport, upstream: upstreamed (1 overlay of 1 component)
zlib          spec-add-tag      +30 −1  2025-11-20  components/bash.toml:12                   Skips the network tests: The build root has no network.

Category not stated, upstream: not stated (1 overlay of 1 component)
bare          spec-add-tag           ?              bare.toml                                 Skips the network tests

Settings that change how upstream is built (2 settings of 2 components)
2 components  build.check.skip                      components/tests.toml:3 (group untested)  Skips the tests of the build: They need a network.

3 of 1,200 components differ, by 4 overlays.
Lines are known for 3 of 4 (+32 −9 lines): slipway deviations --specs fetch measures the others.
2 settings of 2 components (declared in 1 place) change how upstream is built; 2 of these have no overlay.
`,
  );
});

test('lines that nobody measured are unknown, not zero', () => {
  const { totals, deviations } = JSON.parse(formatDeviationJson(declared));

  assert.doesNotMatch(formatDeviationTable(declared), /LINES|[+−]0/);
  assert.match(
    formatDeviationTable(declared),
    /^Lines are known for 0 of 1: slipway deviations --specs fetch measures the others\.$/m,
  );
  assert.doesNotMatch(formatDeviationMarkdown(declared), /[+−]\d/);
  assert.deepEqual([totals.measured, totals.linesAdded, totals.linesRemoved], [0, null, null]);
  assert.equal(deviations[0].measured, null);
});

test('in a terminal no line is wider than it, and what people read stays', () => {
  for (const columns of [60, 100, 140]) {
    const table = formatDeviationTable(plain, { columns });
    const rows = table.split('\n').filter((line) => /^(?:bash|zlib|COMP)/.test(line));

    assert.equal(rows.length, 4);
    assert.ok(
      rows.every((line) => line.length <= columns),
      table,
    );
    assert.ok(
      rows.every((line) => /WHAT AND WHY|Skips the|Spec remove/.test(line)),
      table,
    );
  }
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
    componentsChanged: 3,
    deviations: 4,
    declarations: 4,
    measured: 3,
    linesAdded: 32,
    linesRemoved: 9,
    settings: 2,
    componentsWithSettings: 2,
    componentsDifferent: 5,
  });
  assert.equal(document.deviations[0].component, 'bare');
  assert.equal(document.deviations[0].since, null);
  assert.equal(document.deviations[1].since.time, '2025-11-20T15:00:00.000Z');
});

test('the JSON is what its schema says, and is read back as it was', () => {
  const changed = { time: 1_763_737_200, author: 'Al', commit: '0'.repeat(40) };
  const since = { ...changed, time: 1_763_650_800, atLeast: true };
  const report: DeviationReport = {
    ...sampleReport,
    project: 'a'.repeat(64),
    deviations: [
      sampleDeviation({
        overlay: { index: 0, type: 'spec-add-tag', target: 'X: y' },
        at: { file: 'a.toml', line: 1, lastLine: 4 },
        since,
        changed,
        isUncommitted: true,
      }),
    ],
  };

  assert.deepEqual(parseDeviationDocument(formatDeviationJson(report)), {
    ...report,
    settings: report.settings.toSorted((a, b) => (a.component < b.component ? -1 : 1)),
  });
  assert.ok(JSON.stringify(deviationJsonSchema()).includes('"linesRemoved"'));
});

test('anything else than a report is not read as one', () => {
  for (const text of [
    '',
    '[]',
    '{"version":2}',
    formatDeviationJson(plain).replace('"basis": "built"', '"basis": 1'),
  ]) {
    assert.equal(parseDeviationDocument(text), undefined);
  }
});

test('the Markdown has a section per component and fences every diff', () => {
  const markdown = formatDeviationMarkdown(plain);

  assert.match(
    markdown,
    /^# Deviations of Slipway Linux 1\.0 from upstream\n\n2 of 1,200 components differ, by 3 overlays/,
  );
  assert.deepEqual(markdown.match(/^## .*$/gm), ['## bash', '## zlib', '## Settings']);
  assert.equal(markdown.match(/^```diff$/gm)?.length, 3);
  assert.match(markdown, /^- Commit: <https:\/\/example\.org\/commit\/[0-9a-f]{40}>$/m);
  assert.match(markdown, /^- \*\*git, glib2\*\*: Skips the tests of the build \(`build\.check\.skip`, /m);
});

test('the Markdown keeps hostile texts inside: no markup, no links that run, no end of a fence', () => {
  const markdown = formatDeviationMarkdown(sampleReport);
  const outside = markdown.replace(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, '').replace(/(`+).*?[^`]\1(?!`)/g, '');

  assert.match(markdown, /^`````diff$/m);
  assert.doesNotMatch(outside, /(?<!\\)<(?!https:)/);
  assert.doesNotMatch(markdown, /<javascript:/);
  assert.ok(!markdown.includes(`\n${hostileText}\n## `));
});

test('a declaration that many components inherit is told once and counted for each of them', () => {
  const inherited = ['a', 'b', 'c'].map((component) => ({ ...bareDeviation(), component, inheritedFrom: 'group x' }));
  const deviations = inherited.map((each) => ({ ...each, at: { file: 'x.toml', line: 7 } }));
  const report = { ...declared, deviations };

  assert.match(formatDeviationTable(report), /^3 components +spec-add-tag +x\.toml:7 \(group x\) /m);
  assert.match(
    formatDeviationTable(report),
    /^3 of 1,200 components differ, by 3 overlays, declared in 1 place and inherited\.$/m,
  );
  assert.match(formatDeviationMarkdown(report), /^## a and 2 others$/m);
  assert.equal(JSON.parse(formatDeviationJson(report)).deviations.length, 3);
  const measured = deviations.map((each, index) => ({ ...each, measured: sampleChange({ diff: `+${index}\n` }) }));
  assert.equal(formatDeviationTable({ ...report, deviations: measured }).match(/x\.toml:7/g)?.length, 3);
});

test('a reason that is a comment says so, and so does a history that is cut off', () => {
  const since = { time: 1_763_650_800, author: 'Jo', atLeast: true };
  const report = { ...declared, deviations: [sampleDeviation({ reasonIsComment: true, since })] };

  assert.match(formatDeviationTable(report), /≤2025-11-20 .*Skips the network tests; comment: The build root/);
  assert.match(formatDeviationMarkdown(report), /^Comment: The build root[^]*^- At least since 2025-11-20 \(Jo\)$/m);
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
  const turned = { ...plain, deviations: plain.deviations.toReversed(), settings: plain.settings.toReversed() };
  for (const format of [formatDeviationTable, formatDeviationJson, formatDeviationMarkdown]) {
    assert.equal(format(turned), format(plain));
  }
});

test('a report without deviations says so', () => {
  const nothing = { ...plain, deviations: [], settings: [] };

  assert.equal(formatDeviationTable(nothing), '0 of 1,200 components differ, by 0 overlays.\n');
  assert.match(formatDeviationMarkdown(nothing), /0 of 1,200 components differ/);
});

test('a deviation without description is called after its overlay and what it acts on', () => {
  const untitled = sampleDeviation({ description: ' ', overlay: { index: 0, type: 'file-add', target: 'a.conf' } });

  assert.match(formatDeviationMarkdown({ ...plain, deviations: [untitled] }), /^### File add a\.conf$/m);
  assert.match(formatDeviationTable({ ...plain, settings: [sampleSetting({ reason: '' })] }), /of the build$/m);
});
