import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { decompress, gatherBytes, type WritableCompression } from '@slipway/formats';
import { applyOverlays } from '../apply-overlays.ts';
import type { ArchiveOverlay, Overlay } from '../overlay.ts';
import { MemorySourceFiles } from '../source-files.ts';
import { applyArchiveOverlays } from './apply-archive-overlays.ts';
import {
  digest,
  directory,
  entryFor,
  fails,
  file,
  link,
  listing,
  missing,
  pack,
  removal,
  replacement,
  TestSources,
} from './archives.test-support.ts';

const firstRun = { allowMissingHashes: true, sourceFiles: [] };
const name = 'demo-1.0.tar.gz';

const members = [
  directory('demo-1.0'),
  file('demo-1.0/top.c', 'int top;\n'),
  directory('demo-1.0/sub', 0o700),
  file('demo-1.0/sub/a.c', 'int a;\n', 0o755),
  file('demo-1.0/sub/deep/b.c', 'int b;\n'),
  file('demo-1.0/sub-x', 'between\n'),
  file('demo-1.0/demo.spec', 'Name: demo\n'),
  file('demo-1.0/.git/config', '[core]\n'),
  link('demo-1.0/sub/link.c', '../top.c'),
];

async function apply(sources: TestSources, overlays: readonly Overlay[], options = {}) {
  return applyArchiveOverlays(sources.archives, overlays, { ...firstRun, ...options });
}

const patterns: Record<string, string[]> = {
  'sub/*': ['sub/a.c', 'sub/link.c'],
  'sub/**': ['sub/a.c', 'sub/deep/b.c', 'sub/link.c'],
  '*/a.c': ['sub/a.c'],
  '**/*.c': ['sub/a.c', 'sub/deep/b.c', 'sub/link.c', 'top.c'],
  '*': ['sub-x', 'top.c'],
  '{top,x}.c': ['top.c'],
};

for (const [pattern, expected] of Object.entries(patterns)) {
  test(`removing ${pattern} takes ${expected.join(' ')} below the single top directory`, async (context) => {
    const sources = new TestSources(context);
    sources.put(name, await pack(members, 'gzip'));
    const [deviation] = await apply(sources, [removal(name, pattern)]);
    assert.deepEqual(
      deviation?.changes.map(({ path, kind }) => `${kind} ${path}`),
      expected.map((path) => `removed ${name}!demo-1.0/${path}`),
    );
    const left = await listing(await gatherBytes(decompress([sources.read(name)])));
    for (const path of expected) {
      assert.ok(!left.some((line) => line.includes(` demo-1.0/${path} `)), path);
    }
    assert.ok(left.includes('directory 755 demo-1.0/sub/deep'), 'directories stay');
  });
}

for (const pattern of ['sub', 'a.c', 'demo-1.0/**', 'demo.spec', '.git/**', 'none']) {
  test(`removing ${pattern} matches no file`, async (context) => {
    const sources = new TestSources(context);
    sources.put(name, await pack(members, 'gzip'));
    await assert.rejects(apply(sources, [removal(name, pattern)]), fails('SPEC_NO_FILE', /overlay 1 \(file-remove\)/));
  });
}

test('with several members at the top, or one that is a file, the archive is the root', async (context) => {
  const sources = new TestSources(context);
  sources.put('two.tar', await pack([...members, file('README', 'x')]));
  sources.put('one.tar', await pack([file('README', 'x')]));
  await apply(sources, [removal('two.tar', 'demo-1.0/sub/deep/*'), removal('one.tar', 'README')]);
  assert.deepEqual(await listing(sources.read('one.tar')), []);
});

