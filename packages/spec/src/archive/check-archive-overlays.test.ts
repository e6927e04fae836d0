import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Overlay } from '../overlay.ts';
import { entryFor, removal } from './archives.test-support.ts';
import { checkArchiveOverlays } from './check-archive-overlays.ts';

const archive = 'demo-1.0.tar.gz';
const hash = 'a'.repeat(64);
const good = entryFor(archive, { hash, hashType: 'SHA256' });
const inner = removal(archive, 'vendor/**');

function codes(...args: Parameters<typeof checkArchiveOverlays>): string[] {
  return checkArchiveOverlays(...args).map(({ code, message }) => `${code}: ${message}`);
}

test('one entry with the digest covers all overlays inside an archive', () => {
  assert.deepEqual(codes([inner, { type: 'file-remove', file: '*.patch' }, removal(archive, 'x')], [good]), []);
  assert.deepEqual(codes([], [entryFor('other', { origin: { type: 'download' } })]), []);
});

test('an archive without its entry, and an entry without its overlay, are errors', () => {
  assert.deepEqual(codes([inner], []), [
    `SPEC_ARCHIVE_ENTRY: overlays change ${archive}, which has no source-files entry`,
  ]);
  assert.match(codes([inner], [{ ...good, origin: { type: 'download' } }])[0] ?? '', /of origin download$/);
  assert.match(codes([removal('demo-1.O.tar.gz', 'x')], [good]).join('\n'), /there is one for demo-1\.0\.tar\.gz\)/);
  assert.match(codes([], [good])[0] ?? '', /^SPEC_ARCHIVE_ENTRY: no overlay works inside demo-1\.0\.tar\.gz/);
});

test('an entry needs replace-upstream and one digest of the right length', () => {
  const { hash: _, ...withoutHash } = good;
  const { hashType: __, ...withoutType } = good;
  assert.match(codes([inner], [{ ...good, replaceUpstream: false }])[0] ?? '', /does not replace upstream's/);
  assert.match(codes([inner], [withoutHash])[0] ?? '', /has no hash$/);
  assert.match(codes([inner], [withoutType])[0] ?? '', /has no hash-type$/);
  assert.match(codes([inner], [{ ...good, hashType: 'SHA512' }])[0] ?? '', /is no SHA512 digest$/);
  assert.match(codes([inner], [{ ...good, hash: 'g'.repeat(64) }])[0] ?? '', /is no SHA256 digest$/);
  assert.match(codes([inner], [good, good])[0] ?? '', /has 2 source-files entries/);
});

test('a first run may lack the digest or the entry, but a left-over entry stays an error', () => {
  const first = { allowMissingHashes: true };
  assert.deepEqual(codes([inner], [], first), []);
  assert.deepEqual(codes([inner], [entryFor(archive)], first), []);
  assert.equal(codes([], [good], first).length, 1);
  assert.equal(codes([inner], [{ ...good, origin: { type: 'download' } }], first).length, 1);
});

test('whatever changes the archive as a whole beside them is an error', () => {
  const loose: Overlay[] = [
    { type: 'file-remove', file: '*.tar.*' },
    { type: 'file-add', file: archive, source: 'x' },
    { type: 'patch-add', source: `patches/${archive}` },
    { type: 'patch-remove', file: 'demo*' },
    { type: 'file-rename', file: 'other.tar.gz', replacement: archive },
    { type: 'file-rename', file: archive, replacement: 'other' },
    { type: 'file-prepend-lines', file: '**', lines: ['x'] },
    { type: 'file-search-replace', file: archive, regex: 'x' },
  ];
  for (const overlay of loose) {
    assert.match(codes([inner, overlay], [good]).join(), /^SPEC_ARCHIVE_LOOSE: [^,]+$/, overlay.type);
    assert.deepEqual(codes([overlay], []), [], overlay.type);
  }
  assert.deepEqual(codes([{ type: 'file-remove', file: '*.zip' }, inner], [good]), []);
});

test('other types, other formats and names with a directory are refused', () => {
  const wrong = { type: 'file-prepend-lines', archive, file: 'x', lines: ['y'] } as unknown as Overlay;
  assert.match(codes([wrong], [good])[0] ?? '', /^SPEC_OVERLAY_INVALID: .* type file-prepend-lines/);
  for (const name of ['demo.zip', 'demo.tar.bz2', 'demo.tar.lz', '../demo.tar.gz', 'a/demo.tar', 'tar']) {
    assert.match(codes([removal(name, 'x')], [{ ...good, filename: name }]).join(), /SPEC_OVERLAY_INVALID/, name);
  }
  for (const name of ['a.tar', 'a.tgz', 'a.tar.xz', 'a.txz', 'a.tar.zst', 'a.tzst', 'A.TAR.GZ']) {
    assert.deepEqual(codes([removal(name, 'x')], [{ ...good, filename: name }]), [], name);
  }
});

test('errors are all told, each at its place', () => {
  const at = { file: 'demo.toml', line: 7, column: 1 };
  const errors = checkArchiveOverlays(
    [{ ...inner, at }],
    [{ ...entryFor('b.tar'), at: { file: 'demo.toml', line: 9 } }],
  );
  assert.deepEqual(
    errors.map((error) => error.at?.line),
    [7, 9],
  );
  assert.ok(errors.every(({ hint }) => hint !== undefined));
});
