import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Overlay, OverlayMode } from '../overlay.ts';
import { lintOverlays } from './lint-overlays.ts';

const shared = process.env.SLIPWAY_SHARED ?? new URL('../../../../../shared', import.meta.url).pathname;
const cases = `${shared}/data/overlay-cases/handmade.jsonl`;
const skip = existsSync(cases) ? false : 'the overlay cases of the project are not here';

interface OverlayCase {
  readonly id: string;
  readonly spec_b64: string;
  readonly overlays: readonly Overlay[];
  readonly aug2026: { readonly failed_overlay: number | null };
  readonly apr2026: { readonly failed_overlay: number | null };
}

/** What lint says of an overlay that cannot be applied. */
const failing = new Set([
  'overlay-fails',
  'regex-unquoted',
  'regex-header',
  'regex-invalid',
  'package-spelling',
  'section-case',
  'section-generated',
  'spec-unreadable',
]);

test('lint says that an overlay fails where azldev fails, and nowhere before', { skip }, () => {
  const modes = [
    ['august-2026', 'aug2026'],
    ['april-2026', 'apr2026'],
  ] as const satisfies readonly (readonly [OverlayMode, string])[];
  for (const line of readFileSync(cases, 'utf8').trim().split('\n')) {
    const { id, spec_b64, overlays, ...answers } = JSON.parse(line) as OverlayCase;
    for (const [mode, key] of modes) {
      const asked = { component: 'a', mode, spec: Buffer.from(spec_b64, 'base64') };
      const findings = lintOverlays({ ...asked, overlays: overlays.map((overlay) => ({ overlay })) });
      const first = findings.find(({ code, severity }) => severity === 'error' && failing.has(code));
      const got = first === undefined ? null : (first.overlay ?? 0);
      assert.equal(got, answers[key].failed_overlay, `${id} in ${mode}: ${JSON.stringify(first)}`);
    }
  }
});
