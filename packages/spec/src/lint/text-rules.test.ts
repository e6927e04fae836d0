import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overlay, OverlayMetadata } from '../overlay.ts';
import { lintOverlays } from './lint-overlays.ts';
import { codesOf, findingsOf } from './testing/lint-codes-of.ts';

const add = { type: 'spec-add-tag', tag: 'Requires', value: 'bash' } as const;

test('a reason is a description, metadata, or what the project says', () => {
  const codes = (overlay: Overlay, reason?: string) =>
    lintOverlays({ component: 'demo', overlays: [{ overlay, ...(reason !== undefined && { reason }) }] }).map(
      ({ code }) => code,
    );
  assert.deepEqual(codes(add), ['missing-reason']);
  assert.deepEqual(codes({ ...add, description: ' ' }), ['missing-reason']);
  assert.deepEqual(codes({ ...add, description: 'Needs a shell' }), []);
  assert.deepEqual(codes({ ...add, metadata: { category: 'pruning', upstreamStatus: 'inapplicable' } }), []);
  assert.deepEqual(codes(add, 'Needs a shell'), []);
});

test('an inherited overlay is judged by what it does here, not by its text', () => {
  const overlay = { type: 'spec-append-lines', section: 'build', lines: ['true'] } as const;
  const inherited = { overlay, ownedHere: false };
  assert.deepEqual(lintOverlays({ component: 'demo', overlays: [inherited] }), []);
  const both = lintOverlays({ component: 'demo', overlays: [inherited, { overlay, reason: 'x' }] });
  assert.deepEqual(
    both.map(({ code }) => code),
    ['duplicate-overlay', 'section-unknown'],
  );
});

test('metadata that contradicts itself is found', () => {
  const url = 'https://example.org/1';
  const contradictory: OverlayMetadata[] = [
    { category: 'upstream-backport', upstreamStatus: 'inapplicable', commits: [{ url }] },
    { category: 'upstream-backport', upstreamStatus: 'upstreamed' },
    { category: 'azl-branding-policy', upstreamStatus: 'upstreamed' },
    { category: 'pruning', upstreamStatus: 'inapplicable', commits: [{ url }] },
    { category: 'upstream-backport', upstreamStatus: 'upstreamed', commits: [{ url }, { url }] },
  ];
  const sound: OverlayMetadata[] = [
    { category: 'upstream-backport', upstreamStatus: 'upstreamed', commits: [{ url }] },
    { category: 'branding-policy', upstreamStatus: 'inapplicable' },
    { category: 'branding-policy', upstreamStatus: 'needs-upstream-hook', bugs: [{ url }] },
    { category: 'temp-workaround', upstreamStatus: 'upstreamed' },
    { category: 'pruning' },
  ];
  for (const metadata of contradictory) {
    assert.deepEqual(codesOf([{ ...add, metadata }]), ['metadata-contradiction@0'], JSON.stringify(metadata));
  }
  for (const metadata of sound) {
    assert.deepEqual(codesOf([{ ...add, metadata }]), [], JSON.stringify(metadata));
  }
});

function section(name: string, packageName?: string): readonly string[] {
  const more = packageName === undefined ? {} : { package: packageName };
  return codesOf([{ type: 'spec-append-lines', section: name, lines: ['x'], ...more }]);
}

test('sections that no spec has are found, with the one that was meant', () => {
  const wrong = [
    ['build', '%build'],
    ['%instal', '%install'],
    ['preamble', ''],
    ['files', '%files'],
    ['%files devel', '%files'],
    ['%trigger', undefined],
    ['%verifyscript', undefined],
    ['%sepolicy', undefined],
    ['%Sepolicy', undefined],
    ['%nonsense', undefined],
  ] as const;
  for (const [name, meant] of wrong) {
    const [finding] = findingsOf([{ type: 'spec-append-lines', section: name, lines: ['x'] }]);
    assert.equal(finding?.code, 'section-unknown', name);
    assert.equal(finding?.suggestion?.replacement?.section, meant, name);
  }
  assert.deepEqual(section('%Description'), ['section-case@0']);
  assert.deepEqual(section('%changelog', 'x'), ['section-without-package@0']);
  for (const name of ['%build', '%generate_buildrequires', '%transfiletriggerpostun', '%verify', '']) {
    assert.deepEqual(section(name), [], name);
  }
  assert.deepEqual(section('%files', 'devel'), []);
  const spec = 'Name: x\n%Description\nx\n';
  assert.deepEqual(codesOf([{ type: 'spec-append-lines', section: '%Description', lines: ['x'] }], { spec }), []);
});

