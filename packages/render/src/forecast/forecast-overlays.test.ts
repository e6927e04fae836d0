import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyOverlays, MemorySourceFiles, type Overlay } from '@slipway/spec';
import type { PreparedComponent } from '../explain/prepared-component.ts';
import { type ForecastVerdict, forecastOverlays } from './forecast-overlays.ts';

const spec = `Name: demo
Version: 1.0
Release: 1%{?dist}
Patch0: old.patch
BuildRequires: gcc
Requires: libfoo >= 1

%description
A demo.

%package devel
Summary: Headers

%description devel
Headers.

%build
%configure --disable-static --with-foo
make all

%check
make check

%install
make install

%files
/usr/bin/demo

%files devel
/usr/include/demo.h
`;

const ourPatch = `--- a/src/main.c
+++ b/src/main.c
@@ -1,3 +1,3 @@
 int main() {
-  return 1;
+  return 0;
 }
`;

const loadSource = async (path: string) => ({
  bytes: Buffer.from(path.endsWith('.patch') ? ourPatch : 'ours\n'),
  mode: 0o644,
});

type Files = Record<string, string>;
const files: Files = { 'old.patch': 'p\n', 'demo-1.0.conf': 'color=red\nsize=1\n' };

function component(text: string | Uint8Array = spec, sources: Files = files): PreparedComponent {
  return {
    name: 'demo',
    spec: Buffer.from(text as string),
    specName: 'demo.spec',
    files: new MemorySourceFiles(sources),
  };
}

/** The new upstream: the spec with some texts replaced, and its files. */
async function forecast(overlay: Overlay, changes: readonly (readonly [string, string])[], sources: Files = files) {
  const next = changes.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), from);
    return text.replace(from, to);
  }, spec);
  const component2 = component(next, sources);
  const [result] = await forecastOverlays(component(), component2, [overlay], { loadSource });
  assert.ok(result !== undefined);
  if (result.suggestion !== undefined) {
    const again = await applyOverlays(component(next, { ...sources }), result.suggestion.overlays, { loadSource });
    return { ...result, suggested: again.spec.toString(), next };
  }
  return { ...result, suggested: undefined, next };
}

const build = { type: 'spec-search-replace', section: '%build' } as const;
const otherVersion = ['Version: 1.0', 'Version: 2.0'] as const;