test('members are sorted by component, and lose owner, time and special bits', async (context) => {
  const sources = new TestSources(context);
  const special = file('demo-1.0/z', 'z', 0o6755);
  sources.put('demo.tar', await pack([...members.toReversed(), special]));
  await apply(sources, [removal('demo.tar', 'top.c')]);
  assert.deepEqual(await listing(sources.read('demo.tar')), [
    'directory 755 demo-1.0',
    'directory 755 demo-1.0/.git',
    'file 644 demo-1.0/.git/config [core]',
    'file 644 demo-1.0/demo.spec Name: demo',
    'directory 700 demo-1.0/sub',
    'file 755 demo-1.0/sub/a.c int a;',
    'directory 755 demo-1.0/sub/deep',
    'file 644 demo-1.0/sub/deep/b.c int b;',
    'symlink 777 demo-1.0/sub/link.c ../top.c',
    'file 644 demo-1.0/sub-x between',
    'file 755 demo-1.0/z z',
  ]);
});

test('expressions see whole files, replace literally, and one of the files has to change', async (context) => {
  const sources = new TestSources(context);
  const bytes = Buffer.from('caf\xe9\r\nint a;\n', 'latin1');
  sources.put('demo.tar', await pack([...members, file('demo-1.0/sub/latin1.c', bytes)]));
  const overlays = [
    replacement('demo.tar', 'sub/*.c', 'int (a);\\n$', '$1 \\1'),
    replacement('demo.tar', 'sub/latin1.c', '\\r\\n', '\n'),
  ];
  const [first, second] = await apply(sources, overlays);
  const lines = await listing(sources.read('demo.tar'));
  assert.ok(lines.includes('file 644 demo-1.0/sub/latin1.c caf\xe9\n$1 \\1'));
  assert.ok(lines.includes('file 755 demo-1.0/sub/a.c $1 \\1'));
  assert.deepEqual([first?.linesAdded, first?.linesRemoved], [2, 2]);
  assert.match(first?.changes[0]?.diff ?? '', /^--- a\/demo\.tar!demo-1\.0\/sub\/a\.c\n[^]*-int a;\n\+\$1 \\1\n/);
  assert.equal(second?.index, 1);
  const again = replacement('demo.tar', '**', 'int a', 'int c');
  await assert.rejects(
    apply(sources, [again]),
    fails('SPEC_NO_MATCH', /changes nothing in .* and \d+ more|changes nothing/),
  );
});

test('a link is never looked through, and goes itself when it matches', async (context) => {
  const sources = new TestSources(context);
  sources.put('demo.tar', await pack(members));
  await assert.rejects(apply(sources, [replacement('demo.tar', 'sub/link.c', 'int', 'long')]), fails('SPEC_NO_FILE'));
  await apply(sources, [removal('demo.tar', 'sub/link.c')]);
  const lines = await listing(sources.read('demo.tar'));
  assert.ok(lines.includes('file 644 demo-1.0/top.c int top;'));
  assert.ok(!lines.some((line) => line.includes('link.c')));
});

const programs: Record<Exclude<WritableCompression, 'none'>, string> = { gzip: 'gzip', xz: 'xz', zstd: 'zstd' };

for (const [compression, program] of Object.entries(programs) as [WritableCompression, string][]) {
  test(`${compression} stays ${compression} although the name lies, twice with the same bytes`, {
    skip: missing(program),
  }, async (context) => {
    const sources = new TestSources(context);
    const original = await pack(members, compression);
    const results: Buffer[] = [];
    for (const lie of ['a.tar', 'b.tar.gz', 'c.txz', 'd.tar.zst']) {
      sources.put(lie, original);
      await apply(sources, [removal(lie, 'sub/**')]);
      results.push(sources.read(lie));
    }
    assert.ok(results.every((bytes) => bytes.equals(results[0] as Buffer)));
    const unpacked = spawnSync(program, ['-dc'], { input: results[0] });
    assert.equal(unpacked.status, 0, unpacked.stderr.toString());
    assert.ok((await listing(unpacked.stdout)).includes('file 644 demo-1.0/top.c int top;'));
  });
}

