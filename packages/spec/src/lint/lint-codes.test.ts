import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LintCode, type LintRule, lintCatalogue } from './lint-codes.ts';
import { lintOverlays } from './lint-overlays.ts';

const rules = Object.entries(lintCatalogue) as [LintCode, LintRule][];

for (const [code, { example }] of rules) {
  test(`the example of ${code} has that finding`, () => {
    const { overlays, spec, times = 1, sources, ...rest } = example;
    const findings = lintOverlays({
      component: 'demo',
      overlays: overlays.map((overlay) => ({ overlay })),
      ...(spec !== undefined && { spec: Buffer.from(spec.repeat(times)) }),
      ...(sources !== undefined && { sourceExists: (path: string) => sources.includes(path) }),
      ...rest,
    });
    assert.ok(
      findings.some((finding) => finding.code === code),
      JSON.stringify(findings, undefined, 1),
    );
  });
}

test('every text of the catalogue is a sentence', () => {
  for (const [code, { meaning, why }] of rules) {
    assert.match(meaning, /^[A-Za-z].*\.$/, code);
    assert.match(why, /^[A-Za-z$].*\.$/, code);
  }
});