test('the verdict on overlays of every kind', async () => {
  const cases: readonly (readonly [
    ForecastVerdict,
    RegExp,
    Overlay,
    readonly (readonly [string, string])[],
    Files?,
  ])[] = [
    ['applies', /same change/, { ...build, regex: '--with-foo', replacement: '' }, [otherVersion]],
    [
      'applies',
      /same change/,
      { type: 'spec-append-lines', section: '%build', lines: ['x'] },
      [['make all', 'make everything']],
    ],
    [
      'applies',
      /same change/,
      { type: 'patch-add', source: 'x/ours.patch' },
      [['Patch0: old.patch', 'Patch0: old.patch\nPatch1: b.patch']],
    ],
    ['applies-differently', /other lines/, { type: 'spec-set-tag', tag: 'Version', value: '9' }, [otherVersion]],
    [
      'applies-differently',
      /adds 2 and removes 2 lines, now 1 and 1/,
      { ...build, regex: 'make', replacement: 'gmake' },
      [['make all', 'make all\nmake docs']],
    ],
    [
      'unnecessary',
      /would make it twice/,
      { ...build, regex: 'make all', replacement: 'make all docs' },
      [['make all', 'make all docs']],
    ],
    [
      'applies-differently',
      /adds 2 and removes 2 lines/,
      { ...build, regex: 'make all', replacement: 'make all docs' },
      [['make all', 'make all docs\nmake all -C sub']],
    ],
    ['unnecessary', /changes nothing/, { type: 'spec-set-tag', tag: 'Version', value: '2.0' }, [otherVersion]],
    [
      'unnecessary',
      /has what it makes/,
      { ...build, regex: 'make all', replacement: 'make -j1 all' },
      [['make all', 'make -j1 all']],
    ],
    [
      'unnecessary',
      /has what it makes/,
      { type: 'spec-remove-tag', tag: 'BuildRequires', value: 'gcc' },
      [['BuildRequires: gcc\n', '']],
    ],
    [
      'unnecessary',
      /removed what/,
      { type: 'spec-remove-tag', tag: 'BuildRequires' },
      [['BuildRequires: gcc\nRequires: libfoo >= 1\n', 'URL: x\n']],
    ],
    [
      'unnecessary',
      /has what it makes/,
      { type: 'spec-remove-section', section: '%check' },
      [['%check\nmake check\n\n', '']],
    ],
    [
      'unnecessary',
      /same lines/,
      { type: 'spec-add-tag', tag: 'BuildRequires', value: 'cmake' },
      [['BuildRequires: gcc', 'BuildRequires:  cmake\nBuildRequires: gcc']],
    ],
    [
      'unnecessary',
      /same lines/,
      { type: 'spec-append-lines', section: '%build', lines: ['make docs'] },
      [['make all', 'make all\nmake docs']],
    ],
    [
      'applies',
      /same change/,
      { type: 'spec-append-lines', section: '%build', lines: ['make docs'] },
      [['make install', 'make install\nmake docs']],
    ],
    [
      'unnecessary',
      /same file as ours.patch/,
      { type: 'patch-add', source: 'x/ours.patch' },
      [otherVersion],
      { ...files, 'ours.patch': ourPatch },
    ],
    [
      'unnecessary',
      /same file as theirs.patch/,
      { type: 'patch-add', source: 'x/ours.patch' },
      [otherVersion],
      { ...files, 'theirs.patch': ourPatch },
    ],
    [
      'unnecessary',
      /big.patch makes the same changes/,
      { type: 'patch-add', source: 'x/ours.patch' },
      [otherVersion],
      {
        ...files,
        'big.patch': `From: someone\n${ourPatch.replace('@@ -1,3', '@@ -7,3')}--- a/b\n+++ b/b\n@@ -1 +1 @@\n-x\n+y\n`,
      },
    ],
    [
      'unnecessary',
      /have the changes of the patch/,
      { type: 'patch-add', source: 'x/ours.patch' },
      [otherVersion],
      { ...files, 'main.c': '', 'src/main.c': 'x\nint main() {\n  return 0;\n}\n' },
    ],
    [
      'breaks',
      /there already/,
      { type: 'file-add', file: 'new.conf', source: 'x' },
      [otherVersion],
      { ...files, 'new.conf': 'theirs\n' },
    ],
    [
      'unnecessary',
      /has what it makes/,
      { type: 'file-add', file: 'new.conf', source: 'x' },
      [otherVersion],
      { ...files, 'new.conf': 'ours\n' },
    ],
    [
      'unnecessary',
      /has what it makes/,
      { type: 'file-remove', file: 'demo-*.conf' },
      [otherVersion],
      { 'old.patch': 'p\n' },
    ],
    [
      'breaks',
      /no line of %build/,
      { ...build, regex: 'make all', replacement: 'make -j1' },
      [['make all', '%make_build']],
    ],
    [
      'breaks',
      /no tag/,
      { type: 'spec-remove-tag', tag: 'Requires', value: 'libfoo >= 1' },
      [['libfoo >= 1', 'libfoo >= 2']],
    ],
    ['not-checked', /archive/, { type: 'file-remove', file: 'x', archive: 'a.tar' }, []],
    [
      'unnecessary',
      /nothing but blanks/,
      { ...build, regex: '^make.*', replacement: 'make docs' },
      [['make all', 'make   docs']],
    ],
  ];
  for (const [verdict, reason, overlay, changes, sources] of cases) {
    const result = await forecast(overlay, changes, sources);
    const shown = JSON.stringify([overlay, changes, result.reason]);
    assert.equal(result.verdict, verdict, shown);
    assert.match(result.reason, reason, shown);
    assert.doesNotThrow(() => JSON.stringify(result));
  }
});

