import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MemorySourceFiles, type Overlay, type OverlayMode } from '@slipway/spec';
import { explainComponent } from './explain-overlays.ts';
import { formatAttribution } from './format-attribution.ts';
import { formatExplanation } from './format-explanation.ts';

const shared = process.env.SLIPWAY_SHARED ?? new URL('../../../../../shared', import.meta.url).pathname;
const cases = `${shared}/data/overlay-cases/handmade.jsonl`;
const skip = existsSync(cases) ? false : 'the overlay cases of the project are not here';

interface Answer {
  readonly ok: boolean;
  readonly out_b64: string;
  readonly failed_overlay: number | null;
}

interface OverlayCase {
  readonly id: string;
  readonly spec_b64: string;
  readonly overlays: readonly Overlay[];
  readonly aug2026: Answer;
  readonly apr2026: Answer;
}

const modes: readonly (readonly [OverlayMode, 'aug2026' | 'apr2026'])[] = [
  ['august-2026', 'aug2026'],
  ['april-2026', 'apr2026'],
];

function plain(_style: string, text: string): string {
  return text;
}

test('the first overlay explained as failed is the one that azldev fails at, else the live lines are its spec', {
  skip,
}, async () => {
  const all = readFileSync(cases, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as OverlayCase);
  const onSpecs = all.filter(({ overlays }) => overlays.every(({ type }) => type.startsWith('spec-')));
  assert.ok(onSpecs.length > 200);
  for (const { id, spec_b64, overlays, ...answers } of onSpecs) {
    for (const [mode, key] of modes) {
      const spec = Buffer.from(spec_b64, 'base64');
      const component = { name: 'demo', spec, specName: 'demo.spec', files: new MemorySourceFiles({}) };
      const explained = await explainComponent(component, overlays, { mode });
      const failed = explained.overlays.findIndex(({ outcome }) => outcome === 'failed');
      const want = answers[key];
      assert.equal(failed, want.failed_overlay ?? -1, `${id} in ${mode}`);
      const live = explained.spec.filter(({ removedBy }) => removedBy === undefined).map(({ text }) => text);
      if (want.ok) {
        const text = Buffer.from(want.out_b64, 'base64').toString();
        assert.equal(live.join('\n'), text.replace(/\n$/, ''), `${id} in ${mode}`);
      }
      const shown = explained.overlays.map((each) => formatExplanation(each, overlays.length, plain)).join('');
      assert.doesNotMatch(shown + formatAttribution(explained.spec, plain), /[\0-\x08\x0b-\x1f]/);
    }
  }
});

test('what is compared with a near line is what the overlay looks for', { skip }, async () => {
  let compared = 0;
  for (const line of readFileSync(cases, 'utf8').trim().split('\n')) {
    const { spec_b64, overlays, id } = JSON.parse(line) as OverlayCase;
    const spec = Buffer.from(spec_b64, 'base64');
    const component = { name: 'demo', spec, specName: 'demo.spec', files: new MemorySourceFiles({}) };
    const explained = await explainComponent(component, overlays);
    for (const near of explained.overlays.flatMap(({ failure }) => failure?.nearest ?? [])) {
      const found = near.comparison.filter(({ kind }) => kind !== 'wanted').map(({ text }) => text);
      assert.equal(found.join(''), near.text, id);
      compared++;
    }
  }
  assert.ok(compared > 20, `only ${compared} lines were compared`);
});
