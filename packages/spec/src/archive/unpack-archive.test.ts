import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { SlipwayError } from '@slipway/core';
import {
  compress,
  decompress,
  detectCompression,
  gatherBytes,
  type TarWriteEntry,
  type WritableCompression,
} from '@slipway/formats';
import fc from 'fast-check';
import { applyArchiveOverlays } from './apply-archive-overlays.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import { directory, fails, file, link, listing, pack, removal, TestSources } from './archives.test-support.ts';

const name = 'demo.tar';

/** Every hostile archive: an error with a code, the archive as it was, and nothing beside it. */
async function refuses(
  sources: TestSources,
  bytes: Buffer,
  expected: (error: unknown) => boolean,
  limits: Partial<ArchiveLimits> = {},
): Promise<void> {
  sources.put(name, bytes);
  const options = { allowMissingHashes: true, sourceFiles: [], limits };
  await assert.rejects(applyArchiveOverlays(sources.archives, [removal(name, 'x')], options), (error) => {
    assert.ok(error instanceof SlipwayError, String(error));
    assert.ok(error.message.length < 2000, 'the message is bounded');
    return expected(error);
  });
  assert.ok(sources.read(name).equals(bytes));
  assert.deepEqual(sources.names(), [name]);
}

async function lists(sources: TestSources, bytes: Buffer): Promise<string[]> {
  sources.put(name, bytes);
  const options = { allowMissingHashes: true, sourceFiles: [] };
  await applyArchiveOverlays(sources.archives, [removal(name, 'x')], options);
  return listing(await unpacked(sources.read(name)));
}

const base = [file('x', 'goes'), directory('d')];
const long = `d/${'very-long/'.repeat(300)}`;

const unsafe: Record<string, TarWriteEntry[]> = {
  'an absolute name': [file('/etc/passwd')],
  'a name that leads out': [file('../out')],
  'a name that leads out further in': [file('d/../../out')],
  'a name that leads out and back': [file('d/../y')],
  'an absolute link': [link('l', '/etc/passwd')],
  'a link that leads out': [link('d/l', '../../out')],
  'a link that leads out after going in': [link('l', 'd/../../out')],
  'a link that leads out and claims to come back': [link('l', '../demo/x')],
  'a file below a link': [link('l', 'd'), file('l/f')],
  'a link where a directory is': [link('d', 'x')],
  'a file where a directory is implied': [file('e/f'), file('e')],
  'a directory where a file is': [directory('x')],
  'two files of one name': [file('x', 'other')],
  'two files that differ in their mode': [file('x', 'goes', 0o755)],
  'two files of one name in other spelling': [file('./x', 'other')],
  'two links of one name': [link('l', 'x'), link('l', 'd')],
  'its own directory as a file': [file('.', 'x')],
};

for (const [what, entries] of Object.entries(unsafe)) {
  test(`${what} is refused`, async (context) => {
    const sources = new TestSources(context);
    await refuses(sources, await pack([...base, ...entries]), fails('SPEC_ARCHIVE_UNSAFE', /overlay 1 .*demo\.tar/));
  });
}

const devices = { uid: 0, gid: 0, user: '', group: '', mtime: 0, mode: 0o600, xattrs: new Map(), major: 1, minor: 3 };
const unpackable: Record<string, TarWriteEntry> = {
  'hard link': link('l', 'x', 'hardlink'),
  'named pipe': { ...devices, path: 'p', type: 'fifo' },
  device: { ...devices, path: 'c', type: 'character-device' },
};

for (const [what, entry] of Object.entries(unpackable)) {
  test(`a ${what} is refused by its name`, async (context) => {
    const sources = new TestSources(context);
    const message = new RegExp(`its member "${entry.path}" is a ${what}`);
    await refuses(sources, await pack([...base, entry]), fails('SPEC_ARCHIVE_MEMBER', message));
  });
}

test('what does no harm is taken: repeated members, empty components, links inside, names that are no UTF-8', async (context) => {
  const sources = new TestSources(context);
  const entries = [
    directory('.'),
    ...base,
    directory('d/', 0o700),
    file('./d//f', 'f'),
    file('d/f', 'f'),
    link('d/l', '../d/./f'),
    link('d/l', '../d/./f'),
  ];
  const tar = await pack([...entries, file('Q', '')]);
  const latin1 = Buffer.from(tar);
  const at = latin1.lastIndexOf('Q\0\0', undefined, 'latin1');
  // another byte in the name, and the checksum that goes with it
  latin1[at] = 0xe9;
  const sum = Number.parseInt(latin1.toString('latin1', at + 148, at + 154), 8) + 0xe9 - 0x51;
  latin1.write(sum.toString(8).padStart(6, '0'), at + 148, 'latin1');
  assert.deepEqual(await lists(sources, latin1), [
    'directory 700 d',
    'file 644 d/f f',
    'symlink 777 d/l ../d/./f',
    'file 644 \xe9',
  ]);
});

