import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import { applyOverlays, type OverlayOptions } from './apply-overlays.ts';
import type { Overlay } from './overlay.ts';
import { MemorySourceFiles } from './source-files.ts';

const spec = `Name: demo
Version: 1
Patch0: old.patch

%build
make all

%files
/usr/bin/demo
`;

const loadSource = async () => ({ bytes: Buffer.from('--- patch\n'), mode: 0o640 });

function files() {
  return new MemorySourceFiles({
    'old.patch': 'p\n',
    'conf/a.conf': 'x=1\ny=2\n',
    'conf/b.conf': 'x=3\n',
    'demo.spec': spec,
    '.git/config': 'x=1\n',
  });
}

async function apply(overlays: readonly Overlay[], options: OverlayOptions = {}, sources = files()) {
  const input = { spec: Buffer.from(spec), specName: 'demo.spec', files: sources };
  return { ...(await applyOverlays(input, overlays, { loadSource, ...options })), sources };
}

function fails(code: string, data: Record<string, unknown> = {}, message = /overlay 1 \(/) {
  return (error: unknown) => {
    assert.ok(error instanceof SlipwayError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.partialDeepStrictEqual(error.data, data);
    return true;
  };
}

test('overlays apply in order and each says what it changed', async () => {
  const {
    spec: result,
    deviations,
    sources,
  } = await apply([
    { type: 'spec-set-tag', tag: 'Version', value: '2' },
    { type: 'patch-add', source: 'overlays/new.patch' },
    { type: 'file-search-replace', file: 'conf/*', regex: '(?m)^x=.$', replacement: 'x=9' },
    { type: 'file-rename', file: 'conf/b.conf', replacement: 'c.conf' },
    { type: 'file-remove', file: '**/a.conf' },
  ]);
  assert.match(result.toString(), /^Name: demo\nVersion: 2\nPatch0: old.patch\n\nPatch1: new.patch\n%build\n/);
  assert.deepEqual(
    deviations.map(({ type, linesAdded, linesRemoved }) => [type, linesAdded, linesRemoved]),
    [
      ['spec-set-tag', 1, 1],
      ['patch-add', 2, 0],
      ['file-search-replace', 2, 2],
      ['file-rename', 0, 0],
      ['file-remove', 0, 2],
    ],
  );
  assert.match(deviations[0]?.changes[0]?.diff ?? '', /^--- a\/demo\.spec\n[^]*-Version: 1\n\+Version: 2\n/);
  const paths = (await sources.list()).map(({ path, mode }) => `${path} ${mode.toString(8)}`);
  assert.deepEqual(paths, ['.git/config 644', 'conf/c.conf 644', 'demo.spec 644', 'new.patch 640', 'old.patch 644']);
  assert.equal((await sources.read('conf/c.conf')).toString(), 'x=9\n');
});

test('a failing overlay leaves the files as they were', async () => {
  const sources = files();
  const overlays: Overlay[] = [
    { type: 'patch-remove', file: 'old.patch' },
    { type: 'file-prepend-lines', file: 'conf/a.conf', lines: ['# new'] },
    { type: 'spec-update-tag', tag: 'Verison', value: '2' },
  ];
  await assert.rejects(
    apply(overlays, {}, sources),
    fails(
      'SPEC_NO_TAG',
      { index: 2, type: 'spec-update-tag', nearest: [{ line: 2, text: 'Version: 1' }] },
      /overlay 3 \(/,
    ),
  );
  assert.equal((await sources.read('conf/a.conf')).toString(), 'x=1\ny=2\n');
  assert.equal((await sources.list()).length, 5);
});

test('an overlay without effect is an error, unless azldev takes it and that is asked for', async () => {
  const overlays: Overlay[] = [
    { type: 'spec-set-tag', tag: 'Version', value: '1', at: { file: 'demo.toml', line: 3 } },
  ];
  await assert.rejects(apply(overlays), (error: unknown) => {
    assert.ok(error instanceof SlipwayError);
    assert.deepEqual([error.code, error.at], ['SPEC_OVERLAY_NO_EFFECT', { file: 'demo.toml', line: 3 }]);
    return true;
  });
  const { deviations } = await apply(overlays, { refuseWithoutEffect: false });
  assert.deepEqual(deviations[0]?.changes, []);
});

test('a tag that has its value already is no effect, whatever blanks and letter case the line has', async () => {
  const aligned = { spec: Buffer.from('Name:   demo\nversion:\t1 \n'), specName: 'demo.spec', files: files() };
  const types = ['spec-set-tag', 'spec-update-tag'] as const;
  for (const type of types) {
    const overlay: Overlay = { type, tag: 'Version', value: '1' };
    await assert.rejects(applyOverlays(aligned, [overlay]), fails('SPEC_OVERLAY_NO_EFFECT'));
    const taken = await applyOverlays(aligned, [overlay], { refuseWithoutEffect: false });
    assert.equal(taken.spec.toString(), 'Name:   demo\nVersion: 1\n');
    const other = await applyOverlays(aligned, [{ ...overlay, value: '1 2' }]);
    assert.equal(other.spec.toString(), 'Name:   demo\nVersion: 1 2\n');
  }
});

test('one value among several that differs is an effect', async () => {
  const twice = {
    spec: Buffer.from('Version:  1\n%if 1\nVersion: 2\n%endif\n'),
    specName: 'demo.spec',
    files: files(),
  };
  const { spec: result } = await applyOverlays(twice, [{ type: 'spec-set-tag', tag: 'Version', value: '1' }]);
  assert.equal(result.toString(), 'Version: 1\n%if 1\nVersion: 1\n%endif\n');
});

test('errors name what comes nearest', async () => {
  await assert.rejects(
    apply([{ type: 'spec-search-replace', regex: '^make\\s+al$', replacement: 'x', section: '%build' }]),
    fails('SPEC_NO_MATCH', { nearest: [{ line: 6, text: 'make all' }] }),
  );
  await assert.rejects(
    apply([{ type: 'spec-append-lines', section: '%biuld', lines: ['x'] }]),
    fails('SPEC_NO_SECTION', { nearest: [{ line: 5, text: '%build' }] }),
  );
  await assert.rejects(
    apply([{ type: 'file-remove', file: 'conf/d.conf' }]),
    fails('SPEC_NO_FILE', { nearest: ['conf/a.conf', 'conf/b.conf'] }),
  );
});

test('file overlays stay among the sources, off specs and off git', async () => {
  const refused: readonly (readonly [Overlay, string])[] = [
    [{ type: 'file-add', file: '../x', source: 's' }, 'SPEC_OVERLAY_INVALID'],
    [{ type: 'file-add', file: '/etc/x', source: 's' }, 'SPEC_OVERLAY_INVALID'],
    [{ type: 'file-add', file: 'other.spec', source: 's' }, 'SPEC_OVERLAY_INVALID'],
    [{ type: 'file-add', file: 'old.patch', source: 's' }, 'SPEC_FILE_EXISTS'],
    [{ type: 'patch-add', file: 'old.patch', source: 's' }, 'SPEC_FILE_EXISTS'],
    [{ type: 'file-remove', file: '*.spec' }, 'SPEC_NO_FILE'],
    [{ type: 'file-remove', file: '.git/**' }, 'SPEC_NO_FILE'],
    [{ type: 'file-rename', file: 'conf/*', replacement: 'x' }, 'SPEC_NO_FILE'],
    [{ type: 'file-rename', file: 'conf/a.conf', replacement: 'b.conf' }, 'SPEC_FILE_EXISTS'],
    [{ type: 'file-rename', file: 'conf/a.conf', replacement: '../b' }, 'SPEC_OVERLAY_INVALID'],
    [{ type: 'file-search-replace', file: '**', regex: 'nowhere' }, 'SPEC_NO_MATCH'],
    [{ type: 'file-search-replace', file: '**', regex: '(' }, 'SPEC_BAD_REGEX'],
    [{ type: 'file-remove', file: 'x/**', archive: 'a.tar.gz' }, 'SPEC_OVERLAY_INVALID'],
  ];
  for (const [overlay, code] of refused) {
    await assert.rejects(apply([overlay]), fails(code), JSON.stringify(overlay));
  }
});

test('a spec that no overlay touches keeps its bytes', async () => {
  const input = { spec: Buffer.from('Name: a\r\n\xff', 'latin1'), specName: 'a.spec', files: files() };
  const { spec: result } = await applyOverlays(input, [{ type: 'file-remove', file: 'old.patch' }]);
  assert.deepEqual(result, input.spec);
});