test('blanks at the ends are found where they are compared', () => {
  assert.deepEqual(codesOf([{ type: 'spec-remove-tag', tag: 'Requires', value: ' bash' }]), ['blank-ends@0']);
  assert.deepEqual(codesOf([{ type: 'spec-remove-tag', tag: 'Requires', value: 'bash >= 1' }]), []);
  assert.deepEqual(codesOf([{ ...add, value: 'bash ' }]), []);
  assert.deepEqual(codesOf([{ ...add, package: 'devel ' }]), ['blank-ends@0']);
  assert.deepEqual(section('%build '), ['blank-ends@0']);
});

test('names of tags have no colon, and no blank where they are searched', () => {
  assert.deepEqual(codesOf([{ ...add, tag: 'Requires:' }]), ['tag-malformed@0']);
  assert.deepEqual(codesOf([{ type: 'spec-update-tag', tag: 'Build Arch', value: 'x' }]), ['tag-malformed@0']);
  assert.deepEqual(codesOf([{ ...add, tag: 'Requires(pre, post)' }]), []);
  assert.deepEqual(codesOf([{ type: 'spec-remove-tag', tag: 'Requires(pre, post)', value: 'x' }]), ['tag-malformed@0']);
  assert.deepEqual(codesOf([{ type: 'spec-remove-tag', tag: 'Requires(pre,post)', value: 'x' }]), []);
});

test('a package that repeats the name of the component is doubtful', () => {
  assert.deepEqual(codesOf([{ ...add, package: 'demo-devel' }]), ['package-base-name@0']);
  for (const packageName of ['devel', '%{name}-devel', 'demo', 'demo-', 'demos-devel', 'python3-demo']) {
    assert.deepEqual(codesOf([{ ...add, package: packageName }]), [], packageName);
  }
});

function tag(type: Overlay['type'], name: string, rest: object = {}): string[] {
  return codesOf([{ type, tag: name, value: 'x', ...rest } as Overlay]);
}

test('tags that a package has once are not added, and those it has often are not updated', () => {
  assert.deepEqual(tag('spec-add-tag', 'Version'), ['add-single-tag@0']);
  assert.deepEqual(tag('spec-add-tag', 'Epoch'), ['add-single-tag@0']);
  assert.deepEqual(tag('spec-add-tag', 'BuildArch', { package: 'doc' }), ['add-single-tag@0']);
  for (const name of ['Requires', 'ExclusiveArch', 'Source5', 'Summary(de)', 'Provides', 'X-Tag']) {
    assert.deepEqual(tag('spec-add-tag', name), [], name);
  }
  for (const name of ['Requires', 'BuildRequires', 'Requires(post)', 'Patch']) {
    assert.deepEqual(tag('spec-update-tag', name), ['tag-changes-all@0'], name);
    assert.deepEqual(tag('spec-set-tag', name), ['tag-changes-all@0'], name);
    assert.deepEqual(tag('spec-remove-tag', name), [], name);
    assert.deepEqual(tag('spec-remove-tag', name, { value: '' }), ['tag-changes-all@0'], name);
  }
  for (const name of ['Version', 'Source0', 'Patch12', 'BuildArch', 'ExclusiveArch']) {
    assert.deepEqual(tag('spec-update-tag', name), [], name);
  }
});

test('a release is set only where nothing calculates it', () => {
  const overlay = { type: 'spec-set-tag', tag: 'Release', value: '2%{?dist}' } as const;
  const codes = (releaseCalculation?: 'auto' | 'static' | 'manual') =>
    codesOf([overlay], releaseCalculation === undefined ? {} : { releaseCalculation });
  assert.deepEqual(codes('auto'), ['static-release@0']);
  assert.deepEqual(codes('static'), ['static-release@0']);
  assert.deepEqual(codes('manual'), []);
  assert.deepEqual(codes(), []);
  assert.deepEqual(codesOf([{ ...overlay, value: '%autorelease' }], { releaseCalculation: 'auto' }), []);
  assert.deepEqual(codesOf([{ ...overlay, package: 'x' }], { releaseCalculation: 'auto' }), []);
});