for (const compression of ['none', 'gzip', 'xz', 'zstd'] as const) {
  test(`an archive (${compression}) that is cut anywhere is refused`, async (context) => {
    const sources = new TestSources(context);
    const filler = Buffer.from(Array.from({ length: 9000 }, (_, index) => (index * index) & 0xff));
    const whole = await pack([...base, file('d/f', filler), link('l', 'x'), file(`${long}f`, 'long')], compression);
    const step = compression === 'none' ? 512 : Math.ceil(whole.length / 20);
    for (let end = 0; end < whole.length; end += step) {
      await refuses(sources, whole.subarray(0, end), (error) => {
        const { code } = error as SlipwayError;
        return code === 'FORMATS_TRUNCATED' || code === 'FORMATS_BAD_ARCHIVE' || code === 'FORMATS_BAD_COMPRESSION';
      });
    }
  });
}

test('several gzip members are one archive, and anything else after the end is refused', async (context) => {
  const sources = new TestSources(context);
  const tar = await pack(base);
  const members = Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))]);
  assert.deepEqual(await lists(sources, members), ['directory 755 d']);
  await refuses(sources, Buffer.concat([members, Buffer.from('rest')]), fails('FORMATS_BAD_COMPRESSION'));
  await refuses(sources, gzipSync(Buffer.concat([tar, Buffer.from('rest')])), fails('FORMATS_BAD_ARCHIVE'));
  await refuses(sources, Buffer.concat([gzipSync(tar), gzipSync(tar)]), fails('FORMATS_BAD_ARCHIVE'));
});

test('bombs stop at the limits: content, ratio, members, names', async (context) => {
  const sources = new TestSources(context);
  const zeros = await pack([...base, file('z', Buffer.alloc(80 << 20))], 'gzip');
  await refuses(sources, zeros, fails('CORE_LIMIT', /over 300 times/));
  await refuses(sources, zeros, fails('CORE_LIMIT', /larger than 1000000/), { unpackedBytes: 1_000_000 });
  const many = await pack(Array.from({ length: 50 }, (_, index) => file(`f${index}`)));
  await refuses(sources, many, fails('CORE_LIMIT', /more than 20 members/), { members: 20 });
  await refuses(sources, await pack([file(`${long}f`)]), fails('CORE_LIMIT', /more than 20 members/), { members: 20 });
  await refuses(sources, await pack([file(`${long}f`)]), fails('CORE_LIMIT', /names have/), { nameBytes: 10_000 });
  await refuses(sources, await pack([file('n'.repeat(5000))]), fails('CORE_LIMIT', /4096 bytes/));
});

/** A header with any fields; the rest as GNU tar writes it. */
function header(type: string, sizeBytes: number | string, path = 'y'): Buffer {
  const block = Buffer.alloc(512);
  block.write(path, 0, 'latin1');
  block.write('0000644\0', 100);
  block.write(typeof sizeBytes === 'string' ? sizeBytes : sizeBytes.toString(8).padStart(11, '0'), 124);
  block.write(type, 156);
  block.write('ustar  \0', 257, 'latin1');
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padded(text: string): Buffer {
  return Buffer.concat([Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)]);
}

const end = Buffer.alloc(1024);
const sizeLie = '19 size=8589934592\n';
const smallLie = '10 size=3\n';

const broken: Record<string, [code: RegExp, blocks: Buffer[]]> = {
  'a sparse file': [/UNSUPPORTED/, [header('S', 0)]],
  'a PAX record of a sparse file': [
    /UNSUPPORTED/,
    [header('x', 22), padded('22 GNU.sparse.major=1\n'), header('0', 0)],
  ],
  'a size that is larger than the archive': [/TRUNCATED/, [header('0', 4096), padded('abc')]],
  'a PAX size that is larger than the archive': [
    /TRUNCATED/,
    [header('x', sizeLie.length), padded(sizeLie), header('0', 3), padded('abc')],
  ],
  'a PAX size that hides what follows': [
    /BAD_ARCHIVE/,
    [header('x', smallLie.length), padded(smallLie), header('0', 1024), padded('abc'), padded('no header')],
  ],
  'a long name of a gigabyte': [/LIMIT/, [header('L', 2 ** 30), padded('abc')]],
  'long names that follow each other': [
    /BAD_ARCHIVE/,
    [header('L', 3), padded('abc'), header('L', 3), padded('abc'), header('0', 0)],
  ],
  'a wrong checksum': [/BAD_ARCHIVE/, [Buffer.concat([Buffer.from('z'), header('0', 0).subarray(1)])]],
  'a size that is no number': [/BAD_ARCHIVE/, [header('0', '1x')]],
  'a negative size': [/BAD_ARCHIVE/, [header('0', '\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff')]],
  'a continued volume': [/UNSUPPORTED/, [header('M', 0)]],
  'a directory with content': [/BAD_ARCHIVE/, [header('5', 512), padded('abc')]],
};

