import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { MemorySourceFiles, type Overlay } from '@slipway/spec';
import { explainComponent } from './explain-overlays.ts';
import { formatAttribution } from './format-attribution.ts';
import { formatExplanation } from './format-explanation.ts';
import type { Paint } from './paint.ts';
import { selectOverlay } from './select-overlay.ts';

const spec =
  'Name: demo\nVersion: 1\n\n%build\nmake all\n\n%install\nmake install\n\n%files\n/usr/bin/demo\n\n%changelog\n';
const component = { name: 'demo', spec: Buffer.from(spec), specName: 'demo.spec', files: new MemorySourceFiles({}) };
const overlays: Overlay[] = [
  {
    type: 'spec-search-replace',
    regex: 'make all',
    replacement: 'make\nmake docs',
    description: 'Build the docs \x1b[31m',
    at: { file: 'base/x.comp.toml', line: 12 },
  },
  {
    type: 'spec-search-replace',
    section: '%install',
    regex: 'make  instal',
    replacement: '',
    description: 'No install',
  },
  { type: 'spec-remove-section', section: '%files' },
];

const plain: Paint = (_style, text) => text;
const tagged: Paint = (style, text) => `<${style}>${text}</${style}>`;

test('a heading, the outcome and the diff of an overlay', async () => {
  const { overlays: explained } = await explainComponent(component, overlays);
  assert.equal(
    formatExplanation(explained[0] as never, 3, plain),
    `overlay 1 of 3  spec-search-replace  base/x.comp.toml:12  "Build the docs \ufffd[31m"
applied: 2 lines added, 1 removed
--- a/demo.spec
+++ b/demo.spec
@@ -2,7 +2,8 @@
 Version: 1
 
 %build
-make all
+make
+make docs
 
 %install
 make install
`,
  );
  assert.match(formatExplanation(explained[0] as never, 3, tagged), /<red>-make all<\/red>\n<green>\+make<\/green>/);
});

test('a failure shows where the expression stops and what differs in the nearest line; the next one says that it was left out', async () => {
  const { overlays: explained } = await explainComponent(component, overlays);
  const failure = formatExplanation(explained[1] as never, 3, plain);
  assert.match(failure, /^failed\nSPEC_NO_MATCH {2}no line of %install/m);
  assert.ok(failure.includes('it matches up to `make ` and fails at ` `'), failure);
  assert.ok(failure.includes('    9: make ⟨here⟩install\n'), failure);
  assert.ok(failure.includes('  9: make install\n     make {+ +}insta[-l-]l\n'), failure);
  assert.match(formatExplanation(explained[2] as never, 3, plain), /\nas if overlay 2 were not there\n/);
});

test('the whole difference names the overlay of each line in the margin', async () => {
  const { spec: lines } = await explainComponent(component, overlays);
  assert.equal(
    formatAttribution(lines, plain),
    `  @@ -2,12 +2,10 @@
   Version: 1
   
   %build
1 -make all
1 +make
1 +make docs
   
   %install
   make install
   
3 -%files
3 -/usr/bin/demo
3 -
   %changelog
`,
  );
  assert.equal(formatAttribution([{ text: 'a' }], plain), '');
});

test('an overlay is chosen by its number or by text of its description', () => {
  assert.equal(selectOverlay(overlays, '2'), 1);
  assert.equal(selectOverlay(overlays, 'the DOCS'), 0);
  for (const wanted of ['0', '4', 'nothing', 'o']) {
    assert.throws(
      () => selectOverlay(overlays, wanted),
      (error: unknown) =>
        error instanceof SlipwayError &&
        error.code === 'SPEC_NO_OVERLAY' &&
        (error.hint ?? '').includes('1  spec-search'),
    );
  }
});
