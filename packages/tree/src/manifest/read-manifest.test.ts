import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SlipwayError } from '@slipway/core';
import fc from 'fast-check';
import { FileTree } from '../file-tree.ts';
import { type Inode, rootOwned } from '../inode.ts';
import { sampleDirectory, sampleFile, sampleManifest, sampleSymlink } from '../testing/sample-manifest.ts';
import { readManifest } from './read-manifest.ts';
import type { ManifestEntry, TreeManifest } from './tree-manifest.ts';
import { writeManifest } from './write-manifest.ts';

const sample = sampleManifest([
  sampleDirectory('/'),
  sampleDirectory('/etc', { replaced: [{ rule: 'accounts' }], adjusted: ['presets'] }),
  sampleFile('/etc/passwd', 'root', { from: { rule: 'accounts' }, label: 'system_u:object_r:passwd_file_t:s0' }),
  sampleSymlink('/etc/ssl', '../usr/ssl', { xattrs: { 'user.note': 'bm90ZQ==' } }),
]);

function bytesOf({ header, entries }: TreeManifest): Buffer {
  return Buffer.concat([...writeManifest(header, entries)]);
}

/** The same bytes in pieces, to be read across their edges. */
function pieces(bytes: Uint8Array, length: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) =>
    bytes.subarray(at * length, (at + 1) * length),
  );
}

