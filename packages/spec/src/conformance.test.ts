import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyAsAzldev } from './conformance.ts';
import type { OverlayMode, PatchOverlay, SpecOverlay } from './overlay.ts';

const shared = process.env.SLIPWAY_SHARED ?? new URL('../../../../shared', import.meta.url).pathname;
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
  readonly overlays: readonly (SpecOverlay | PatchOverlay)[];
  readonly aug2026: Answer;
  readonly apr2026: Answer;
}

const modes: readonly (readonly [OverlayMode, 'aug2026' | 'apr2026'])[] = [
  ['august-2026', 'aug2026'],
  ['april-2026', 'apr2026'],
];

test('every recorded case gives the bytes, or fails at the overlay, that azldev did', { skip }, () => {
  const lines = readFileSync(cases, 'utf8').trim().split('\n');
  assert.ok(lines.length >= 277);
  for (const line of lines) {
    const { id, spec_b64, overlays, ...answers } = JSON.parse(line) as OverlayCase;
    for (const [mode, key] of modes) {
      const result = applyAsAzldev(Buffer.from(spec_b64, 'base64'), overlays, mode);
      const want = answers[key];
      const got = result.ok ? result.spec.toString('base64') : result.failedOverlay;
      assert.equal(got, want.ok ? want.out_b64 : want.failed_overlay, `${id} in ${mode}`);
    }
  }
});

/** Verdicts of azldev itself on cases outside of the recorded set, found by comparing the two on random specs. */
const foundCases: readonly (readonly [string, string, SpecOverlay, string | undefined])[] = [
  [
    'a line that becomes a header ends the section at once',
    '%build\na\na\n%install\na\n',
    { type: 'spec-search-replace', regex: '^a$', replacement: '%check\nx', section: '%build' },
    '%build\n%check\nx\na\n%install\na\n',
  ],
  [
    'Unicode blanks separate words',
    '%build\u00a0x\na\n',
    { type: 'spec-remove-section', section: '%build', package: 'x' },
    '',
  ],
  ['the Kelvin sign is a k', '%chec\u212a\na\n', { type: 'spec-remove-section', section: '%chec\u212a' }, ''],
  [
    'an inserted tag leaves the conditional of the last of two sections',
    '%package d\nA: 1\n%if 1\n%package d\n%endif\n',
    { type: 'spec-insert-tag', tag: 'A', value: '2', package: 'd' },
    '%package d\nA: 1\nA: 2\n%if 1\n%package d\n%endif\n',
  ],
  [
    'a pattern that can be empty matches once per place',
    'aa\n',
    { type: 'spec-search-replace', regex: '(|a)*', replacement: '-' },
    '-a-a-\n',
  ],
];

test('corners outside of the recorded cases', () => {
  for (const [name, spec, overlay, want] of foundCases) {
    const result = applyAsAzldev(Buffer.from(spec), [overlay], 'august-2026');
    assert.equal(result.ok ? result.spec.toString() : undefined, want, name);
  }
});

const bodyLine = fc.string({
  unit: fc.constantFrom('a', 'b', ' ', '\t', 'é', '%', '{', '#', ':', '\v'),
  maxLength: 12,
});
const headers = ['%build', '%install', '%files', '%files devel', '%package devel', '%description'];
const line = fc.oneof({ weight: 4, arbitrary: bodyLine }, { weight: 1, arbitrary: fc.constantFrom(...headers) });
const specText = fc.array(line, { maxLength: 30 }).map((lines) => lines.map((text) => `${text}\n`).join(''));

const overlay: fc.Arbitrary<SpecOverlay> = fc.oneof(
  fc.record({ type: fc.constant('spec-add-tag' as const), tag: fc.constant('New'), value: fc.constant('1') }),
  fc.record({ type: fc.constant('spec-insert-tag' as const), tag: fc.constant('New2'), value: fc.constant('1') }),
  fc.record({
    type: fc.constantFrom('spec-prepend-lines' as const, 'spec-append-lines' as const),
    section: fc.constantFrom('%build', '%files'),
    lines: fc.constant(['inserted']),
  }),
);

test('adding keeps every other line, byte for byte and in order', () => {
  fc.assert(
    fc.property(specText, fc.array(overlay, { maxLength: 4 }), (text, overlays) => {
      const result = applyAsAzldev(Buffer.from(text), overlays, 'august-2026');
      if (result.ok) {
        const kept = result.spec
          .toString()
          .split('\n')
          .filter((part) => !/^(New2?: 1|inserted)$/.test(part));
        assert.equal(kept.join('\n'), text);
      }
    }),
  );
});

test('random bytes and overlays give the same bytes twice, or an error, in both modes', () => {
  const anyOverlay: fc.Arbitrary<SpecOverlay> = fc.oneof(
    overlay,
    fc.record({ type: fc.constant('spec-remove-section' as const), section: fc.constantFrom(...headers, '') }),
    fc.record({ type: fc.constant('spec-remove-subpackage' as const), package: fc.constantFrom('devel', '') }),
    fc.record({ type: fc.constant('spec-remove-tag' as const), tag: fc.string(), value: fc.string() }),
    fc.record({ type: fc.constant('spec-search-replace' as const), regex: fc.string(), replacement: fc.string() }),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    specText.map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(bytes, fc.array(anyOverlay, { maxLength: 4 }), fc.constantFrom(...modes), (spec, overlays, [mode]) => {
      const first = applyAsAzldev(spec, overlays, mode);
      const second = applyAsAzldev(spec, overlays, mode);
      assert.deepEqual(first.ok ? first.spec : first.failedOverlay, second.ok ? second.spec : second.failedOverlay);
    }),
  );
});
