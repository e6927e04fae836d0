import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyOverlays, MemorySourceFiles, type Overlay } from '@slipway/spec';
import fc from 'fast-check';
import type { PreparedComponent } from '../explain/prepared-component.ts';
import { forecastOverlays } from './forecast-overlays.ts';
import { mergeTexts } from './merge-texts.ts';

function component(text: string): PreparedComponent {
  return { name: 'demo', spec: Buffer.from(text), specName: 'demo.spec', files: new MemorySourceFiles({}) };
}

const build = { type: 'spec-search-replace', section: '%build' } as const;

const words = fc.constantFrom(
  'make all',
  'make check',
  '%configure --with-foo',
  'echo "a"',
  'cd src',
  'BuildArch: noarch',
);
const body = fc.array(words, { minLength: 1, maxLength: 5 });
const specs = fc
  .tuple(body, body, body)
  .map(([first, second, third]) =>
    ['Name: demo', ...first, '%build', ...second, '%files devel', ...third].map((line) => `${line}\n`).join(''),
  );
const upstreamEdit = fc.constantFrom<(text: string) => string>(
  (text) => text.replace('%files devel', '%files -n demo-devel'),
  (text) => text.replace('--with-foo', '--with-foo --more'),
  (text) => text.replace('make all', 'make  all V=1'),
  (text) => text.replace('cd src\n', ''),
  (text) => text.replace('echo', 'printf'),
  (text) => text.replace('BuildArch: noarch', 'BuildArch: x86_64'),
);
const anyOverlay = fc.constantFrom<Overlay>(
  { ...build, regex: 'make all$', replacement: 'make docs' },
  { ...build, regex: '--with-foo$', replacement: '--without-foo' },
  { type: 'spec-search-replace', section: '%files', package: 'devel', regex: 'src', replacement: 'lib' },
  { type: 'spec-append-lines', section: '%files', package: 'devel', lines: ['/x'] },
  { type: 'spec-prepend-lines', section: '%files', package: 'devel', lines: ['/x', '/y'] },
  { type: 'spec-remove-section', section: '%files', package: 'devel' },
  { type: 'spec-remove-tag', tag: 'BuildArch', value: 'noarch' },
);

test('a suggestion is never anything but the merge: applied to the new upstream it gives the merged text', async () => {
  let suggestions = 0;
  await fc.assert(
    fc.asyncProperty(
      specs,
      fc.array(upstreamEdit, { minLength: 1, maxLength: 3 }),
      anyOverlay,
      async (text, edits, overlay) => {
        const next = edits.reduce((result, edit) => edit(result), text);
        const [result] = await forecastOverlays(component(text), component(next), [overlay]);
        if (result?.suggestion !== undefined) {
          suggestions++;
          const ours = await applyOverlays(component(text), [overlay]);
          const suggested = await applyOverlays(component(next), result.suggestion.overlays);
          const linesOf = (version: string | Buffer) => version.toString().split('\n').slice(0, -1);
          const merged = mergeTexts(linesOf(text), linesOf(ours.spec), linesOf(next));
          assert.deepEqual(linesOf(suggested.spec), merged.lines);
        }
        assert.equal(result?.verdict === 'breaks', result?.failure !== undefined);
      },
    ),
    { numRuns: 300 },
  );
  assert.ok(suggestions > 20, `only ${suggestions} suggestions were tried`);
});

test('on the upstream of now every overlay that applies makes the same change', async () => {
  await fc.assert(
    fc.asyncProperty(specs, anyOverlay, async (text, overlay) => {
      const [result] = await forecastOverlays(component(text), component(text), [overlay]);
      assert.equal(result?.verdict, result?.failsNow ? 'breaks' : 'applies');
      assert.equal(result?.suggestion, undefined);
    }),
  );
});

test('several lines that changed in the same way need one expression, in different ways several', async () => {
  const overlay: Overlay = { type: 'spec-search-replace', regex: '--old$', replacement: '--new' };
  const [same] = await forecastOverlays(component('a --old\n\nb --old\n'), component('a --old x\n\nb --old x\n'), [
    overlay,
  ]);
  assert.deepEqual(same?.suggestion?.overlays, [{ ...overlay, regex: '--old', replacement: '--new' }]);
  const [different] = await forecastOverlays(component('a --old\n\nb=--old\n'), component('a --old x\n\nb=--old y\n'), [
    overlay,
  ]);
  assert.deepEqual(
    different?.suggestion?.overlays.map((each) => ('regex' in each ? each.regex : '')),
    ['a --old x', 'b=--old y'],
  );
});
