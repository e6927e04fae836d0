import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { applyOverlays } from './apply-overlays.ts';
import { applySpecOverlay } from './apply-spec-overlay.ts';
import type { Overlay, OverlayMode, PatchOverlay, SpecOverlay } from './overlay.ts';
import { MemorySourceFiles } from './source-files.ts';
import { parseTag } from './spec-line.ts';
import { type LineSplice, SpecLines } from './spec-lines.ts';
import { formatSpec, parseSpec } from './spec-text.ts';

const headers = ['%build', '%files', '%files d', '%package d', '%description d', '%patchlist', '%Check', ' %post -n d'];
const tags = ['A: 1', 'a:  2', '  Patch1: a.patch', 'patch: b.patch', 'Source0:\tx', 'Requires(pre): d'];
const other = ['', '%if 1', '%endif', '%else', 'x', '# c', 'é', '\0', 'a.patch', 'make\r', '\ufeffA: 1'];
const damaged = fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const line = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...headers) },
  { weight: 4, arbitrary: fc.constantFrom(...tags, ...other).map(toBytes) },
  { weight: 1, arbitrary: damaged },
);
/** Byte strings with line ends of both kinds, and none at the end of some. */
const specText = fc
  .tuple(fc.array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 25 }), line)
  .map(([lines, last]) => lines.flat().join('') + last);

function toBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** In nothing that is generated otherwise. */
const mark = '\x01new';
const target = { section: fc.constantFrom('', '%build', '%files'), package: fc.constantFrom('', 'd') };
const tag = { tag: fc.constantFrom('A', 'a', 'Source9', 'Patch'), package: fc.constantFrom('', '', 'd') };

const overlays = {
  'spec-add-tag': fc.record({ type: fc.constant('spec-add-tag'), ...tag, value: fc.constant(mark) }),
  'spec-insert-tag': fc.record({ type: fc.constant('spec-insert-tag'), ...tag, value: fc.constant(mark) }),
  'spec-set-tag': fc.record({ type: fc.constant('spec-set-tag'), ...tag, value: fc.constant(mark) }),
  'spec-update-tag': fc.record({ type: fc.constant('spec-update-tag'), ...tag, value: fc.constant(mark) }),
  'spec-remove-tag': fc.record({ type: fc.constant('spec-remove-tag'), ...tag, value: fc.constantFrom('', '1') }),
  'spec-prepend-lines': fc.record({ type: fc.constant('spec-prepend-lines'), ...target, lines: fc.constant([mark]) }),
  'spec-append-lines': fc.record({ type: fc.constant('spec-append-lines'), ...target, lines: fc.constant([mark]) }),
  'spec-search-replace': fc.record({
    type: fc.constant('spec-search-replace'),
    ...target,
    regex: fc.constantFrom('a', '^', '.$', '(?i)é'),
    replacement: fc.constant(mark),
  }),
  'spec-remove-section': fc.record({ type: fc.constant('spec-remove-section'), ...target }),
  'spec-remove-subpackage': fc.record({ type: fc.constant('spec-remove-subpackage'), package: fc.constant('d') }),
  'patch-add': fc.record({ type: fc.constant('patch-add'), source: fc.constant(mark), package: tag.package }),
  'patch-remove': fc.record({ type: fc.constant('patch-remove'), file: fc.constantFrom('*', 'a.patch', '**/b*') }),
} satisfies Record<(SpecOverlay | PatchOverlay)['type'], unknown>;

const anyOverlay = fc.oneof(...(Object.values(overlays) as fc.Arbitrary<SpecOverlay | PatchOverlay>[]));
const mode = fc.constantFrom<OverlayMode>('august-2026', 'april-2026');

/** The lines as azldev counts them, and what an overlay makes of them; undefined when it fails. */
function linesAround(text: string, overlay: SpecOverlay | PatchOverlay, as: OverlayMode) {
  try {
    const before = new SpecLines({ text });
    const after = applySpecOverlay({ text }, overlay, as).text.split('\n').slice(0, -1);
    return { before: before.slice(0, before.length), after };
  } catch (error) {
    assert.ok(error instanceof SlipwayError, String(error));
    return undefined;
  }
}

/** Whether the lines are all there in the other list, in their order. */
function isWithin(lines: readonly string[], others: readonly string[]): boolean {
  let found = 0;
  for (const each of others) {
    found += each === lines[found] ? 1 : 0;
  }
  return found === lines.length;
}

