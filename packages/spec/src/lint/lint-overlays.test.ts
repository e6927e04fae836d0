import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Overlay } from '../overlay.ts';
import { compareFindings } from './lint-finding.ts';
import { lintOverlays } from './lint-overlays.ts';

const specLine = fc.constantFrom(
  'Name: demo',
  'Requires: a \\',
  'Patch0: a.patch',
  'Patch: b.patch',
  '%if 1',
  '%else',
  '%endif',
  '%package devel',
  '%package -n %{name}-devel',
  '%description devel',
  '%prep',
  '%autosetup -N',
  '%patch -P 1',
  '%files',
  '%files devel',
  'cat <<EOF',
  'EOF',
  '%define x() %{expand:',
  '}',
  '%global y 1',
  '%{y}',
  '%changelog',
  '\u00e9 \0',
  '',
);

const section = fc.constantFrom('%files', '%prep', '%package', '%install', '', '%Files', 'files', '%verifyscript');
const packageName = fc.constantFrom('', 'devel', '%{name}-devel', 'demo-devel');
const text = fc.oneof(specLine, fc.constantFrom('$1', '\\1', 'a.patch', '%if 0', '%files devel\n/x'));
const regex = fc.oneof(
  text,
  fc.constantFrom('.*', '^', 'x*', '(', '%{?y}', '(a', 'a$b', '[ -e x ]', '\\Q%{'),
  fc.string(),
);
const tag = fc.constantFrom('Requires', 'Name', 'Release', 'Patch0', 'patch', 'Source1', 'X:');

const overlay: fc.Arbitrary<Overlay> = fc.oneof(
  fc.record({
    type: fc.constantFrom('spec-add-tag', 'spec-insert-tag', 'spec-set-tag', 'spec-update-tag', 'spec-remove-tag'),
    tag,
    value: text,
    package: packageName,
  }),
  fc.record({
    type: fc.constantFrom('spec-append-lines', 'spec-prepend-lines'),
    section,
    package: packageName,
    lines: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('spec-search-replace'), section, package: packageName, regex, replacement: text }),
  fc.record({ type: fc.constant('spec-remove-section'), section, package: packageName }),
  fc.record({ type: fc.constant('spec-remove-subpackage'), package: packageName }),
  fc.record({ type: fc.constant('patch-add'), source: fc.constantFrom('p/a.patch', 'c.patch') }),
  fc.record({
    type: fc.constantFrom('patch-remove', 'file-remove'),
    file: fc.constantFrom('a.patch', '*', '[', 'x/**'),
  }),
  fc.record({
    type: fc.constant('file-search-replace'),
    file: fc.constantFrom('a', '*.spec'),
    regex,
    replacement: text,
  }),
) as fc.Arbitrary<Overlay>;

test('whatever the overlays and the spec, findings are ordered, placed and the same again', () => {
  const input = fc.record({
    component: fc.constant('demo'),
    overlays: fc.array(fc.record({ overlay }), { maxLength: 8 }),
    spec: fc.option(
      fc.oneof(
        fc.array(specLine, { maxLength: 30 }).map((lines) => Buffer.from(lines.join('\n'))),
        fc.uint8Array(),
      ),
      {
        nil: new Uint8Array(),
      },
    ),
    files: fc.constantFrom(['a.patch', 'demo.spec'], []),
    mode: fc.constantFrom('august-2026', 'april-2026'),
  });
  fc.assert(
    fc.property(input, (asked) => {
      const findings = lintOverlays(asked);
      assert.deepEqual(findings, lintOverlays(asked));
      assert.deepEqual(findings, findings.toSorted(compareFindings));
      for (const { overlay: index, message, explanation } of findings) {
        assert.ok(index === undefined || index < asked.overlays.length);
        assert.ok(message !== '' && explanation !== '');
      }
    }),
    { numRuns: 500 },
  );
});

test('a finding says where the project wrote the overlay', () => {
  const at = { file: 'demo.toml', line: 3, column: 1 };
  const [finding] = lintOverlays({
    component: 'demo',
    overlays: [{ overlay: { type: 'spec-remove-tag', tag: 'URL', description: 'x', at } }],
    spec: Buffer.from('Name: demo\n'),
  });
  assert.deepEqual(finding?.at, at);
  assert.equal(finding?.overlay, 0);
});

test('a large spec is read a bounded number of times, however many overlays there are', () => {
  const many = Array.from({ length: 5000 }, (_, index): { overlay: Overlay } => ({
    overlay: { type: 'file-remove', file: `*${index}*`, description: 'x' },
  }));
  lintOverlays({ component: 'demo', overlays: many, files: many.map((_, index) => `f${index}`) });
  const spec = Buffer.from(`Name: demo\n${`${'x'.repeat(60_000)}\n`.repeat(100)}`);
  const sets = many.map((_, index): { overlay: Overlay } => ({
    overlay: { type: 'spec-set-tag', tag: 'URL', value: `x${index}`, description: 'x' },
  }));
  const findings = lintOverlays({ component: 'demo', overlays: sets, spec });
  assert.ok(findings.some(({ code, overlay }) => code === 'spec-not-checked' && overlay === 5));
});
