import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applySpecOverlay } from '../apply-spec-overlay.ts';
import type { Overlay, SpecOverlay } from '../overlay.ts';
import { parseSpec } from '../spec-text.ts';
import type { LintFinding } from './lint-finding.ts';
import { codesOf, findingsOf } from './testing/lint-codes-of.ts';

const straddling = `Name: demo
Requires: a
%if 0%{?rhel}
%package devel
Summary: x
%endif

%install
make install
%if %{with doc}
%files doc
/doc
%endif

%if %{with x}
%files x
/x
%else
%files y
/y
%endif

%changelog
* entry
`;

function append(section: string, packageName?: string, ...lines: string[]): Overlay {
  const selector = packageName === undefined ? {} : { package: packageName };
  return { type: 'spec-append-lines', section, lines: lines.length === 0 ? ['new'] : lines, ...selector };
}

/** The spec after what the finding suggests instead of the overlay. */
function suggested(spec: string, overlay: Overlay, finding: LintFinding | undefined): string[] {
  const replacement = finding?.suggestion?.replacement;
  assert.ok(replacement, JSON.stringify(finding));
  const better = { ...overlay, ...replacement } as SpecOverlay;
  return applySpecOverlay(parseSpec(Buffer.from(spec)), better, 'august-2026').text.split('\n');
}

test('text at the end of a section whose %if wraps the next one is found, and put before it', () => {
  const overlay = append('%install', undefined, 'rm x', 'rm y');
  const [finding, ...others] = findingsOf([overlay], { spec: straddling });
  assert.deepEqual(others, []);
  assert.equal(finding?.code, 'lands-in-conditional');
  assert.equal(finding?.line, 10);
  assert.match(finding?.message ?? '', /"%if %\{with doc\}" \(line 10\)/);
  const lines = suggested(straddling, overlay, finding);
  assert.deepEqual(lines.slice(7, 13), ['%install', 'make install', 'rm x', 'rm y', '%if %{with doc}', '%files doc']);
});

test('text after the %endif around a section is found, and put inside', () => {
  const overlay = append('%files', 'doc', '/new');
  const only = 'Name: x\n%if 1\n%files doc\n/doc\n%endif\n\n%files\n/x\n';
  const [after] = findingsOf([overlay], { spec: only });
  assert.equal(after?.code, 'lands-after-conditional');
  assert.equal(after?.line, 3);
  assert.deepEqual(suggested(only, overlay, after).slice(2, 6), ['%files doc', '/doc', '/new', '%endif']);
});

test('a section that ends in the other branch is found', () => {
  assert.deepEqual(codesOf([append('%files', 'x', '/new')], { spec: straddling }), ['lands-after-conditional@0']);
});

test('sections that end in the branch of their header are let be', () => {
  const spec = `Name: demo

%install
%if 1
make
%else
cmake
%endif

%files
%if 0
/x
%endif
`;
  for (const overlay of [append('%install'), { ...append('%files'), type: 'spec-prepend-lines' } as Overlay]) {
    assert.deepEqual(codesOf([overlay], { spec }), []);
  }
  const whole = '%if 1\n%files\n/x\n\n%files y\n/y\n%endif\n';
  assert.deepEqual(codesOf([append('%files')], { spec: whole }), []);
  const macro = 'Name: x\n%install\n%define a() \\\n%if 1 \\\nx \\\n%{nil}\n\n%files\n/x\n';
  assert.deepEqual(codesOf([append('%install')], { spec: macro }), []);
});

test('tags at the end of a preamble that ends inside an %if go with the other tags', () => {
  const overlay = { type: 'spec-add-tag', tag: 'Requires', value: 'b' } as const;
  const [finding, ...others] = findingsOf([overlay], { spec: straddling });
  assert.deepEqual(others, []);
  assert.equal(finding?.code, 'lands-in-conditional');
  assert.deepEqual(finding?.suggestion?.replacement, { type: 'spec-insert-tag' });
  assert.deepEqual(suggested(straddling, overlay, finding).slice(1, 4), [
    'Requires: a',
    'Requires: b',
    '%if 0%{?rhel}',
  ]);
  assert.deepEqual(codesOf([{ ...overlay, type: 'spec-insert-tag' }], { spec: straddling }), []);
  assert.deepEqual(codesOf([{ ...overlay, type: 'spec-set-tag', tag: 'Epoch' }], { spec: straddling }), [
    'lands-in-conditional@0',
  ]);
  assert.deepEqual(codesOf([{ ...overlay, type: 'spec-set-tag', tag: 'Name' }], { spec: straddling }), []);
  const patch: Overlay = { type: 'patch-add', source: 'x.patch' };
  assert.ok(codesOf([patch], { spec: straddling }).includes('lands-in-conditional@0'));
});

test('an inserted tag that cannot leave its %if is found', () => {
  const spec = 'Name: x\n%if 1\nSource0: a\n\n%package y\n%endif\nSummary: y\n';
  assert.deepEqual(codesOf([{ type: 'spec-insert-tag', tag: 'Source1', value: 'b' }], { spec }), [
    'lands-in-conditional@0',
  ]);
});

test('text without a section goes behind the change log, in August and unless it is a section', () => {
  const overlay: Overlay = { type: 'spec-append-lines', lines: ['Requires: x'] };
  const spec = 'Name: demo\n\n%changelog\n* entry\n';
  assert.deepEqual(codesOf([overlay], { spec }), ['lands-in-changelog@0']);
  assert.deepEqual(codesOf([overlay], { spec, mode: 'april-2026' }), []);
  assert.deepEqual(codesOf([{ ...overlay, lines: ['', '%files y', '/y'] }], { spec }), []);
  assert.deepEqual(codesOf([overlay], { spec: 'Name: demo\n' }), []);
});

test('text after a continued line is found', () => {
  const spec = 'Name: demo\n%build\nmake \\\n%files\n/x\n';
  assert.deepEqual(codesOf([append('%build')], { spec }), ['breaks-continuation@0']);
  assert.deepEqual(codesOf([append('%build')], { spec: spec.replace('make \\', 'make \\\n  all') }), []);
});

test('headers in here-documents and macro bodies are no sections', () => {
  const spec = `Name: demo
%define sub() \\
%package %1 \\
Summary: x \\
%{nil}

%install
cat > x <<'EOF'
%files
/x
EOF
make

%files
/y
`;
  assert.deepEqual(codesOf([append('%install')], { spec }), ['phantom-section@0']);
  assert.deepEqual(codesOf([append('%files')], { spec }), ['phantom-section@0']);
  assert.deepEqual(codesOf([{ type: 'spec-prepend-lines', section: '%install', lines: ['x'] }], { spec }), []);
  assert.deepEqual(codesOf([{ type: 'spec-add-tag', tag: 'URL', value: 'x' }], { spec }), ['phantom-section@0']);
  assert.deepEqual(codesOf([{ type: 'spec-insert-tag', tag: 'URL', value: 'x' }], { spec }), []);
  const shift = 'Name: demo\n%install\necho $((1 << 2)) <<< word\n%files\n/y\n';
  assert.deepEqual(codesOf([append('%install')], { spec: shift }), []);
  const text = 'Name: demo\n%description\nsee cat <<EOF\n%files\n/y\nEOF\n';
  assert.deepEqual(codesOf([append('%description')], { spec: text }), []);
});