for (const [type, arbitrary] of Object.entries(overlays)) {
  test(`${type} keeps every byte that it does not touch`, () => {
    let applied = 0;
    const property = fc.property(specText, arbitrary, mode, (text, overlay, as) => {
      const lines = linesAround(text, overlay as SpecOverlay | PatchOverlay, as);
      if (lines === undefined) {
        return;
      }
      applied++;
      const { before, after } = lines;
      const kept = after.filter((each) => !each.includes(mark));
      assert.ok(isWithin(kept, before), 'nothing is new but what the overlay brings');
      const gone = type === 'spec-search-replace' || type === 'spec-set-tag' || type === 'spec-update-tag';
      const isReplacing = gone && after.length === before.length;
      assert.ok(
        type.includes('remove') || (isReplacing ? sameElsewhere(before, after) : isWithin(before, after)),
        'nothing is lost that the overlay does not replace',
      );
    });
    fc.assert(property, { numRuns: 300 });
    assert.ok(applied > 5, `${applied} overlays applied`);
  });
}

function sameElsewhere(before: readonly string[], after: readonly string[]): boolean {
  return after.every((each, index) => each === before[index] || each.includes(mark));
}

test('what is removed is what was named', () => {
  fc.assert(
    fc.property(specText, overlays['spec-remove-tag'], mode, (text, overlay, as) => {
      const lines = linesAround(text, overlay as SpecOverlay, as);
      const removed = lines?.before.filter((each) => parseTag(each)?.tag.toLowerCase() === overlay.tag.toLowerCase());
      assert.ok(lines === undefined || lines.before.length - lines.after.length <= (removed?.length ?? 0));
    }),
  );
});

test('splices do to the text what they do to a list of lines', () => {
  const cuts = fc.array(fc.tuple(fc.nat(5), fc.nat(2), fc.array(line, { maxLength: 2 })), { maxLength: 4 });
  fc.assert(
    fc.property(specText, cuts, (text, wanted) => {
      const lines = new SpecLines({ text });
      const expected = lines.slice(0, lines.length);
      const splices: LineSplice[] = [];
      let from = 0;
      for (const [gap, length, inserted] of wanted) {
        const at = Math.min(from + gap, lines.length);
        const removed = Math.min(length, lines.length - at);
        splices.push({ at, removed, inserted });
        from = at + removed;
      }
      for (const { at, removed, inserted } of splices.toReversed()) {
        expected.splice(at, removed, ...inserted);
      }
      assert.equal(lines.spliced(splices).text, expected.map((each) => `${each}\n`).join(''));
    }),
  );
});

test('the same overlays give the same bytes, whatever was applied in between', () => {
  fc.assert(
    fc.property(specText, anyOverlay, anyOverlay, mode, (text, overlay, between, as) => {
      const first = linesAround(text, overlay, as);
      linesAround(text, between, as);
      assert.deepEqual(linesAround(text, overlay, as), first);
      const spec = parseSpec(Buffer.from(text, 'latin1'));
      assert.deepEqual(formatSpec(spec), Buffer.from(text, 'latin1'));
    }),
  );
});

test('overlays of which one fails leave spec and files as they were', async () => {
  const content = { 'a.patch': 'a\n', 'conf/x': 'x=1\n', 'b.patch': Buffer.from([0xff, 0x00]) };
  const fileOverlay = fc.constantFrom<Overlay>(
    { type: 'file-add', file: 'new', source: 's' },
    { type: 'file-remove', file: 'a.patch' },
    { type: 'file-rename', file: 'conf/x', replacement: 'y' },
    { type: 'file-prepend-lines', file: '**', lines: ['first'] },
    { type: 'file-search-replace', file: 'conf/*', regex: '1', replacement: '2' },
  );
  const list = fc.array(fc.oneof(anyOverlay, fileOverlay), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(specText, list, async (text, wanted) => {
      const files = new MemorySourceFiles(content);
      const input = { spec: Buffer.from(text, 'latin1'), specName: 'a.spec', files };
      const last: Overlay = { type: 'spec-update-tag', tag: 'never-there', value: '1' };
      const loadSource = async () => ({ bytes: Buffer.from('s'), mode: 0o600 });
      await assert.rejects(
        applyOverlays(input, [...wanted, last], { loadSource, refuseWithoutEffect: false }),
        SlipwayError,
      );
      assert.equal(input.spec.toString('latin1'), text);
      const paths = (await files.list()).map(({ path, mode: bits }) => [path, bits]);
      assert.deepEqual(paths, [
        ['a.patch', 0o644],
        ['b.patch', 0o644],
        ['conf/x', 0o644],
      ]);
      for (const [path, bytes] of Object.entries(content)) {
        assert.deepEqual(await files.read(path), Buffer.from(bytes));
      }
    }),
  );
});