/** Line 1 is the header. */
function withLine(number: number, change: (value: Record<string, unknown>) => unknown): Buffer {
  const lines = bytesOf(sample).toString().trimEnd().split('\n');
  const changed = change(JSON.parse(lines[number - 1] as string));
  lines[number - 1] = typeof changed === 'string' ? changed : JSON.stringify(changed);
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

const name = fc.oneof(
  fc.constantFrom('a', 'b', 'a-b', 'a.b', 'ä', '\uffee', '😀'),
  fc
    .string({ unit: 'binary', minLength: 1, maxLength: 4 })
    .filter((text) => /^[^/\0]+$/.test(text) && !/^\.+$/.test(text)),
);
const origin = fc.oneof(
  fc.subarray(['bash-5.3-1.x86_64', 'zlib-1.3-1.x86_64'], { minLength: 1 }).map((packages) => ({ packages })),
  fc.constantFrom('accounts', 'presets').map((rule) => ({ rule })),
);
const text = fc.string({ unit: 'binary', maxLength: 12 });
const base64 = fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('base64'));
const id = fc.integer({ min: 0, max: 0xffff_ffff });
const own = fc.oneof(
  fc.record({
    type: fc.constant('file'),
    size: fc.nat(),
    sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
  }),
  fc.record({ type: fc.constant('symlink'), target: text }),
  fc.record({ type: fc.constantFrom('character-device', 'block-device'), major: id, minor: id }),
  fc.record({ type: fc.constant('fifo') }),
  fc.record({ type: fc.constant('directory') }),
);
const facts = fc.record(
  {
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: id,
    gid: id,
    mtime: fc.integer(),
    from: origin,
    hardLink: fc.nat(),
    label: text,
    capabilities: text,
    xattrs: fc.dictionary(fc.stringMatching(/^(user|trusted)\.[a-z]{1,3}$/), base64, { noNullPrototype: true }),
    replaced: fc.array(origin, { minLength: 1, maxLength: 2 }),
    adjusted: fc.array(fc.constantFrom('accounts', 'presets'), { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ['mode', 'uid', 'gid', 'mtime', 'from'] },
);

/** Entries below two directories, in the order of a tree. */
const manifest = fc
  .array(fc.tuple(fc.constantFrom('/', '/a', '/ä'), name, own, facts), { maxLength: 12 })
  .map((list) => {
    const tree = new FileTree({ ...rootOwned(0o755, 0), type: 'directory' });
    const entries = new Map<string, ManifestEntry>(['/', '/a', '/ä'].map((path) => [path, sampleDirectory(path)]));
    for (const [parent, last, kind, more] of list) {
      const path = `${parent === '/' ? '' : parent}/${last}`;
      if (!entries.has(path)) {
        entries.set(path, { ...more, ...kind, path } as ManifestEntry);
      }
    }
    for (const path of entries.keys()) {
      tree.set(path, { ...rootOwned(0o755, 0), type: 'directory' } as Inode);
    }
    return sampleManifest([...tree.entries()].map(({ path }) => entries.get(path) as ManifestEntry));
  });

test('what was written is read as it was, whatever it is and however it is cut', async () => {
  await fc.assert(
    fc.asyncProperty(manifest, fc.integer({ min: 1, max: 200 }), async (value, length) => {
      const bytes = bytesOf(value);
      const read = await readManifest(pieces(bytes, length), 'x');
      assert.deepEqual(read, value);
      assert.deepEqual(bytesOf(read), bytes);
    }),
  );
});

test('the order of members does not change the bytes', () => {
  const turned = sample.entries.map(
    (entry) => Object.fromEntries(Object.entries(entry).reverse()) as unknown as ManifestEntry,
  );
  assert.deepEqual(bytesOf({ ...sample, entries: turned }), bytesOf(sample));
});

const broken: readonly (readonly [what: string, bytes: Buffer, line: number])[] = [
  ['nothing', Buffer.alloc(0), 1],
  ['no JSON', withLine(3, () => '{'), 3],
  ['no object', withLine(3, () => '7'), 3],
  ['another form', withLine(1, (header) => ({ ...header, format: 'tree' })), 1],
  ['an unknown member', withLine(2, (entry) => ({ ...entry, more: 1 })), 2],
  ['a mode in decimal', withLine(2, (entry) => ({ ...entry, mode: 493 })), 2],
  ['no origin', withLine(2, (entry) => ({ ...entry, from: undefined })), 2],
  ['an unknown package', withLine(2, (entry) => ({ ...entry, from: { packages: ['nosuch'] } })), 2],
  ['an unknown rule', withLine(2, (entry) => ({ ...entry, adjusted: ['nosuch'] })), 2],
  ['a path upwards', withLine(3, (entry) => ({ ...entry, path: '/etc/../x' })), 3],
  ['a path without a parent', withLine(4, (entry) => ({ ...entry, path: '/etc/x/y' })), 4],
  ['a path in a file', withLine(5, (entry) => ({ ...entry, path: '/etc/passwd/x' })), 5],
  ['a path twice', withLine(5, (entry) => ({ ...entry, path: '/etc/passwd' })), 5],
  ['paths out of order', withLine(5, (entry) => ({ ...entry, path: '/etc/a' })), 5],
  ['a size below zero', withLine(4, (entry) => ({ ...entry, size: -1 })), 4],
  ['too few entries', withLine(1, (header) => ({ ...header, entries: 5 })), 5],
  ['an end within a line', bytesOf(sample).subarray(0, -1), 5],
  ['bytes that are no UTF-8', Buffer.concat([bytesOf(sample), Buffer.from('\xff\n', 'latin1')]), 6],
];

for (const [what, bytes, line] of broken) {
  test(`a manifest with ${what} is refused, with the line`, async () => {
    await assert.rejects(readManifest([bytes], 'x.jsonl'), {
      code: 'TREE_BAD_MANIFEST',
      at: { file: 'x.jsonl', line },
    });
  });
}

test('another version of the form is named', async () => {
  const bytes = withLine(1, (header) => ({ ...header, version: 2, better: true }));
  await assert.rejects(readManifest([bytes], 'x'), { code: 'TREE_MANIFEST_VERSION' });
});

test('lines and counts have bounds', async () => {
  const long = [bytesOf(sample), ...Array.from({ length: 20 }, () => Buffer.alloc(1 << 16, 0x20))];
  await assert.rejects(readManifest(long, 'x'), { code: 'CORE_LIMIT', at: { file: 'x', line: 6 } });
  const many = withLine(1, (header) => ({ ...header, entries: 2 ** 40 }));
  await assert.rejects(readManifest([many], 'x'), { code: 'CORE_LIMIT' });
});

test('any damage is a coded error or leaves a manifest', async () => {
  const bytes = bytesOf(sample);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), fc.integer({ min: 0, max: 255 }), async (at, value) => {
      const damaged = Buffer.from(bytes);
      damaged[at] = value;
      try {
        await readManifest([damaged], 'x');
      } catch (error) {
        assert.ok(error instanceof SlipwayError && error.code !== 'CORE_BUG', String(error));
      }
    }),
    { numRuns: 300 },
  );
});