for (const [what, [code, blocks]] of Object.entries(broken)) {
  test(`${what} is refused`, async (context) => {
    const sources = new TestSources(context);
    const bytes = Buffer.concat([...blocks, end]);
    await refuses(sources, bytes, (error) => {
      assert.match((error as SlipwayError).code, code);
      return true;
    });
  });
}

test('other compressions are named, and a plain archive may begin like one', async (context) => {
  const sources = new TestSources(context);
  await refuses(sources, Buffer.from('BZh91AY&SY'), fails('FORMATS_UNSUPPORTED', /bzip2/));
  await refuses(sources, Buffer.alloc(0), fails('FORMATS_TRUNCATED'));
  assert.deepEqual(await lists(sources, await pack([file('BZhello', 'h'), file('x')])), ['file 644 BZhello h']);
});

const component = fc.oneof(
  fc.stringMatching(/^[a-z]{1,8}$/),
  fc.stringMatching(/^[äß世é .-]{3,90}$/).map((text) => `n${text}`),
  fc.stringMatching(/^[a-z]{120,255}$/),
);
const arbitraryMember = fc.record({
  path: fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
  mode: fc.nat(0o777),
  rest: fc.oneof(
    fc.string({ maxLength: 1500 }).map((content) => ({ kind: 'file' as const, content })),
    fc.stringMatching(/^[a-zé]{1,200}$/).map((target) => ({ kind: 'symlink' as const, target })),
    fc.constant({ kind: 'directory' as const }),
  ),
});

test('any members are the same after packing, and packing again changes nothing', async (context) => {
  const sources = new TestSources(context);
  const members = fc.uniqueArray(arbitraryMember, { maxLength: 8, selector: ({ path }) => path.split('/')[0] });
  const compression = fc.constantFrom<WritableCompression>('none', 'gzip', 'zstd');
  await fc.assert(
    fc.asyncProperty(members, compression, async (found, packed) => {
      const entries = found.map(({ path, mode, rest }) =>
        rest.kind === 'file'
          ? file(path, rest.content, mode)
          : rest.kind === 'symlink'
            ? link(path, rest.target)
            : directory(path, mode),
      );
      const tar = await pack([...entries, file('0')]);
      sources.put(name, await gatherBytes(compress([tar], packed)));
      const options = { allowMissingHashes: true, sourceFiles: [] };
      const [deviation] = await applyArchiveOverlays(sources.archives, [removal(name, '0')], options);
      const once = sources.read(name);
      assert.equal(deviation?.archive.sizeBytes, once.length);
      const expected = (await listing(tar)).filter((line) => line !== 'file 644 0');
      const kept = await listing(await unpacked(once));
      assert.deepEqual(
        expected.filter((line) => !kept.includes(line)),
        [],
      );
      const implied = kept.filter((line) => !expected.includes(line));
      assert.ok(implied.every((line) => line.startsWith('directory 755 ')));
      sources.put(name, await gatherBytes(compress([await pack([...entries.toReversed(), file('0')])], packed)));
      await applyArchiveOverlays(sources.archives, [removal(name, '0')], options);
      assert.ok(sources.read(name).equals(once), 'the order of the members does not matter');
    }),
    { numRuns: 60 },
  );
});

async function unpacked(bytes: Buffer): Promise<Buffer> {
  if (bytes.toString('latin1', 257, 262) === 'ustar') {
    return bytes;
  }
  return gatherBytes(decompress([bytes], { compression: detectCompression(bytes) ?? 'none' }));
}

test('changed archives never fail with anything but a coded error, and leave nothing', async (context) => {
  const sources = new TestSources(context);
  const whole = await pack([...base, file('d/f', 'content'), link('l', 'x'), file(`${long}f`, 'long')]);
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), async (at, value, repair) => {
      const bytes = Buffer.from(whole);
      bytes[at] = value;
      const block = bytes.subarray(at - (at % 512), at - (at % 512) + 512);
      if (repair) {
        block.fill(0x20, 148, 156);
        const sum = block.reduce((total, byte) => total + byte, 0);
        block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
      }
      sources.put(name, bytes);
      const options = { allowMissingHashes: true, sourceFiles: [] };
      await applyArchiveOverlays(sources.archives, [removal(name, 'x')], options).catch((error) => {
        assert.ok(error instanceof SlipwayError, String(error));
      });
      assert.deepEqual(sources.names(), [name]);
    }),
    { numRuns: 300 },
  );
});