test('what breaks in a mechanical way gets an overlay that makes the merged result', async () => {
  const cases: readonly (readonly [
    Overlay,
    readonly (readonly [string, string])[],
    Partial<Overlay>,
    readonly [string, string],
    Files?,
  ])[] = [
    [
      {
        ...build,
        regex: '%configure --disable-static --with-foo$',
        replacement: '%configure --disable-static --without-foo',
      },
      [['--with-foo', '--with-foo --new']],
      { regex: '--with-foo', replacement: '--without-foo' } as Partial<Overlay>,
      ['--with-foo --new', '--without-foo --new'],
    ],
    [
      { type: 'spec-append-lines', section: '%files', package: 'devel', lines: ['/x'] },
      [['%files devel', '%files -n demo-devel']],
      { package: 'demo-devel' },
      ['demo.h\n', 'demo.h\n/x\n'],
    ],
    [
      { type: 'spec-prepend-lines', section: '%description', package: 'devel', lines: ['Our'] },
      [['%description devel', '%description -n demo-devel']],
      { package: 'demo-devel' },
      ['demo-devel\nHeaders', 'demo-devel\nOur\nHeaders'],
    ],
    [
      { type: 'spec-update-tag', package: 'devel', tag: 'Summary', value: 'Files' },
      [['%package devel', '%package -n demo-devel']],
      { package: 'demo-devel' },
      ['Summary: Headers', 'Summary: Files'],
    ],
    [
      { type: 'spec-remove-section', section: '%files', package: 'devel' },
      [['%files devel', '%files -n demo-devel']],
      { package: 'demo-devel' },
      ['%files -n demo-devel\n/usr/include/demo.h\n', ''],
    ],
    [
      { type: 'spec-remove-tag', tag: 'Requires', value: 'libfoo >= 1' },
      [['libfoo >= 1', 'libfoo >= 2']],
      { value: 'libfoo >= 2' },
      ['Requires: libfoo >= 2\n', ''],
    ],
    [
      { type: 'spec-update-tag', tag: 'Requires', value: 'libbar >= 1' },
      [['Requires: libfoo >= 1', 'Requires(post): libfoo >= 1']],
      { tag: 'Requires(post)' },
      ['libfoo', 'libbar'],
    ],
    [
      { type: 'patch-remove', file: 'old.patch' },
      [['Patch0: old.patch', 'Patch0: old-v2.patch']],
      { file: 'old-v2.patch' },
      ['Patch0: old-v2.patch\n', ''],
      { 'old-v2.patch': 'p\n', 'demo-1.0.conf': 'color=red\nsize=1\n' },
    ],
  ];
  for (const [overlay, changes, changed, [from, to], sources] of cases) {
    const result = await forecast(overlay, changes, sources);
    assert.equal(result.verdict, 'breaks', JSON.stringify(overlay));
    assert.deepEqual(result.suggestion?.overlays, [{ ...overlay, ...changed }]);
    assert.equal(result.suggested, result.next.replace(from, to));
    assert.ok(result.merges?.every(({ isClean, text }) => isClean && text !== ''));
  }
});

test('a source file that upstream renamed is found, and the change merged into what it is now', async () => {
  const sources = { 'old.patch': 'p\n', 'demo-2.0.conf': 'color=red\nsize=2\nnew=1\n' };
  const replace: Overlay = { type: 'file-search-replace', file: 'demo-1.0.conf', regex: 'red', replacement: 'blue' };
  const replaced = await forecast(replace, [otherVersion], sources);
  assert.deepEqual(replaced.suggestion?.overlays, [{ ...replace, file: 'demo-2.0.conf' }]);
  assert.match(replaced.merges?.[0]?.text ?? '', /^-color=red\n\+color=blue$/m);
  const rename: Overlay = { type: 'file-rename', file: 'demo-1.0.conf', replacement: 'demo.conf' };
  assert.deepEqual((await forecast(rename, [otherVersion], sources)).suggestion?.overlays, [
    { ...rename, file: 'demo-2.0.conf' },
  ]);
  const remove: Overlay = { type: 'file-remove', file: 'demo-1.0.conf' };
  assert.deepEqual((await forecast(remove, [otherVersion], sources)).suggestion?.overlays, [
    { ...remove, file: 'demo-2.0.conf' },
  ]);
});

test('a conflict is shown with markers, and what was looked for beside what is near', async () => {
  const result = await forecast({ ...build, regex: 'make all', replacement: 'make docs' }, [
    ['make all', 'make everything'],
  ]);
  assert.equal(result.suggestion, undefined);
  assert.match(
    result.merges?.[0]?.text ?? '',
    /<<<<<<< overlay\nmake docs\n\|{7} upstream now\nmake all\n=======\nmake everything\n>>>>>>> new upstream\n/,
  );
  assert.equal(result.failure?.nearest[0]?.text, 'make everything');
  assert.equal(result.merges?.[0]?.isClean, false);
});

test('an overlay is judged on what the ones before it make of both upstreams', async () => {
  const overlays: Overlay[] = [
    { type: 'spec-append-lines', section: '%files', package: 'devel', lines: ['/x'] },
    { type: 'spec-search-replace', regex: '^/x$', replacement: '/y' },
    { ...build, regex: 'nowhere', replacement: '' },
  ];
  const next = component(spec.replace('%files devel', '%files -n demo-devel'));
  const results = await forecastOverlays(component(), next, overlays);
  assert.deepEqual(
    results.map(({ verdict, failsNow }) => [verdict, failsNow]),
    [
      ['breaks', undefined],
      ['applies', undefined],
      ['breaks', true],
    ],
  );
});
