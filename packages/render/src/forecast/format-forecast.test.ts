import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatOverlayToml, MemorySourceFiles, type Overlay } from '@slipway/spec';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { forecastOverlays } from './forecast-overlays.ts';
import { countForecasts, formatForecast, formatForecastTable } from './format-forecast.ts';

const plain = (_style: string, text: string) => text;
const component = (spec: string) => ({
  name: 'demo',
  spec: Buffer.from(spec),
  specName: 'demo.spec',
  files: new MemorySourceFiles({}),
});
const overlays: Overlay[] = [
  { type: 'spec-set-tag', tag: 'License', value: 'MIT' },
  { type: 'spec-set-tag', tag: 'Version', value: '2' },
  {
    type: 'spec-search-replace',
    regex: '^make all$',
    replacement: 'make docs',
    at: { file: 'x.toml', line: 3 },
    description: 'Docs',
  },
  { type: 'spec-remove-tag', tag: 'Epoch' },
];

async function forecasts() {
  return forecastOverlays(
    component('Name: demo\nVersion: 1\nEpoch: 1\n\n%build\nmake all\n'),
    component('Name: demo\nVersion: 2\n\n%build\nmake all V=1\n'),
    overlays,
  );
}

test('the table has a line for each overlay with what to do, and the counts', async () => {
  const all = await forecasts();
  assert.deepEqual(countForecasts(all), {
    applies: 1,
    'applies-differently': 0,
    unnecessary: 2,
    breaks: 1,
    'not-checked': 0,
  });
  assert.equal(
    formatForecastTable(all, plain),
    `component  overlay                verdict      what to do
demo       1 spec-set-tag         applies      nothing
demo       2 spec-set-tag         unnecessary  remove it: it changes nothing in the new upstream
demo       3 spec-search-replace  breaks       replace it: the expression is for the text as it is now
demo       4 spec-remove-tag      unnecessary  remove it: upstream has what it makes already

4 overlays: 1 applies, 2 are unnecessary, 1 breaks
`,
  );
  assert.equal(formatForecastTable([], plain), '');
});

test('at length: the error, the merged change and the overlay to write instead', async () => {
  const text = formatForecast((await forecasts())[2] as never, plain);
  assert.match(text, /^demo overlay 3 {2}spec-search-replace {2}x\.toml:3 {2}"Docs"\nbreaks: replace it/);
  assert.match(text, /it matches up to `\^make all` and fails at `\$`\n {4}6: make all⟨here⟩ V=1\n/);
  assert.match(
    text,
    /\nmerged into the new upstream, word by word within a line:\n[^]*-make all V=1\n\+make docs V=1\n/,
  );
  assert.match(
    text,
    /\nwrite instead: \{ type = "spec-search-replace", description = "Docs", regex = "all", replacement = "docs" \}\n$/,
  );
});

test('an overlay written as TOML reads back as it was', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '\\', "'", '"', '\n', '\x7f', '\0', '\t', 'é', '😀', '%') });
  fc.assert(
    fc.property(text, text, fc.array(text), (regex, replacement, lines) => {
      const overlay: Overlay = { type: 'spec-search-replace', regex, replacement };
      assert.deepEqual({ ...(parse(`o = ${formatOverlayToml(overlay)}`).o as object) }, overlay);
      const append: Overlay = { type: 'spec-append-lines', lines };
      assert.deepEqual({ ...(parse(`o = ${formatOverlayToml(append)}`).o as object) }, append);
    }),
  );
});