for (const program of ['tar', 'bsdtar']) {
  test(`${program} unpacks what was packed, without a warning`, { skip: missing(program) }, async (context) => {
    const sources = new TestSources(context);
    const long = `demo-1.0/${'l'.repeat(200)}/${'é'.repeat(100)}`;
    sources.put(name, await pack([...members, file(long, 'long'), link(`${long}.link`, 't'.repeat(150))], 'gzip'));
    await apply(sources, [removal(name, 'top.c')]);
    const result = spawnSync(program, ['-xvpf', sources.path(name), '-C', sources.directory]);
    assert.equal(result.status, 0, result.stderr.toString());
    const unpacked = spawnSync('find', ['demo-1.0', '-printf', '%y %m %T@ %P\\n'], { cwd: sources.directory });
    const lines = unpacked.stdout.toString().split('\n');
    assert.ok(lines.includes('f 755 0.0000000000 sub/a.c'), lines.join('\n'));
    assert.ok(lines.includes('d 700 0.0000000000 sub'));
    assert.ok(lines.some((line) => line.endsWith(`${'é'.repeat(100)}.link`)));
    chmodSync(sources.path('demo-1.0/sub'), 0o700);
  });
}

test('the result has to be what the entry expects, and says what it is', async (context) => {
  const sources = new TestSources(context);
  const original = await pack(members, 'zstd');
  sources.put('demo.tar.zst', original);
  const overlay = removal('demo.tar.zst', 'sub/**');
  const wrong = entryFor('demo.tar.zst', {
    hashType: 'SHA256',
    hash: '0'.repeat(64),
    at: { file: 'demo.toml', line: 3 },
  });
  await assert.rejects(apply(sources, [overlay], { sourceFiles: [wrong] }), (error) => {
    fails('CORE_DIGEST_MISMATCH', /expected: SHA256 0{64}\n {2}computed: SHA256 [0-9a-f]{64}/)(error);
    assert.deepEqual((error as { at: unknown }).at, { file: 'demo.toml', line: 3 });
    return true;
  });
  assert.ok(sources.read('demo.tar.zst').equals(original));
  const [found] = await apply(sources, [overlay]);
  const hash = digest('SHA512', sources.read('demo.tar.zst'));
  assert.deepEqual(found?.archive, {
    name: 'demo.tar.zst',
    sizeBytes: sources.read('demo.tar.zst').length,
    hashType: 'SHA512',
    hash,
  });
  sources.put('demo.tar.zst', original);
  const right = entryFor('demo.tar.zst', { hashType: 'SHA512', hash: hash.toUpperCase() });
  await apply(sources, [overlay], { sourceFiles: [right], allowMissingHashes: false });
  assert.deepEqual(sources.names(), ['demo.tar.zst']);
});

test('without its entry an archive is not touched', async (context) => {
  const sources = new TestSources(context);
  sources.put(name, await pack(members, 'gzip'));
  await assert.rejects(
    apply(sources, [removal(name, '**')], { allowMissingHashes: false }),
    fails('SPEC_ARCHIVE_ENTRY'),
  );
});

test('when one archive fails none is replaced and nothing is left', async (context) => {
  const sources = new TestSources(context);
  const original = await pack(members, 'gzip');
  sources.put('a.tgz', original);
  sources.put('b.tgz', original);
  chmodSync(sources.path('a.tgz'), 0o640);
  const bad: ArchiveOverlay[] = [removal('b.tgz', 'none'), replacement('b.tgz', 'top.c', '(', '')];
  for (const last of [...bad, removal('c.tgz', 'x')]) {
    const overlays = [removal('a.tgz', 'top.c'), removal('b.tgz', 'sub/a.c'), last];
    await assert.rejects(apply(sources, overlays), (error) => (error as { data: { index: number } }).data.index === 2);
    assert.ok(sources.read('a.tgz').equals(original));
    assert.ok(sources.read('b.tgz').equals(original));
    assert.deepEqual(sources.names(), ['a.tgz', 'b.tgz']);
  }
  await apply(sources, [removal('a.tgz', 'top.c'), removal('b.tgz', 'sub/a.c')]);
  assert.equal(statSync(sources.path('a.tgz')).mode & 0o7777, 0o640);
});

