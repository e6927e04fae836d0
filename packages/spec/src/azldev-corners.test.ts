import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { applyAsAzldev } from './conformance.ts';
import type { OverlayMode, PatchOverlay, SpecOverlay } from './overlay.ts';

/** Texts are byte strings. An answer is the output, or the overlay that fails (from 0). */
interface Corner {
  readonly name: string;
  readonly spec: string;
  readonly overlays: readonly (SpecOverlay | PatchOverlay)[];
  readonly august: string | number;
  /** Where it differs. */
  readonly april?: string | number;
}

const corners = readFileSync(new URL('testing/azldev-corners.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Corner);

function answer(spec: string, overlays: Corner['overlays'], mode: OverlayMode): string | number {
  const result = applyAsAzldev(Buffer.from(spec, 'latin1'), overlays, mode);
  return result.ok ? result.spec.toString('latin1') : result.failedOverlay;
}

test('what azldev itself answered to corners of the format', () => {
  for (const { name, spec, overlays, august, april = august } of corners) {
    assert.equal(answer(spec, overlays, 'august-2026'), august, name);
    assert.equal(answer(spec, overlays, 'april-2026'), april, `${name}, in April`);
  }
});

const append: SpecOverlay = { type: 'spec-append-lines', lines: ['end'] };
const most = 'x'.repeat(65_535);

test('a line of 65,535 bytes is read, and one byte more is not, wherever it stands', () => {
  for (const [before, after] of [
    ['', '\n'],
    ['', ''],
    ['a\n', '\nb\n'],
    [`${most}\n`, `\n${most}`],
  ] as const) {
    const fits = `${before}${most}${after}`;
    const plain = fits.endsWith('\n') ? fits : `${fits}\n`;
    assert.equal(answer(fits, [append], 'august-2026'), `${plain}end\n`);
    assert.equal(answer(`${before}${most}x${after}`, [append], 'august-2026'), 0);
    // the CR of a line end counts, and is gone afterwards
    assert.equal(answer(`${before}${most}\r${after}`, [append], 'august-2026'), 0);
    assert.equal(answer(`${before}${most.slice(1)}\r\n`, [append], 'august-2026'), `${before}${most.slice(1)}\nend\n`);
  }
});

test('a line that an overlay makes too long fails the next one', () => {
  const makes: readonly SpecOverlay[] = [
    { type: 'spec-append-lines', lines: [`${most}x`] },
    { type: 'spec-set-tag', tag: 'A', value: most },
    { type: 'spec-search-replace', regex: '1', replacement: most },
  ];
  for (const make of makes) {
    assert.equal(typeof answer('A: 1\n', [make], 'august-2026'), 'string');
    assert.equal(answer('A: 1\n', [make, append], 'august-2026'), 1);
  }
});

test('long lines and many lines are read to their end', () => {
  const overlays: readonly SpecOverlay[] = [
    { type: 'spec-insert-tag', tag: `Source${'0'.repeat(60_000)}x`, value: '1' },
    { type: 'spec-remove-tag', tag: 'none' },
    { type: 'spec-remove-section', section: '%check' },
  ];
  const lines = [
    ...[`A${'0'.repeat(60_000)}b: 1`, `A: ${' x'.repeat(30_000)}`, `B:${' '.repeat(60_000)}x`, ' '.repeat(60_000)],
    ...[`%files ${'a '.repeat(30_000)}`, '\u00a0'.repeat(30_000), `%check${'\u2003'.repeat(20_000)}x`],
  ];
  const conditionals = `${'%if 1\n'.repeat(20_000)}%check x\n${'%if 1\n%else\n%endif\n'.repeat(10_000)}%install\n${'%endif\n'.repeat(20_000)}`;
  const text = Buffer.from(`${lines.join('\n')}\n`.repeat(20) + conditionals).toString('latin1');
  for (const overlay of overlays) {
    answer(text, [overlay], 'august-2026');
  }
});