test('cancelled work leaves nothing', async (context) => {
  const sources = new TestSources(context);
  const original = await pack(members, 'gzip');
  sources.put(name, original);
  await assert.rejects(
    apply(sources, [removal(name, 'top.c')], { signal: AbortSignal.abort() }),
    fails('CORE_CANCELLED'),
  );
  const late = new AbortController();
  const onProgress = ({ step }: { step: string }) => step === 'pack' && late.abort();
  await assert.rejects(
    apply(sources, [removal(name, 'top.c')], { signal: late.signal, onProgress }),
    fails('CORE_CANCELLED'),
  );
  assert.ok(sources.read(name).equals(original));
  assert.deepEqual(sources.names(), [name]);
});

test('progress is told in bytes of what is unpacked and of what is packed', async (context) => {
  const sources = new TestSources(context);
  sources.put('demo.tar', await pack(members));
  const packed = sources.read('demo.tar').length;
  const seen = new Map<string, number>();
  const onProgress = (event: { archive: string; step: string; doneBytes: number }) =>
    seen.set(`${event.step} ${event.archive}`, event.doneBytes);
  const [deviation] = await apply(sources, [removal('demo.tar', 'top.c')], { onProgress });
  assert.deepEqual(
    [...seen],
    [
      ['unpack demo.tar', packed],
      ['pack demo.tar', deviation?.archive.sizeBytes],
    ],
  );
});

test('of a large removal every line is counted, and the diffs are bounded', async (context) => {
  const sources = new TestSources(context);
  const text = 'one line of a vendored file\n'.repeat(2000);
  const vendored = Array.from({ length: 150 }, (_, index) => file(`p/vendor/${index}.go`, text));
  sources.put('p.tar', await pack([...vendored, file('p/main.go', 'x')]));
  const [deviation] = await apply(sources, [removal('p.tar', 'vendor/**')]);
  assert.equal(deviation?.linesRemoved, 150 * 2000);
  const shown = deviation?.changes.reduce((sum, { diff }) => sum + diff.length, 0) ?? 0;
  assert.ok(shown > 0 && shown < 5 << 20, String(shown));
});

test('overlays of a component: archives first, then the others in order, all or none', async (context) => {
  const sources = new TestSources(context);
  const original = await pack(members, 'gzip');
  sources.put(name, original);
  const spec = Buffer.from('Name: demo\nVersion: 1.0\n');
  const files = new MemorySourceFiles({ 'a.conf': 'x\n' });
  const overlays: Overlay[] = [
    { type: 'spec-set-tag', tag: 'Version', value: '2' },
    removal(name, 'top.c'),
    { type: 'file-remove', file: 'a.conf' },
    replacement(name, 'sub/a.c', 'int', 'long'),
  ];
  const input = { spec, specName: 'demo.spec', files };
  const archives = { files: sources.archives, ...firstRun };
  const failing: Overlay = { type: 'spec-remove-tag', tag: 'Epoch' };
  await assert.rejects(applyOverlays(input, [...overlays, failing], { archives }), fails('SPEC_NO_TAG', /overlay 5 /));
  assert.ok(sources.read(name).equals(original));
  assert.deepEqual(sources.names(), [name]);
  assert.equal((await files.list()).length, 1);
  const result = await applyOverlays(input, overlays, { archives });
  assert.deepEqual(
    result.deviations.map(({ index, type }) => [index, type]),
    [
      [1, 'file-remove'],
      [3, 'file-search-replace'],
      [0, 'spec-set-tag'],
      [2, 'file-remove'],
    ],
  );
  assert.ok(!sources.read(name).equals(original));
  await assert.rejects(
    applyOverlays(input, overlays),
    fails('SPEC_OVERLAY_INVALID', /archive overlays are applied when/),
  );
});
